"""A brake for crash loops: Discord resets a token that identifies over 1,000 times a day."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from bot.models.clock import Clock

_log = structlog.get_logger(__name__)

_SPAN_MS = 15 * 60_000
_KEY = "discord.starts"


class Facts(Protocol):
    """Small things to remember between starts."""

    async def get(self, key: str) -> str | None:
        """The text under a key."""
        ...

    async def put(self, key: str, value: str) -> None:
        """Remember a text."""
        ...


class StartPace:
    """Lets the bot identify at most so many times in any quarter of an hour.

    Ten are 960 a day: under Discord's limit however long the loop goes on.
    """

    def __init__(
        self,
        facts: Facts,
        *,
        starts_per_quarter_hour: int,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._facts = facts
        self._most = starts_per_quarter_hour
        self._clock = clock
        self._sleep = sleep

    async def wait_for_turn(self) -> None:
        """Wait until another start is harmless, and put it on record before it happens."""
        while True:
            now_ms = self._clock()
            # A clock that was set back must not lock the bot out: what lies ahead never happened.
            starts = [at for at in await self._starts() if now_ms - _SPAN_MS < at <= now_ms]
            if len(starts) < self._most:
                await self._facts.put(_KEY, json.dumps([*starts, now_ms]))
                return
            pause_s = (starts[-self._most] + _SPAN_MS - now_ms) / 1000
            _log.warning("start.too_often", starts=len(starts), pause_s=round(pause_s))
            await self._sleep(pause_s)

    async def _starts(self) -> list[int]:
        text = await self._facts.get(_KEY)
        try:
            known = json.loads(text) if text else []
        except json.JSONDecodeError:
            return []
        return sorted(at for at in known if isinstance(at, int))
