"""Logging in to Discord, however long the network takes to come up, and never too often."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import discord
import structlog

from bot.errors import StartError

_log = structlog.get_logger(__name__)

_AGAIN_S = 15.0
"""A machine that starts may have no network yet; logging in counts towards no gateway limit."""
_SPARED = 50
"""IDENTIFYs of a day that are left to a running bot, whose sessions Discord may end."""


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


async def spare_sessions(
    fetch_limits: Callable[[], Awaitable[discord.SessionStartLimits]],
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Wait a while where Discord says that half of the day's IDENTIFYs are used up.

    What is left is spread over the time until Discord counts anew, so that no crash loop uses up
    the last, also where the record of ``StartPace`` is lost with each container. Discord counts
    too what a running bot identifies by itself.
    """
    while True:
        try:
            limits = await fetch_limits()
        except (discord.GatewayNotFound, aiohttp.ClientError, OSError) as error:
            _log.warning("discord.unreachable", error=type(error).__name__, retry_s=_AGAIN_S)
            await sleep(_AGAIN_S)
        else:
            break
    if limits.remaining * 2 >= limits.total:
        return
    pause_s = limits.reset_after / 1000 / max(limits.remaining - _SPARED, 1)
    _log.warning("start.few_sessions_left", remaining=limits.remaining, pause_s=round(pause_s))
    await sleep(pause_s)
