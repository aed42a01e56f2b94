"""Resident memory: idle, with thousands in flight, and while a large result passes through."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from bot.media.animatic import AnimaticRequest
from bot.sandbox.options import SandboxOptions
from bot.sandbox.server import Sandbox
from tests.bench.figures import Figure, Scale, median
from tests.bench.in_flight import write_in_flight
from tests.bench.processes import bare_bot, clapperboard
from tests.bench.videos import padded_video
from tests.chaos import discord_on_the_wire, wire_gateway
from tests.chaos.discord_on_the_wire import DiscordOnTheWire
from tests.chaos.wire_places import guild_json, person_id

_MB = 1_000_000
_LONGEST_S = 180.0
_LOOK_EVERY_S = 0.005
_STATUSES = 5
_SAMPLES = 10
"""After the second sweep everything is known; what memory then does is watched for a while."""
_LARGEST_BODY_BYTES = 256 * 2**20
_BOOSTED = 3
"""A server that takes 100 MiB a file."""


async def measure(folder: Path, scale: Scale) -> list[Figure]:
    """Each in processes of its own; a bot that has started before, as nearly every one has."""
    bare: list[int] = []
    idle: list[int] = []
    result: list[int] = []
    crowded: list[int] = []
    recovering: list[int] = []
    with _boosted_discord():
        for number in range(min(3, scale.rounds)):
            place = folder / f"memory{number}"
            place.mkdir()
            async with DiscordOnTheWire() as discord, bare_bot(discord, place) as running:
                await running.quiet()
                bare.append(running.memory_bytes())
            before, peak = await _alone(place, scale.result_bytes)
            idle.append(before)
            result.append(peak - before)
            settled, most = await _crowded(folder / f"crowd{number}", scale)
            crowded.append(settled)
            recovering.append(most)
    idle_mb, bare_mb = median(idle) / _MB, median(bare) / _MB
    crowded_mb = median(crowded) / _MB
    return [
        Figure("memory_idle_mb", idle_mb - bare_mb, f"{idle_mb:.1f} against {bare_mb:.1f} MB"),
        Figure(
            "memory_10000_mb",
            crowded_mb - idle_mb,
            f"{crowded_mb:.1f} MB with {scale.in_flight:,} in flight; "
            f"{median(recovering) / _MB:.1f} MB at most while they were made known again",
        ),
        Figure(
            "memory_result_mb",
            median(result) / _MB,
            f"the most while {scale.result_bytes / _MB:.0f} MB are fetched, taken in and posted",
        ),
    ]


async def _alone(place: Path, result_bytes: int) -> tuple[int, int]:
    """Bytes when idle, and the most while one result passes through."""

    def render(_: AnimaticRequest, path: Path) -> None:
        padded_video(path, result_bytes)

    options = SandboxOptions(render_seconds=None, renderer=render)
    async with Sandbox(options) as sandbox, DiscordOnTheWire() as discord:
        async with clapperboard(discord, sandbox, place):
            pass
        async with clapperboard(discord, sandbox, place) as running:
            idle_bytes = running.memory_bytes()
            await discord.people.create(person_id(1), "a calm walk on the moon")
            async with asyncio.timeout(_LONGEST_S):
                await sandbox.changes.until(lambda: bool(sandbox.generations))
                await running.quiet()
                most_bytes = idle_bytes
                finishing = asyncio.create_task(sandbox.finish(sandbox.generations[0].id))
                while not _posted(discord, result_bytes):
                    most_bytes = max(most_bytes, running.memory_bytes())
                    await asyncio.sleep(_LOOK_EVERY_S)
                await finishing
            return idle_bytes, most_bytes


async def _crowded(place: Path, scale: Scale) -> tuple[int, int]:
    """Bytes with so many in flight: when everything is known again, and the most on the way."""
    place.mkdir()  # noqa: ASYNC240  nothing else is being measured yet
    async with DiscordOnTheWire() as discord:
        options = await write_in_flight(place, discord, scale.in_flight)
        async with Sandbox(options) as sandbox:
            async with clapperboard(discord, sandbox, place):
                pass
            lists = len(sandbox.books.seen("list"))
            seen_bytes = [0]
            async with clapperboard(discord, sandbox, place, is_ready=False) as running:
                await discord.gateway.connected()
                # Two sweeps: one at the start, one when the stream is open. Then what follows.
                while len(sandbox.books.seen("list")) < lists + 2 * _STATUSES:
                    seen_bytes.append(running.memory_bytes())
                    await asyncio.sleep(_LOOK_EVERY_S)
                for _ in range(_SAMPLES):
                    seen_bytes.append(running.memory_bytes())
                    await asyncio.sleep(scale.watched_s / _SAMPLES)
            return seen_bytes[-1], max(seen_bytes)


def _posted(discord: DiscordOnTheWire, size_bytes: int) -> bool:
    messages = discord.books.messages.values()
    return any(file.size_bytes >= size_bytes for message in messages for file in message.files)


@contextmanager
def _boosted_discord() -> Iterator[None]:
    """A stand-in that takes large files."""

    def boosted() -> dict[str, object]:
        return {**guild_json(), "premium_tier": _BOOSTED}

    with (
        patch.object(wire_gateway, "guild_json", boosted),
        patch.object(discord_on_the_wire, "_LARGEST_BODY_BYTES", _LARGEST_BODY_BYTES),
    ):
        yield
