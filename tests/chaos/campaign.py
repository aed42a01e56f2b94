"""The chaos itself: people ask, the bot is killed and started again, and in the end must rest."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.options import SandboxOptions
from bot.sandbox.server import Sandbox
from bot.store.engines import DATABASE_FILENAME
from tests.chaos.bot_process import BotProcess, write_config
from tests.chaos.crowd import Crowd
from tests.chaos.database_books import read_database, standing
from tests.chaos.discord_on_the_wire import DiscordOnTheWire
from tests.chaos.downtime import is_anything_being_posted, let_minutes_pass
from tests.chaos.fault_mix import discord_faults, oxen_faults
from tests.chaos.traps import DISCORD, Trap, WatchedFaults, any_spot
from tests.chaos.verdict import Verdict, check_commands, judge
from tests.world import quick_video

_START_S = 4.0
"""Roughly how long a start takes; kills during it are drawn from this span."""
_GATEWAY_CLOSED = 0.15
"""Chance that Discord closes the gateway once in a life of the bot."""
_LOOK_EVERY_S = 1.0
_STARTS_IN_VAIN = 8
_LONG_DOWN = 0.6
"""Chance that minutes pass before a start that finds a send whose outcome is not known."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much chaos."""

    kills: int
    generations: int
    seed: int
    minutes: float
    """After which no more kills happen, however many are left."""
    rest_s: float = 240.0
    """How long the bot may take to come to rest once all is well again."""
    settle_s: int = 10
    render_s: float = 1.0
    longest_life_s: float = 5.0
    """Of a life that ends at any time; one that ends in a trap may take a little longer."""


class Campaign:
    """One run; ``folder`` takes the database, the results and the log."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self._plan = plan
        self._folder = folder
        self._chance = random.Random(plan.seed)
        self._trap = Trap(self._kill)
        self.notes: list[str] = []
        """What people should know besides the counts."""
        self._ended_badly: list[str] = []
        self._rested_at_s = 0.0
        self.discord = DiscordOnTheWire(seed=plan.seed)
        self.sandbox = Sandbox(
            SandboxOptions(
                render_seconds=plan.render_s, renderer=quick_video, folder=folder / "oxen"
            )
        )
        self.sandbox.faults = WatchedFaults(oxen_faults(), seed=plan.seed, trap=self._trap)
        self.crowd = Crowd(self.discord, seed=plan.seed)
        self.ways: Counter[str] = Counter()

    @property
    def _database(self) -> Path:
        return self._folder / "data" / DATABASE_FILENAME

    async def run(self) -> Verdict:
        """Do it all; the verdict."""
        async with self.discord, self.sandbox:
            config = write_config(
                self._folder,
                self.sandbox.base_url,
                settle_s=self._plan.settle_s,
                starts=10 * self._plan.kills + 100,
            )
            self.bot = BotProcess(config, self.discord, log=self._folder / "bot.log")
            self.discord.watch = lambda endpoint, moment: self._trap.passed(
                DISCORD, endpoint, moment
            )
            self.discord.faults.arm(*discord_faults())
            crowd = asyncio.create_task(self.crowd.run(), name="crowd")
            try:
                await self._kill_again_and_again()
                await self._rest()
            finally:
                crowd.cancel()
                await asyncio.gather(crowd, return_exceptions=True)
                await self.crowd.leave()
                await self._end()
            return await asyncio.to_thread(self._verdict)

    def _kill(self) -> None:
        self.bot.kill()

    async def _kill_again_and_again(self) -> None:
        plan = self._plan
        until_s = time.monotonic() + plan.minutes * 60
        while self.bot.kills < plan.kills and time.monotonic() < until_s:
            share = (self.bot.kills + 1) / plan.kills
            self.crowd.allowance = min(plan.generations, round(plan.generations * share) + 3)
            await self._be_down()
            await self.bot.start()
            await self._one_life()
            status = await self.bot.gone()
            if status >= 0:
                self._ended_badly.append(f"by itself, with status {status}")
                if len(self.bot.own_ends) >= _STARTS_IN_VAIN:
                    raise RuntimeError(f"the bot does not stay up; see {self.bot.log}")
            _say(f"kills {self.bot.kills}, generations asked {self.crowd.asked_takes}")

    async def _be_down(self) -> None:
        """Mostly for no time at all."""
        unsure = await asyncio.to_thread(is_anything_being_posted, self._database)
        if not unsure or self._chance.random() >= _LONG_DOWN:
            return
        await self.discord.nothing_under_way()
        await asyncio.to_thread(let_minutes_pass, self._database, self.discord.books)
        self.ways["and minutes passed with a send unsettled"] += 1

    async def _one_life(self) -> None:
        """Live, and be killed in one of three ways."""
        way = self._chance.random()
        if way < 0.12:
            self.ways["while starting"] += 1
            await self._kill_after(self._chance.uniform(0.0, _START_S))
            return
        with suppress(TimeoutError):
            await self.bot.ready()
        if self._chance.random() < _GATEWAY_CLOSED:
            self._close_gateway_soon()
        if way < 0.45:
            self.ways["at any time"] += 1
            await self._kill_after(self._chance.uniform(0.0, self._plan.longest_life_s))
            return
        spot, passes = any_spot(self._chance)
        self._trap.set(spot, passes=passes)
        try:
            async with asyncio.timeout(self._plan.longest_life_s + 1.0):
                await self._trap.sprung.wait()
            self.ways[f"{spot.side} {spot.endpoint} {spot.moment}"] += 1
        except TimeoutError:
            self.ways["nothing passed the trap"] += 1
            self._kill()
        finally:
            self._trap.put_away()

    async def _kill_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._kill()

    def _close_gateway_soon(self) -> None:
        if self._chance.random() < 0.3:
            self.discord.gateway.forget_sessions()
        self._closing = asyncio.create_task(self.discord.gateway.close_connections())

    async def _rest(self) -> None:
        """Let the last ones be asked for; then all is well, and everything has to end."""
        self.crowd.allowance = self._plan.generations
        await self._be_down()
        await self.bot.start()
        await self.bot.ready()
        # The last ones are still to have their share of what goes wrong.
        await asyncio.sleep(2 * self._plan.longest_life_s)
        self.discord.faults.disarm()
        self.sandbox.faults.disarm()
        try:
            async with asyncio.timeout(self._plan.rest_s):
                while not await asyncio.to_thread(self._is_at_rest):  # noqa: ASYNC110  a file has no events
                    await asyncio.sleep(_LOOK_EVERY_S)
        except TimeoutError:
            self.notes.append(f"not at rest after {self._plan.rest_s:.0f} s")
        self._rested_at_s = time.monotonic()

    def _is_at_rest(self) -> bool:
        if not self._database.exists():
            return False
        now = standing(self._database)
        missing = self._plan.generations - now.generations
        if missing > 0 and now.is_at_rest:
            self.crowd.allowance = self.crowd.asked_takes + missing
        return missing <= 0 and now.is_at_rest

    async def _end(self) -> None:
        began_s = time.monotonic()
        status = await self.bot.end()
        took_s = time.monotonic() - began_s
        if status != 0:
            self._ended_badly.append(f"with {status}, {took_s:.1f} s after SIGTERM")
        self.ways["ended by SIGTERM"] += 1

    def _verdict(self) -> Verdict:
        database = read_database(self._database)
        verdict = judge(
            database, self.discord.books, self.sandbox.generations, kills=self.bot.kills
        )
        verdict.ended_badly += self._ended_badly
        verdict.found_by_search = self.bot.logged("deliver.found")
        excused = check_commands(
            verdict,
            database.rows,
            self.crowd.asked,
            last_killed_at_s=self.bot.last_killed_at_s,
            rested_at_s=self._rested_at_s,
        )
        if excused:
            self.notes.append(f"killed between acknowledgement and reservation: {excused}")
        return verdict

    def summary(self) -> list[str]:
        """For people: what happened, before the verdict."""
        books = self.discord.books
        return [
            f"ways to die: {dict(self.ways)}",
            f"people: {dict(self.crowd.deeds)}",
            f"Discord's faults: {dict(self.discord.faults.struck)}",
            f"Oxen's faults: {dict(self.sandbox.faults.struck)}",
            f"nonces that saved a second post: {len(books.nonce_hits)}",
            f"IDENTIFYs: {len(books.identified_at_s)}, resumed: {books.resumed}",
            f"requests to Discord: {books.counted()}",
            *self.notes,
        ]


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
