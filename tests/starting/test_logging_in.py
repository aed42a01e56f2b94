"""Discord's own count of IDENTIFYs keeps a bot that forgets its starts from using them up."""

from __future__ import annotations

import aiohttp
import discord

from bot.starting.logging_in import spare_sessions

DAY_S = 24 * 3_600.0


class Discord:
    """Counts the IDENTIFYs of a day, on a clock of its own."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.used = 0
        self.failures = 0

    async def limits(self) -> discord.SessionStartLimits:
        if self.failures:
            self.failures -= 1
            raise aiohttp.ClientConnectionError
        return discord.SessionStartLimits(
            total=1_000,
            remaining=1_000 - self.used,
            reset_after=int((DAY_S - self.now_s) * 1_000),
            max_concurrency=1,
        )

    async def sleep(self, seconds: float) -> None:
        self.now_s += seconds

    async def start(self) -> None:
        await spare_sessions(self.limits, sleep=self.sleep)


async def test_a_bot_that_forgets_its_starts_does_not_use_up_those_of_a_day() -> None:
    theirs = Discord()

    while True:
        await theirs.start()
        if theirs.now_s >= DAY_S:
            break
        theirs.used += 1
        theirs.now_s += 1

    assert 900 < theirs.used < 1_000


async def test_an_ordinary_start_does_not_wait() -> None:
    theirs = Discord()
    theirs.used = 300

    await theirs.start()

    assert theirs.now_s == 0


async def test_a_network_that_is_away_is_waited_for() -> None:
    theirs = Discord()
    theirs.failures = 2

    await theirs.start()

    assert theirs.now_s == 30
