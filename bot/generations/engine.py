"""The engine: every loop of a generation's life, started and stopped together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from bot.generations.board import ProgressBoard
from bot.generations.collector import Collector
from bot.generations.deliverer import Deliverer
from bot.generations.gate import OxenGate
from bot.generations.listener import Listener
from bot.generations.model_book import ModelBook
from bot.generations.ports import GenerationStore
from bot.generations.reaper import Reaper
from bot.generations.submitter import Submitter
from bot.generations.sweeper import Sweeper
from bot.models.generation import Generation, GenerationState, RequestWithTakes
from bot.models.remote import GenerationFinished

_log = structlog.get_logger(__name__)

_GUARANTEE_S = 60.0
"""How often rows are picked up again that no lane is seeing to."""
_CARDS_AT_A_TIME = 100
_LINE_PAUSE_S = 1.0
"""A crowd moves the line with every POST: one look at those in front then stands for many."""
_NEXT_POST_S = 0.05
"""About how long the database is busy with a finished video until it is sent."""
_RESTART_S = 5.0
_LAST_UPLOADS_S = 20.0
"""How long a shutdown waits for uploads under way; later ones go on after the next start."""


@dataclass(slots=True)
class EngineParts:
    """The workers; see ``bot.generations.assembling``."""

    submitter: Submitter
    gate: OxenGate
    listener: Listener
    sweeper: Sweeper
    collector: Collector
    deliverer: Deliverer
    board: ProgressBoard
    models: ModelBook
    reaper: Reaper


class Engine:
    """Starts the loops, passes signals between the workers, and recovers after a restart."""

    def __init__(self, store: GenerationStore) -> None:
        self._store = store
        self._parts: EngineParts | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._line_moved = asyncio.Event()
        self._chores: dict[str, Callable[[], Awaitable[None]]] = {}

    def assemble(self, parts: EngineParts) -> None:
        """Take the workers; they in turn signal through this engine."""
        self._parts = parts

    def also_run(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Have another loop started and stopped with the others."""
        self._chores[name] = run

    @property
    def parts(self) -> EngineParts:
        """The workers."""
        if self._parts is None:
            raise RuntimeError("assemble() comes first")
        return self._parts

    async def start(self) -> None:
        """Take up whatever the last run left, and go on."""
        parts = self.parts
        for name, run in (
            ("listener", parts.listener.run),
            ("submitter", parts.submitter.run),
            ("sweeper", parts.sweeper.run),
            ("models", parts.models.run),
            ("collect", parts.collector.lane.run),
            ("deliver", parts.deliverer.lane.run),
            ("board", parts.board.lane.run),
            ("line", self._tell_the_line),
            ("guarantee", self._guarantee),
            *self._chores.items(),
        ):
            self._tasks.append(asyncio.create_task(_for_ever(name, run), name=name))

    async def stop(self) -> None:
        """Begin nothing new; let POSTs and uploads under way end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        parts = self.parts
        await parts.submitter.finish()
        await parts.collector.lane.close()
        try:
            async with asyncio.timeout(_LAST_UPLOADS_S):
                await parts.deliverer.lane.close(let_finish=True)
        except TimeoutError:
            await parts.deliverer.lane.close()
        await parts.board.lane.close()

    def reserved(self, asked: RequestWithTakes) -> None:
        """A request has been written down."""
        self.parts.board.changed(asked.generations[0])
        self.parts.submitter.wake()

    def changed(self, generation: Generation) -> None:
        """A generation has a new state: its card follows, and the next worker takes it up."""
        self.parts.board.changed(generation)
        if generation.state is GenerationState.READY:
            self.parts.deliverer.lane.put(generation.id)
            # Its place at Oxen is free, but what is there goes first: the next video takes minutes.
            asyncio.get_running_loop().call_later(_NEXT_POST_S, self.parts.submitter.wake)
        elif generation.is_final and generation.state is not GenerationState.DELIVERED:
            self.parts.submitter.wake()

    def accepted(self, generation: Generation) -> None:
        """Oxen has named a generation."""
        self.parts.listener.accepted(generation)
        self.line_moved()
        if generation.cancel_requested_at_ms is not None:
            self.parts.collector.finished(generation.id)

    def look(self, generation: Generation) -> None:
        """A moderator wants something done about it now."""
        self.parts.board.changed(generation)
        if generation.state in {GenerationState.READY, GenerationState.POSTING}:
            self.parts.deliverer.lane.put(generation.id)
        elif generation.state is GenerationState.RENDERING:
            self.parts.collector.finished(generation.id)
        else:
            self.parts.submitter.wake()
            self.parts.sweeper.request()

    def heard(self, generation: Generation, event: GenerationFinished) -> None:
        """An event says that a generation has ended."""
        self.parts.collector.heard(generation, event)

    def sweep(self) -> None:
        """Something may have happened that nobody heard of."""
        self.parts.sweeper.request()

    def cancel_asked(self, generation: Generation) -> None:
        """A person wants what Oxen has already: the collector asks Oxen and follows it up."""
        if generation.state is GenerationState.RENDERING:
            self.parts.collector.finished(generation.id)

    def line_moved(self) -> None:
        """The line moved, or Oxen went away or came back: those who wait are told."""
        self._line_moved.set()

    async def _tell_the_line(self) -> None:
        while True:
            await self._line_moved.wait()
            self._line_moved.clear()
            await self.parts.board.line_moved()
            await asyncio.sleep(_LINE_PAUSE_S)

    async def _guarantee(self) -> None:
        parts = self.parts
        while True:
            await parts.reaper.reap()
            for generation_id in await self._store.ids_in_states(
                GenerationState.READY, GenerationState.POSTING
            ):
                if generation_id not in parts.deliverer.lane:
                    parts.deliverer.lane.put(generation_id)
            # A card follows each change within seconds: of thousands under way only the latest can
            # be behind, and looking at all would hold up those of people who ask just now.
            for request_id in await self._store.cards_to_check(_CARDS_AT_A_TIME):
                if request_id not in parts.board.lane:
                    parts.board.lane.put(request_id)
            await asyncio.sleep(_GUARANTEE_S)


async def _for_ever(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Run a loop that must never end; one that breaks is started again after a pause."""
    while True:
        try:
            await run()
        except Exception:  # noqa: BLE001  whatever it was, the loop has to go on
            _log.exception("engine.loop_broke", loop=name)
        await asyncio.sleep(_RESTART_S)
