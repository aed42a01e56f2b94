"""What was given up while Oxen had it: stopped there, or brought home free of charge after all."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

import structlog

from bot.errors import OxenError, StaleStateError
from bot.generations.growing_pauses import GrowingPauses
from bot.generations.ports import GenerationStore, OxenQueue
from bot.models.clock import Clock
from bot.models.generation import Generation, Rendering
from bot.models.remote import RemoteGeneration, RemoteStatus

_log = structlog.get_logger(__name__)

_FIRST_PAUSE_S = 30.0
_LONGEST_PAUSE_S = 3_600.0
_UNFINISHED = frozenset({RemoteStatus.QUEUED, RemoteStatus.PROCESSING})


class LostAndFound:
    """Compares what failed as lost with what Oxen's lists say of it."""

    def __init__(
        self,
        store: GenerationStore,
        queue: OxenQueue,
        *,
        changed: Callable[[Generation], None],
        finished: Callable[[int, RemoteGeneration], None],
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._queue = queue
        self._changed = changed
        self._finished = finished
        self._clock = clock
        self._deletions = GrowingPauses(
            first_s=_FIRST_PAUSE_S, longest_s=_LONGEST_PAUSE_S, monotonic=monotonic
        )

    async def compare(
        self, lost: Sequence[Rendering], at_oxen: Mapping[str, RemoteGeneration]
    ) -> None:
        """Have Oxen stop what still runs, and take up again what was finished all the same."""
        self._deletions.only({generation.id for generation in lost})
        for generation in lost:
            remote = at_oxen.get(generation.oxen_id)
            if remote is None:
                continue
            if remote.status in _UNFINISHED:
                await self._stop(generation)
            elif remote.status is RemoteStatus.SUCCEEDED:
                await self._take_up(generation, remote)

    async def _stop(self, generation: Rendering) -> None:
        # Whether Oxen stops what it renders already is not known.
        if self._deletions.left_s(generation.id):
            return
        self._deletions.tried(generation.id)
        try:
            await self._queue.cancel(generation.oxen_id)
        except OxenError as error:
            _log.warning("cancel.failed", generation=generation.id, error=type(error).__name__)

    async def _take_up(self, generation: Rendering, remote: RemoteGeneration) -> None:
        try:
            found = await self._store.take_up_again(generation.id, now_ms=self._clock())
        except StaleStateError:
            return
        _log.warning("sweep.found_again", generation=generation.id, oxen_id=generation.oxen_id)
        self._changed(found)
        self._finished(generation.id, remote)
