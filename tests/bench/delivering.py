"""From the event to the message, against a bare loop, and against polling every five seconds.

The floor parses, fetches and sends, and would lose the video in a power cut or post it twice after
one. What stands between it and the bot by design is on the disk before the send: the file, its
name, that it is there (``ready``), and that it is about to be sent (``posting``). That a message is
there (``delivered``) comes after the send and is in neither time. The ratio that counts is to the
floor without any of this; beside it stands what this alone takes, bare, in the same run.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bot.media.durably import sync_file, sync_folder
from bot.models.video_model import DEFAULT_MODEL
from bot.sandbox.options import SandboxOptions
from bot.sandbox.server import Sandbox
from bot.store.engines import create_engine, parse_url, sqlite_url
from tests.bench.bare_enqueue import create_table, write_row
from tests.bench.figures import Figure, Scale, median, ms
from tests.bench.processes import Running, bare_bot, clapperboard
from tests.bench.videos import tiny_bytes, tiny_video
from tests.chaos.discord_on_the_wire import DiscordOnTheWire
from tests.chaos.wire_faults import Moment
from tests.chaos.wire_places import person_id

_KEY = {"Authorization": "Bearer bare"}
_LONGEST_S = 30.0
_EXAMPLE_POLLS_EVERY_S = 5.0
"""Oxen's own example; a result waits half of it on average before it is noticed."""


@dataclass(slots=True)
class _Sends:
    """When the stand-in received the sends of one bot."""

    at_s: list[float] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self, endpoint: str, moment: Moment) -> None:
        if endpoint == "send" and moment is Moment.BEFORE:
            self.at_s.append(time.monotonic())
            self.arrived.set()


@dataclass(slots=True)
class _Side:
    """One of the two that are compared, with its own Oxen and its own Discord."""

    running: Running
    sandbox: Sandbox
    sends: _Sends
    times_s: list[float] = field(default_factory=list)


async def measure(folder: Path, scale: Scale) -> list[Figure]:
    """One result at a time, for each in turn; the result is tiny, so its transfer is as good as
    free, and both fetch it.
    """
    options = SandboxOptions(render_seconds=None, renderer=tiny_video, foreign_events=False)
    async with (
        Sandbox(options) as our_sandbox,
        Sandbox(options) as bare_sandbox,
        DiscordOnTheWire() as our_discord,
        DiscordOnTheWire() as bare_discord,
        clapperboard(our_discord, our_sandbox, folder) as ours,
        bare_bot(bare_discord, folder, bare_sandbox.base_url) as bare,
    ):
        await bare_sandbox.stream_opened(1)
        our_side = _side(ours, our_sandbox)
        bare_side = _side(bare, bare_sandbox)
        for number in range(scale.warming_up + scale.rounds * scale.results):
            for side in (our_side, bare_side):
                await _one(side, number, by_command=side is our_side)
        get_s = await _asking(bare_sandbox, scale.results)
    durable_s = await _on_the_disk(folder / "durable", scale.rounds * scale.results)
    our_s, bare_s = our_side.times_s[scale.warming_up :], bare_side.times_s[scale.warming_up :]
    floor_s = median(bare_s)
    polled_s = _EXAMPLE_POLLS_EVERY_S / 2 + get_s + floor_s
    return [
        Figure(
            "deliver_ratio",
            median(our_s) / floor_s,
            f"{ms(median(our_s))} / {ms(floor_s)}, median of {len(our_s)}, one at a time; with "
            f"what must be on the disk before the send, bare {ms(durable_s)}: "
            f"{median(our_s) / (floor_s + durable_s):.2f}",
        ),
        Figure(
            "deliver_vs_polling",
            polled_s / median(our_s),
            f"half of 5 s, a GET of {ms(get_s)} and the bare loop's {ms(floor_s)}, "
            f"against {ms(median(our_s))}",
        ),
    ]


def _side(running: Running, sandbox: Sandbox) -> _Side:
    sends = _Sends()
    running.discord.watch = sends
    return _Side(running, sandbox, sends)


async def _one(side: _Side, number: int, *, by_command: bool) -> None:
    """One video asked for, finished and posted."""
    sandbox = side.sandbox
    before = len(sandbox.generations)
    async with asyncio.timeout(_LONGEST_S):
        if by_command:
            await side.running.discord.people.create(person_id(number), f"a calm walk, {number}")
        else:
            await _enqueue(sandbox)
        await sandbox.changes.until(lambda: len(sandbox.generations) > before)
        await side.running.quiet()
        side.sends.arrived.clear()
        oxen_id = sandbox.generations[-1].id
        told_s: list[float] = []

        def is_over() -> bool:
            # Asked the moment before the event goes out.
            if not sandbox.generations[-1].is_active:
                told_s.append(time.monotonic())
            return bool(told_s)

        over = asyncio.create_task(sandbox.changes.until(is_over))
        await sandbox.finish(oxen_id)
        await over
        await side.sends.arrived.wait()
    side.times_s.append(side.sends.at_s[-1] - told_s[0])
    await side.running.quiet()


async def _on_the_disk(folder: Path, times: int) -> float:
    """Seconds that a file, its name and two commits take to be on the disk, and nothing else."""
    await asyncio.to_thread(folder.mkdir)
    engine = create_engine(parse_url(sqlite_url(folder)))
    await engine.transact(create_table)

    def keep(number: int) -> None:
        place = folder / f"{number}.part"
        place.write_bytes(tiny_bytes())
        sync_file(place)
        place.replace(place.with_suffix(".mp4"))
        sync_folder(folder)

    taken_s = []
    for number in range(times):
        begun_s = time.perf_counter()
        await asyncio.to_thread(keep, number)
        for commit in range(2):
            await engine.transact(write_row, 2 * number + commit)
        taken_s.append(time.perf_counter() - begun_s)
    await engine.dispose()
    return median(taken_s)


async def _enqueue(sandbox: Sandbox) -> None:
    async with httpx.AsyncClient(trust_env=False, headers=_KEY) as client:
        body = {"model": DEFAULT_MODEL, "prompt": "a calm walk", "duration": 5}
        (await client.post(f"{sandbox.base_url}/api/ai/queue", json=body)).raise_for_status()


async def _asking(sandbox: Sandbox, times: int) -> float:
    """Seconds that one GET of a generation takes, as a polling loop makes it."""
    url = f"{sandbox.base_url}/api/ai/queue/{sandbox.generations[-1].id}"
    taken_s = []
    async with httpx.AsyncClient(trust_env=False, headers=_KEY) as client:
        for _ in range(times):
            begun_s = time.perf_counter()
            (await client.get(url)).raise_for_status()
            taken_s.append(time.perf_counter() - begun_s)
    return median(taken_s)
