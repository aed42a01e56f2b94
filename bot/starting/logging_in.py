"""Logging in to Discord, however long the network takes to come up."""

from __future__ import annotations

import asyncio

import aiohttp
import discord
import structlog

from bot.errors import StartError

_log = structlog.get_logger(__name__)

_AGAIN_S = 15.0
"""A machine that starts may have no network yet; logging in counts towards no gateway limit."""


async def log_in(client: discord.Client, token: str) -> None:
    """Log in, and try again until Discord answers; raises ``StartError`` for a refused token."""
    while True:
        try:
            await client.login(token)
        except discord.LoginFailure as error:
            raise StartError(
                "Discord refused the token: check DISCORD_TOKEN, or make a new one on the Bot "
                "page of the developer portal."
            ) from error
        except (aiohttp.ClientError, OSError, discord.DiscordServerError) as error:
            _log.warning("discord.unreachable", error=type(error).__name__, retry_s=_AGAIN_S)
            await asyncio.sleep(_AGAIN_S)
        else:
            return
