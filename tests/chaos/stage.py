"""The real bot as a process between the two stand-ins, for one example after the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.sandbox.options import SandboxOptions
from bot.sandbox.server import Sandbox
from bot.store.engines import DATABASE_FILENAME
from tests.chaos.bot_process import BotProcess, write_config
from tests.chaos.database_books import Row, read_database
from tests.chaos.discord_on_the_wire import DiscordOnTheWire
from tests.chaos.wire_books import WireInteraction, WireMessage
from tests.chaos.wire_places import person_id
from tests.world import quick_video

_LOOK_EVERY_S = 0.05
_PATIENCE_S = 40.0
_STARTS = 10_000
_SETTLE_S = 5
_RENDER_S = 0.1


@dataclass(slots=True)
class Stage:
    """What an example can do and see."""

    discord: DiscordOnTheWire
    sandbox: Sandbox
    bot: BotProcess
    database: Path
    _number: int = 0

    async def ask(self, *, user: int = 1, **options: Any) -> WireInteraction:
        """Give ``/video create`` with a prompt of its own."""
        self._number += 1
        return await self.discord.people.create(
            person_id(user), f"example {self._number:03}", duration=3, **options
        )

    async def ended(self, asked: WireInteraction, *, take: int = 1) -> Row:
        """Wait until a take is in a final state."""
        rows: list[Row] = await self.until(
            lambda: [row for row in self._rows(asked)[take - 1 : take] if row.is_final]
        )
        return rows[0]

    async def until(self, look: Callable[[], Any], *, within_s: float = _PATIENCE_S) -> Any:
        """Wait until there is something to be seen; raises ``TimeoutError`` with the bot's log."""
        try:
            async with asyncio.timeout(within_s):
                while not (seen := await asyncio.to_thread(look)):  # noqa: ASYNC110  a file has no events
                    await asyncio.sleep(_LOOK_EVERY_S)
        except TimeoutError as error:
            log = self.bot.last_words()
            raise TimeoutError(f"nothing to be seen; the bot's log ends with\n{log}") from error
        return seen

    def posts(self, row: Row) -> list[WireMessage]:
        """Every post of a generation there ever was."""
        return self.discord.books.bearing(f"clap:more:{row.id}")

    def card(self, asked: WireInteraction) -> WireMessage:
        """The first response, which is the card of the request."""
        return self.discord.books.messages[asked.response_id or 0]

    def sends(self) -> int:
        """How often the bot has tried to send a message so far."""
        return sum(request.endpoint == "send" for request in self.discord.books.requests)

    def _rows(self, asked: WireInteraction) -> list[Row]:
        if not self.database.exists():
            return []
        return [row for row in read_database(self.database).rows if row.prompt == asked.label]


@asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[Stage]:
    """Everything up and connected; ended by SIGTERM."""
    options = SandboxOptions(render_seconds=_RENDER_S, renderer=quick_video, folder=folder / "oxen")
    async with DiscordOnTheWire() as discord, Sandbox(options) as sandbox:
        config = write_config(folder, sandbox.base_url, settle_s=_SETTLE_S, starts=_STARTS)
        bot = BotProcess(config, discord, log=folder / "bot.log")
        await bot.start()
        try:
            await bot.ready()
            yield Stage(discord, sandbox, bot, folder / "data" / DATABASE_FILENAME)
        finally:
            await bot.end()
