"""Listens to Oxen's events. An event only marks what may have finished; the sweep guarantees."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from contextlib import aclosing

import structlog

from bot.generations.ports import GenerationStore, OxenEvents
from bot.models.generation import Generation
from bot.models.remote import GenerationFinished, StreamConnected

_log = structlog.get_logger(__name__)

_REMEMBERED_EARLY = 1_000
"""Events that came before the answer to their POST. What is dropped here, the sweep finds."""
_REMEMBERED_ACCEPTED = 1_000
"""Generations whose event need not look for them. What is dropped here, the database knows."""
_PATIENCE_S = 20.0
"""How long a POST waits for the stream. Without it the sweep still finds every result."""


class Listener:
    """One consumer of the event stream."""

    def __init__(
        self,
        store: GenerationStore,
        events: OxenEvents,
        *,
        finished: Callable[[Generation, GenerationFinished], None],
        connected: Callable[[], None],
    ) -> None:
        self._store = store
        self._events = events
        self._finished = finished
        self._connected = connected
        self._open = asyncio.Event()
        self._early: OrderedDict[str, GenerationFinished] = OrderedDict()
        self._accepted: OrderedDict[str, Generation] = OrderedDict()

    async def run(self) -> None:
        """Listen for ever; the stream reconnects by itself."""
        async with aclosing(self._events.events()) as events:
            async for event in events:
                if isinstance(event, StreamConnected):
                    self._open.set()
                    self._connected()
                else:
                    await self._heard(event)

    async def stream_open(self) -> None:
        """Wait until the stream has been open once, though not for ever."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self._open.wait()
        except TimeoutError:
            _log.warning("events.not_open", waited_s=_PATIENCE_S)

    def accepted(self, generation: Generation) -> None:
        """Oxen has named a generation: its event may have been faster than the name."""
        oxen_id = generation.oxen_id or ""
        early = self._early.pop(oxen_id, None)
        if early is not None:
            self._finished(generation, early)
            return
        self._accepted[oxen_id] = generation
        if len(self._accepted) > _REMEMBERED_ACCEPTED:
            self._accepted.popitem(last=False)

    async def _heard(self, event: GenerationFinished) -> None:
        # Taken out, not looked at: should the event come twice, the row tells what became of it.
        generation = self._accepted.pop(event.oxen_id, None)
        if generation is None:
            # Noted before the look-up: whichever comes second, this or ``accepted``, finds it.
            self._early[event.oxen_id] = event
            generation = await self._store.by_oxen_id(event.oxen_id)
        if generation is not None:
            self._early.pop(event.oxen_id, None)
            _log.info("events.finished", generation=generation.id, status=event.status.value)
            self._finished(generation, event)
        while len(self._early) > _REMEMBERED_EARLY:
            self._early.popitem(last=False)
