"""The floor: a bare discord.py bot with one command that only defers, and a bare delivery loop.

Run as ``python -m tests.bench.bare_bot``. With ``OXEN_URL`` in the environment it also listens to
Oxen's events, and sends each result as it comes: parse, fetch, send; no database, no checks.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from tests.bench.stand_in import point_at_stand_in
from tests.chaos.wire_places import CHANNEL_ID


class BareVideo(commands.GroupCog, group_name="video", group_description="Make videos"):
    """``/video create``, which defers and does nothing else."""

    @app_commands.command(description="Defer")
    async def create(self, interaction: discord.Interaction[Any], prompt: str) -> None:
        """Defer."""
        await interaction.response.defer(thinking=True)


class BareBot(commands.AutoShardedBot):
    """discord.py with the settings that Clapperboard uses, and nothing around it."""

    def __init__(self) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
        )

    async def setup_hook(self) -> None:
        """Register the command."""
        await self.add_cog(BareVideo())
        await self.tree.sync()


async def deliver(bot: BareBot, oxen_url: str) -> None:
    """Parse each event, fetch its result, send it."""
    import httpx  # noqa: PLC0415  a bare bot without this loop has no use for it

    await bot.wait_until_ready()
    channel = bot.get_partial_messageable(CHANNEL_ID)
    headers = {"Authorization": "Bearer bare"}
    async with (
        httpx.AsyncClient(trust_env=False, timeout=None) as client,
        client.stream("GET", f"{oxen_url}/api/events", headers=headers) as stream,
    ):
        async for line in stream.aiter_lines():
            if not line.startswith("data:"):
                continue
            told = json.loads(line.removeprefix("data:"))
            if "url" not in told or "generation_id" not in told:
                continue
            result = await client.get(told["url"])
            await channel.send(file=discord.File(io.BytesIO(result.content), filename="video.mp4"))


async def run() -> None:
    """Be the bot until killed."""
    discord.VoiceClient.warn_nacl = False
    discord.VoiceClient.warn_dave = False
    bot = BareBot()
    oxen_url = os.environ.get("OXEN_URL")
    async with bot:
        delivering = asyncio.create_task(deliver(bot, oxen_url)) if oxen_url else None
        await bot.start("bare")
        del delivering


if __name__ == "__main__":
    point_at_stand_in()
    asyncio.run(run())
