"""The bot as one process: the real services, put together as the application's, on simulated lines.

Nothing of ``bot.generations`` or ``bot.store`` is replaced; only what is outside of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.errors import StoreError, UserError
from bot.generations.actor import Actor
from bot.generations.assembling import (
    Adapters,
    EngineLimits,
    assembled_engine,
    assembled_service,
)
from bot.generations.model_book import ModelBook
from bot.generations.oversight import Oversight
from bot.models.generation import NewRequest, VideoSettings
from bot.models.quota import QuotaLimits
from bot.models.references import StoredImage
from bot.models.video_model import DEFAULT_MODEL
from bot.oxen.wire import OxenWire
from bot.quotas.service import QuotaService
from bot.store.database import Database
from bot.store.generations import SqlGenerationStore
from bot.store.schema import generations
from tests.simulation.channel import Channel
from tests.simulation.channel_line import ChannelLine
from tests.simulation.database import DatabaseOfLife, LastingDatabase
from tests.simulation.library import Disk, LibraryOfLife
from tests.simulation.life import Life
from tests.simulation.oxen_books import OxenBooks
from tests.simulation.oxen_line import OxenLine
from tests.simulation.plan import Plan, Wish

SETTLE_S = 300.0
RENDER_DEADLINE_MS = 60 * 60_000
_LONGEST_LIFE_MS = 6 * 3_600_000
"""A quarter of a real life: what nothing else can end is waited for minute by minute."""
_MAX_IN_FLIGHT = 3
_GUILD, _CHANNEL = 501, 601
_UTC = ZoneInfo("UTC")
_SETTLED_BY_HAND = select(generations.c.id).where(
    generations.c.state.not_in(("delivered", "cancelled"))
)
_NO_LIMITS = QuotaLimits(None, None, None, None, None)


class NoPictures:
    """``ReferenceAddresses`` of requests without references."""

    async def address(
        self, image: StoredImage, *, source_url: str | None, source_seen_at_ms: int
    ) -> str:
        raise AssertionError("there are none")


class Process:
    """Everything that a kill takes away."""

    def __init__(
        self,
        life: Life,
        plan: Plan,
        *,
        database: LastingDatabase,
        books: OxenBooks,
        channel: Channel,
        disk: Disk,
        late: Callable[[str], None],
    ) -> None:
        self.life = life
        self._channel = channel
        self._database = database
        timeline = life.timeline
        clock = timeline.clock_ms
        run = cast("Database", DatabaseOfLife(database, life, plan.troubles))
        store = SqlGenerationStore(run)
        self.oxen = oxen = OxenLine(books, life, disk, late=late)
        self._discord = line = ChannelLine(channel, life)
        outside = Adapters(
            store=store,
            queue=oxen,
            events=oxen,
            wire=OxenWire("https://sim"),
            addresses=NoPictures(),
            library=LibraryOfLife(disk, life, plan.troubles),
            placeholders=line,
            posts=line,
            models=ModelBook(oxen),
            clock=clock,
            monotonic=lambda: timeline.now_s,
            jitter=timeline.random.random,
        )
        self.engine = assembled_engine(
            outside,
            EngineLimits(
                max_in_flight=_MAX_IN_FLIGHT,
                render_deadline_ms=RENDER_DEADLINE_MS,
                max_result_bytes=200_000_000,
                sweep_interval_s=plan.sweep_interval_s,
                settle_s=SETTLE_S,
                longest_life_ms=_LONGEST_LIFE_MS,
            ),
        )
        self._oversight = Oversight(store, look=self.engine.look, clock=clock)
        self._service = assembled_service(
            outside,
            self.engine,
            quotas=QuotaService(store, _NO_LIMITS, _UTC, clock),
        )

    async def ask(self, wish: Wish, interaction_id: int) -> int | None:
        """What the desk does with a command; the request's id when it was written down."""
        card = self._channel.open_card(interaction_id, direct=wish.private)
        await self.life.step("after the answer to a command")
        if not wish.private:
            self._discord.remember_response(interaction_id)
        new = NewRequest(
            interaction_id=interaction_id,
            user_id=wish.user_id,
            user_name="Ada",
            guild_id=_GUILD,
            channel_id=_CHANNEL,
            private=wish.private,
            settings=VideoSettings(DEFAULT_MODEL, wish.prompt, "16:9", 5),
            references=(),
            takes=wish.takes,
            price_microusd=None,
            placeholder_message_id=card if wish.card_known or wish.private else None,
        )
        try:
            asked = await self._service.create(new)
        except (UserError, StoreError) as error:
            self.life.timeline.note("person", f"was refused: {error!r}")
            return None
        return asked.request.id

    async def cancel(self, request_id: int, user_id: int) -> None:
        try:
            await self._service.cancel(request_id, Actor(user_id, _GUILD))
        except (UserError, StoreError) as error:
            self.life.timeline.note("person", f"cannot cancel: {error!r}")

    async def delete(self, generation_id: int) -> None:
        try:
            await self._service.delete_result(generation_id, Actor(0, _GUILD, is_moderator=True))
        except (UserError, StoreError) as error:
            self.life.timeline.note("person", f"cannot delete: {error!r}")

    async def settle_by_hand(self, what: str) -> None:
        """A moderator presses a button of a list that may be long out of date."""
        candidates = self._database.look(
            lambda connection: sorted(connection.execute(_SETTLED_BY_HAND).scalars())
        )
        if not candidates:
            return
        generation_id = self.life.timeline.random.choice(candidates)
        try:
            if what == "a moderator tries again":
                await self._oversight.try_again(generation_id, _GUILD)
            else:
                self._channel.given_up.add(generation_id)
                await self._oversight.give_up(generation_id, _GUILD)
        except (UserError, StoreError) as error:
            self.life.timeline.note("person", f"cannot settle {generation_id}: {error!r}")
