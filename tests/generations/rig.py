"""The services as the application builds them: a real database, a real Oxen client and stream."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import text

from bot.generations.engine import Engine, EngineParts
from bot.generations.service import GenerationService
from bot.models.generation import (
    Generation,
    GenerationState,
    NewRequest,
    RequestWithTakes,
    VideoSettings,
)
from bot.models.references import ReferenceImage
from bot.models.remote import RemoteGeneration
from bot.models.video_model import DEFAULT_MODEL
from bot.oxen.client import OxenClient
from bot.sandbox.server import Sandbox
from bot.store.database import Database
from bot.store.generations import SqlGenerationStore
from tests.generations.channel import Channel
from tests.generations.ticking import TestClock

LONGEST_WAIT_S = 1_200.0
"""On the hurried loop: half a minute."""
_interactions = itertools.count(1_000)


@dataclass(frozen=True, slots=True)
class Choices:
    """The settings that tests vary."""

    max_in_flight: int = 4
    settle_s: float = 0.0
    sweep_interval_s: float = 60.0
    render_deadline_minutes: int = 60
    max_result_bytes: int = 10 * 2**20
    models: tuple[str, ...] = ()
    """Allowed beside the default one."""


T = TypeVar("T")
Hook = Callable[[Mapping[str, Any]], Awaitable[None]]


class WatchedQueue(OxenClient):
    """The real client, with a halt before each POST, and another before its reply is heard."""

    before_post: Hook | None = None
    after_post: Callable[[RemoteGeneration], Awaitable[None]] | None = None

    async def enqueue(self, payload: Mapping[str, Any]) -> RemoteGeneration:
        if self.before_post is not None:
            await self.before_post(payload)
        begun = await super().enqueue(payload)
        if self.after_post is not None:
            await self.after_post(begun)
        return begun


@dataclass
class Rig:
    """One life of the bot; another one on the same folder is a restart."""

    sandbox: Sandbox
    channel: Channel
    clock: TestClock
    database: Database
    store: SqlGenerationStore
    queue: WatchedQueue
    engine: Engine
    service: GenerationService

    @property
    def parts(self) -> EngineParts:
        return self.engine.parts

    async def ask(
        self,
        *,
        user_id: int = 7,
        takes: int = 1,
        prompt: str = "a calm walk on the moon",
        model: str = DEFAULT_MODEL,
        references: tuple[ReferenceImage, ...] = (),
    ) -> RequestWithTakes:
        """Reserve a request, as a command does."""
        number = next(_interactions)
        return await self.service.create(
            NewRequest(
                interaction_id=number,
                user_id=user_id,
                user_name="Mona",
                guild_id=1,
                channel_id=2,
                private=False,
                settings=VideoSettings(model, prompt, "16:9", 3),
                references=references,
                takes=takes,
                price_microusd=None,
                placeholder_message_id=number,
            )
        )

    async def everything(self) -> list[Generation]:
        """All generations, oldest first."""
        return list(await self.store.in_states(*GenerationState))

    async def reached(self, *states: GenerationState, count: int = 1) -> list[Generation]:
        """Wait until so many generations are in one of the states."""

        async def found() -> list[Generation]:
            rows = [g for g in await self.everything() if g.state in states]
            return rows if len(rows) >= count else []

        return await self.until(found)

    async def one(self) -> Generation:
        """The only generation."""
        (generation,) = await self.everything()
        return generation

    async def at_rest(self) -> list[Generation]:
        """Wait until nothing is left to do and every card shows it."""

        async def resting() -> list[Generation]:
            rows = await self.everything()
            unsettled = await self.store.cards_to_check(1)
            return rows if rows and not unsettled and all(g.is_final for g in rows) else []

        return await self.until(resting)

    async def until(self, condition: Callable[[], Awaitable[T]]) -> T:
        """Wait until the condition gives something."""
        async with asyncio.timeout(LONGEST_WAIT_S):
            while not (value := await condition()):  # noqa: ASYNC110  it asks the database
                await asyncio.sleep(0.2)
        return value

    async def kill(self) -> None:
        """End without any goodbye: whatever runs is cut off where it stands."""
        tasks = [task for task in asyncio.all_tasks() if _is_of_the_bot(task)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def swept(self, times: int = 1) -> None:
        """Wait until so many further sweeps have gone through their lists."""
        before = len(self.sandbox.books.seen("list"))
        for number in range(1, times + 1):
            self.engine.sweep()
            # Bounded: it may stand inside a POST, which the engine lets finish before it stops.
            async with asyncio.timeout(LONGEST_WAIT_S):
                await self.sandbox.changes.until(
                    lambda seen=before + 5 * number: len(self.sandbox.books.seen("list")) >= seen  # type: ignore[misc]
                )

    def posts_seen(self) -> int:
        """POSTs that reached Oxen, whatever became of them."""
        return len(self.sandbox.books.seen("enqueue"))

    async def ledger_breaches(self) -> list[str]:
        """What stands in the ledger against its law."""
        query = text(
            "SELECT g.id, g.state, g.free, sum(l.kind = 'reserve') r, sum(l.kind = 'capture') c,"
            " sum(l.kind = 'release') x FROM generations g"
            " LEFT JOIN ledger l ON l.generation_id = g.id GROUP BY g.id"
        )
        rows = await self.database.run(lambda connection: list(connection.execute(query)))
        return [
            str(row)
            for row in rows
            if (row.r, row.c, row.x)
            != (
                1,
                int(row.state == "delivered" and not row.free),
                int(row.state in {"failed", "cancelled"} or bool(row.free)),
            )
        ]


def _is_of_the_bot(task: asyncio.Task[Any]) -> bool:
    code = getattr(task.get_coro(), "cr_code", None)
    return code is not None and "/bot/generations/" in code.co_filename
