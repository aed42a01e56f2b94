"""A restart with thousands in flight: how many list requests, and how long until all are known."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from bot.sandbox.server import Sandbox
from tests.bench.figures import Figure, Scale, median
from tests.bench.in_flight import write_in_flight
from tests.bench.processes import clapperboard
from tests.chaos.discord_on_the_wire import DiscordOnTheWire
from tests.chaos.wire_books import WireMessage

_LONGEST_S = 120.0
_RUNS = 3


async def measure(folder: Path, scale: Scale) -> list[Figure]:
    """From the start of the process until the card of one that failed meanwhile says so.

    The one is the newest of all, and Oxen tells of failures only in the fourth of five lists: when
    its card changes, the sweep has been through them all.
    """
    requests: list[float] = []
    seconds: list[float] = []
    gateway_s: list[float] = []
    for number in range(min(_RUNS, scale.rounds)):
        place = folder / f"recovery{number}"
        place.mkdir()
        async with DiscordOnTheWire() as discord:
            options = await write_in_flight(place, discord, scale.in_flight)
            async with Sandbox(options) as sandbox:
                latest = sandbox.generations[-1]
                await sandbox.fail(latest.id, "refused by the safety check")
                card = discord.books.visible()[-1]
                begun_s = time.monotonic()
                async with clapperboard(discord, sandbox, place, is_ready=False):
                    await discord.gateway.connected()
                    gateway_s.append(time.monotonic() - begun_s)
                    await _says_so(card)
                    seconds.append(time.monotonic() - begun_s)
                    requests.append(len(sandbox.books.seen("list")))
    return [
        Figure(
            "recovery_requests", median(requests), f"list requests, {scale.in_flight:,} in flight"
        ),
        Figure(
            "recovery_s",
            median(seconds),
            f"from the start of the process, of which {median(gateway_s):.1f} s to the gateway; "
            f"median of {len(seconds)}",
        ),
    ]


async def _says_so(card: WireMessage) -> None:
    async with asyncio.timeout(_LONGEST_S):
        while "safety check" not in card.words():  # noqa: ASYNC110  the books have no event
            await asyncio.sleep(0.01)
