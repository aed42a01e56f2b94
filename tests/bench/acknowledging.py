"""From INTERACTION_CREATE to the callback, against a bare command that only defers."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.sandbox.options import SandboxOptions
from bot.sandbox.server import Sandbox
from tests.bench.figures import Figure, Scale, median, ms, percentile
from tests.bench.processes import Running, bare_bot, clapperboard
from tests.chaos.discord_on_the_wire import DiscordOnTheWire
from tests.chaos.wire_places import person_id

_PEOPLE = 50
_LONGEST_S = 30.0
_PAUSE_S = 0.05


async def measure(folder: Path, scale: Scale) -> list[Figure]:
    """One round alone and one crowd for each, in turn."""
    alone: dict[str, list[float]] = {"bare": [], "ours": []}
    crowd: dict[str, list[float]] = {"bare": [], "ours": []}
    slowest: dict[str, list[float]] = {"bare": [], "ours": []}
    async with (
        Sandbox(SandboxOptions(render_seconds=None)) as sandbox,
        DiscordOnTheWire() as bare_discord,
        DiscordOnTheWire() as our_discord,
        bare_bot(bare_discord, folder) as bare,
        clapperboard(our_discord, sandbox, folder) as ours,
    ):
        both = {"bare": bare, "ours": ours}
        for running in both.values():
            await _acknowledged(running, 3)
        for _ in range(scale.rounds):
            for name, running in both.items():
                for _ in range(scale.alone):
                    alone[name] += await _acknowledged(running, 1)
                    await asyncio.sleep(_PAUSE_S)
                await running.quiet()
            for name, running in both.items():
                times = await _acknowledged(running, scale.crowd)
                crowd[name] += times
                slowest[name].append(max(times))
                await running.quiet()
    alone_ratio = median(alone["ours"]) / median(alone["bare"])
    crowd_ratio = median(crowd["ours"]) / median(crowd["bare"])
    tails = {name: percentile(times, 0.99) for name, times in alone.items()}
    crowd_tails = {name: percentile(times, 0.99) for name, times in crowd.items()}
    return [
        Figure(
            "ack_median_ratio",
            max(alone_ratio, crowd_ratio),
            f"alone {ms(median(alone['ours']))} / {ms(median(alone['bare']))} = {alone_ratio:.2f}; "
            f"{scale.crowd} at once {ms(median(crowd['ours']))} / {ms(median(crowd['bare']))}"
            f" = {crowd_ratio:.2f}; the worse counts",
        ),
        Figure(
            "ack_p99_ratio",
            max(tails["ours"] / tails["bare"], crowd_tails["ours"] / crowd_tails["bare"]),
            f"alone {ms(tails['ours'])} / {ms(tails['bare'])}; "
            f"{scale.crowd} at once {ms(crowd_tails['ours'])} / {ms(crowd_tails['bare'])}",
        ),
        Figure(
            "ack_100_max_s",
            median(slowest["ours"]),
            f"slowest of each crowd, median of {scale.rounds}; bare {ms(median(slowest['bare']))}",
        ),
    ]


async def _acknowledged(running: Running, count: int) -> list[float]:
    """Seconds until each of ``count`` commands given at once was acknowledged."""
    discord = running.discord
    asked = await asyncio.gather(
        *(
            discord.people.create(person_id(number % _PEOPLE), f"a calm walk, number {number}")
            for number in range(count)
        )
    )
    async with asyncio.timeout(_LONGEST_S):
        while not all(one.answered for one in asked):  # noqa: ASYNC110  the books have no event
            await asyncio.sleep(0.002)
    return [(one.answered_at_s or 0.0) - one.at_s for one in asked]
