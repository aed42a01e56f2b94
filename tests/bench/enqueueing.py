"""Commands a second, from slash command to accepted, against the same POSTs and transactions."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from bot.sandbox.options import SandboxOptions
from bot.sandbox.server import Sandbox
from tests.bench.figures import Figure, Scale, median, ms
from tests.bench.processes import ROOT, Running, clapperboard
from tests.chaos.discord_on_the_wire import DiscordOnTheWire
from tests.chaos.wire_places import person_id

_PEOPLE = 50
_LONGEST_S = 60.0


async def measure(folder: Path, scale: Scale) -> list[Figure]:
    """A crowd of commands, then the floor with as many transactions as were counted, in turn."""
    ours_s: list[float] = []
    floors_s: list[float] = []
    our_cpu_s: list[float] = []
    floor_cpu_s: list[float] = []
    counted: tuple[int, int] = (0, 0)
    options = SandboxOptions(render_seconds=None)
    async with (
        Sandbox(options) as sandbox,
        Sandbox(options) as floor_sandbox,
        DiscordOnTheWire() as discord,
        clapperboard(discord, sandbox, folder) as running,
    ):
        await _accepted(running, sandbox, scale.crowd)
        for number in range(scale.rounds):
            await running.quiet()
            before_cpu_s = running.cpu_s()
            seconds, counted = await _accepted(running, sandbox, scale.crowd)
            ours_s.append(seconds)
            our_cpu_s.append(running.cpu_s() - before_cpu_s)
            await running.quiet()
            took = await _floor(
                floor_sandbox.base_url, folder / f"floor{number}", scale.crowd, counted
            )
            floors_s.append(took["seconds"])
            floor_cpu_s.append(took["cpu_s"])
    ours, floor = scale.crowd / median(ours_s), scale.crowd / median(floors_s)
    reads, writes = (count / scale.crowd for count in counted)
    our_cpu, floor_cpu = (median(spent) / scale.crowd for spent in (our_cpu_s, floor_cpu_s))
    return [
        Figure(
            "enqueue_ratio",
            floor / ours,
            f"{ours:.0f} against {floor:.0f} commands a second, {scale.crowd} at once; "
            f"{reads:.1f} reading and {writes:.1f} writing transactions a command; "
            f"processor time a command {ms(our_cpu)} / {ms(floor_cpu)} = {our_cpu / floor_cpu:.1f}",
        ),
        Figure("enqueue_per_s", ours, f"median of {scale.rounds}"),
    ]


async def _accepted(
    running: Running, sandbox: Sandbox, count: int
) -> tuple[float, tuple[int, int]]:
    """Seconds until all commands are accepted, and the transactions until then."""
    books = sandbox.books
    before, before_counts = len(books.accepted), running.transactions()
    begun_s = time.monotonic()
    async with asyncio.timeout(_LONGEST_S):
        await asyncio.gather(
            *(
                running.discord.people.create(person_id(number % _PEOPLE), f"a calm walk, {number}")
                for number in range(count)
            )
        )
        await sandbox.changes.until(lambda: _enqueued(sandbox) >= before + count)
    seconds = time.monotonic() - begun_s
    reads, writes = running.transactions()
    return seconds, (reads - before_counts[0], writes - before_counts[1])


def _enqueued(sandbox: Sandbox) -> int:
    return len(sandbox.generations)


async def _floor(
    oxen_url: str, folder: Path, posts: int, counts: tuple[int, int]
) -> dict[str, float]:
    """What a process of its own takes for bare POSTs and bare transactions."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.bench.bare_enqueue", oxen_url, str(folder), str(posts)),
        *(str(count) for count in counts),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError("the floor failed")
    return {name: float(value) for name, value in json.loads(output).items()}
