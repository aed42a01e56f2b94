"""The sweep: compares Oxen's list with the database, so that a lost event costs seconds.

One list request per status, however many generations are in flight. The statuses are read in the
order of a generation's life: one that moves on meanwhile is seen at least once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.errors import OxenError, OxenThrottledError, StaleStateError
from bot.generations.lost_and_found import LostAndFound
from bot.generations.ports import GenerationStore, OxenQueue, WireFormat
from bot.models.clock import Clock
from bot.models.generation import (
    Failure,
    FailureKind,
    Generation,
    GenerationState,
    Rendering,
)
from bot.models.remote import RemoteGeneration, RemoteStatus

_log = structlog.get_logger(__name__)

_LIFE = (
    RemoteStatus.QUEUED,
    RemoteStatus.PROCESSING,
    RemoteStatus.SUCCEEDED,
    RemoteStatus.FAILED,
    RemoteStatus.CANCELLED,
)
_UNFINISHED = frozenset({RemoteStatus.QUEUED, RemoteStatus.PROCESSING})
_ABSENT_SWEEPS = 2
"""An attempt counts as not carried out only when it was absent twice (after the settling time)."""
_MOST_ATTEMPTS = 2
"""The POST is tried once more after an ambiguous one, never a third time."""
_LONGEST_WISH_S = 600.0
"""A ``Retry-After`` of more is not waited for: the sweep is what everything else relies on."""
_LATE_MS = 7 * 24 * 3_600_000
"""How long after its attempt an orphan is still looked for, and what was given up after that: the
clock that dated it may have been days behind."""
_CLOCK_SKEW_MS = 600_000
"""How much earlier than the attempt, by its own clock, Oxen may say that a generation was enqueued.

Its machines may differ by as much. A generation of so shortly before, which nobody of this bot has
begun and which has the very same prompt and settings, would have to be somebody else's.
"""


@dataclass(frozen=True, slots=True)
class SweeperSignals:
    """Whom the sweep tells."""

    listed: Callable[[Sequence[Rendering], Mapping[str, RemoteGeneration]], None]
    """All that are rendering, and what Oxen's lists say of them, by Oxen's id."""
    finished: Callable[[int, RemoteGeneration], None]
    """One that was adopted has ended at Oxen, or somebody wants it to."""
    changed: Callable[[Generation], None]
    adopted: Callable[[Generation], None]
    """Its event may have come between the lists and the adoption, when nobody knew whose it was."""
    heard: Callable[[OxenError | None], None]
    """A sweep went through, or did not."""
    waiting: Callable[[], None]
    """Something is waiting again for its turn."""


class Sweeper:
    """Runs at start, after every (re)connection of the stream, at an interval, and when asked."""

    def __init__(
        self,
        store: GenerationStore,
        queue: OxenQueue,
        wire: WireFormat,
        *,
        is_posting: Callable[[int], bool],
        signals: SweeperSignals,
        clock: Clock,
        interval_s: float,
        settle_s: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._queue = queue
        self._wire = wire
        self._is_posting = is_posting
        self._signals = signals
        self._clock = clock
        self._interval_s = interval_s
        self._settle_s = settle_s
        self._monotonic = monotonic
        self._absent_since_s: dict[int, float] = {}
        self._wake = asyncio.Event()
        self._lost_and_found = LostAndFound(
            store,
            queue,
            changed=signals.changed,
            finished=signals.finished,
            clock=clock,
            monotonic=monotonic,
        )

    def request(self) -> None:
        """Sweep as soon as possible."""
        self._wake.set()

    async def run(self) -> None:
        """Sweep for ever."""
        while True:
            self._wake.clear()
            pause_s = 0.0
            try:
                await self.sweep()
                self._signals.heard(None)
            except OxenError as error:
                self._signals.heard(error)
                if isinstance(error, OxenThrottledError):
                    pause_s = min(error.retry_after_s or 0.0, _LONGEST_WISH_S)
                _log.warning(
                    "sweep.failed",
                    error=type(error).__name__,
                    status_code=error.status_code,
                    pause_s=pause_s,
                )
            # Nobody's wish to know makes it sooner than Oxen asks for.
            await asyncio.sleep(pause_s)
            try:
                async with asyncio.timeout(max(0.0, self._interval_s - pause_s)):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def sweep(self) -> None:
        """Compare once; raises ``OxenError`` when a list could not be had, and changes nothing."""
        submitting = await self._store.in_states(GenerationState.SUBMITTING)
        # Rows whose POST is under way are left alone: their answer is still to come.
        unsure = [g for g in submitting if not self._is_posting(g.id)]
        rendering = await self._store.rendering()
        parents = await self._store.possible_parents(self._queue.time_ms() - _LATE_MS)
        lost = await self._store.lost(self._clock() - _LATE_MS)
        if not unsure and not rendering and not parents and not lost:
            return
        listed, is_complete = await self._lists((*rendering, *lost), (*unsure, *parents))
        self._signals.listed(rendering, listed)
        await self._lost_and_found.compare(lost, listed)
        if unsure or parents:
            # Read before the known ones: what a POST had begun when the lists were read stands for
            # a row that is either still being sent or known.
            being_sent = await self._store.in_states(GenerationState.SUBMITTING)
            known = await self._store.known_oxen_ids(tuple(listed))
            # The oldest first, as the attempts are: of two with the same prompt and settings, the
            # later may be too late for the earlier attempt, and never the other way round.
            strangers = sorted(
                (remote for oxen_id, remote in listed.items() if oxen_id not in known),
                key=lambda remote: remote.enqueued_at_s or 0,
            )
            await self._settle(unsure, strangers, is_complete=is_complete)
            await self._adopt_late(parents, strangers, being_sent)

    async def _lists(
        self, ours: Sequence[Rendering], looked_for: Sequence[Generation]
    ) -> tuple[dict[str, RemoteGeneration], bool]:
        """What Oxen has by its ids, and whether that is all of it.

        Only what may be one of those that are looked for is kept whole. Of the others nothing is
        kept but how far ours are: Oxen lists thousands, for ever.
        """
        known = {generation.oxen_id for generation in ours}
        first = min(looked_for, key=lambda g: g.first_attempted_at_ms or 0, default=None)

        def is_whole(oxen_id: str, enqueued_at_s: int | None) -> bool:
            if first is None or oxen_id in known:
                return False
            return self._is_late_enough(first, enqueued_at_s)

        listed: dict[str, RemoteGeneration] = {}
        is_complete = True
        for status in _LIFE:
            listing = await self._queue.list(status, whole=is_whole)
            is_complete = is_complete and listing.is_complete
            listed |= {
                remote.oxen_id: remote
                for remote in listing.generations
                if remote.oxen_id in known or is_whole(remote.oxen_id, remote.enqueued_at_s)
            }
        return listed, is_complete

    async def _settle(
        self, unsure: list[Generation], strangers: list[RemoteGeneration], *, is_complete: bool
    ) -> None:
        self._absent_since_s = {
            g.id: self._absent_since_s[g.id] for g in unsure if g.id in self._absent_since_s
        }
        for generation in sorted(unsure, key=lambda g: g.attempted_at_ms or 0):
            orphan = next((r for r in strangers if self._is_from(generation, r)), None)
            try:
                if orphan is not None:
                    strangers.remove(orphan)
                    await self._adopt(generation, orphan)
                elif is_complete:
                    await self._note_absence(generation)
            except StaleStateError:
                continue

    async def _adopt_late(
        self,
        parents: Sequence[Generation],
        strangers: list[RemoteGeneration],
        being_sent: Sequence[Generation],
    ) -> None:
        """Find a place for orphans of attempts that were given up, or repeated.

        What may belong to a row that is being sent is left alone: a later sweep knows better.
        """
        for orphan in tuple(strangers):
            if any(self._is_from(g, orphan) for g in being_sent):
                continue
            parent = next((g for g in parents if self._is_from(g, orphan)), None)
            if parent is None:
                continue
            current = await self._store.generation(parent.id)
            is_wanted = (
                current is not None
                and current.state is GenerationState.FAILED
                and current.oxen_id is None
                and orphan.status in {*_UNFINISHED, RemoteStatus.SUCCEEDED}
            )
            try:
                if is_wanted:
                    await self._adopt_free(parent, orphan)
                else:
                    await self._put_away(parent, orphan)
            except StaleStateError:
                continue

    async def _adopt_free(self, parent: Generation, orphan: RemoteGeneration) -> None:
        adopted = await self._store.adopt_late(
            parent.id, oxen_id=orphan.oxen_id, now_ms=self._clock()
        )
        _log.warning("sweep.adopted_late", generation=parent.id, oxen_id=orphan.oxen_id)
        self._signals.changed(adopted)
        if orphan.status not in _UNFINISHED:
            self._signals.finished(parent.id, orphan)

    async def _put_away(self, parent: Generation, orphan: RemoteGeneration) -> None:
        """A second one for a row that has its own, or that nobody wants: stop it and note it."""
        if orphan.status in _UNFINISHED:
            try:
                await self._queue.cancel(orphan.oxen_id)
            except OxenError as error:
                _log.warning("sweep.orphan_not_cancelled", error=type(error).__name__)
                return
        await self._store.record_orphan(
            orphan.oxen_id, generation_id=parent.id, now_ms=self._clock()
        )
        _log.warning("sweep.orphan", generation=parent.id, oxen_id=orphan.oxen_id)

    def _is_from(self, generation: Generation, remote: RemoteGeneration) -> bool:
        if not self._is_late_enough(generation, remote.enqueued_at_s):
            return False
        fingerprint = generation.attempt_fingerprint
        return fingerprint is not None and self._wire.matches(fingerprint, remote)

    def _is_late_enough(self, generation: Generation, enqueued_at_s: int | None) -> bool:
        """Whether what was enqueued then, by Oxen's clock, may come from an attempt of this one."""
        return enqueued_at_s is None or enqueued_at_s * 1000 >= self._earliest_ms(generation)

    def _earliest_ms(self, generation: Generation) -> int:
        attempted_ms, now_ms = generation.first_attempted_at_ms or 0, self._queue.time_ms()
        if attempted_ms > now_ms + _CLOCK_SKEW_MS:
            # Put on record by this machine's clock, before Oxen had told its own, and the clock was
            # set back since: nobody knows when it was.
            attempted_ms = now_ms - _LATE_MS
        return attempted_ms - _CLOCK_SKEW_MS

    async def _adopt(self, generation: Generation, orphan: RemoteGeneration) -> None:
        adopted = await self._store.accept(
            generation.id, oxen_id=orphan.oxen_id, now_ms=self._clock()
        )
        _log.info("sweep.adopted", generation=generation.id, oxen_id=orphan.oxen_id)
        self._signals.changed(adopted)
        self._signals.adopted(adopted)
        if orphan.status not in _UNFINISHED or adopted.cancel_requested_at_ms is not None:
            self._signals.finished(generation.id, orphan)

    async def _note_absence(self, generation: Generation) -> None:
        now_ms = self._clock()
        counted = await self._store.count_absence(generation.id, now_ms=now_ms)
        # Measured by a clock that nobody can set: a jump of the other one must not cost a POST.
        now_s = self._monotonic()
        since_s = now_s - self._absent_since_s.setdefault(generation.id, now_s)
        if counted.absent_sweeps < _ABSENT_SWEEPS or since_s < self._settle_s:
            return
        if counted.attempts < _MOST_ATTEMPTS:
            waiting = await self._store.attempt_not_begun(generation.id, now_ms=now_ms)
            # The next attempt has a settling time of its own.
            del self._absent_since_s[generation.id]
            _log.warning("sweep.second_attempt", generation=generation.id)
            self._signals.changed(waiting)
            self._signals.waiting()
        else:
            failed = await self._store.fail(
                generation.id,
                failure=Failure(FailureKind.LOST, "Oxen never confirmed the request."),
                now_ms=now_ms,
            )
            _log.warning("sweep.given_up", generation=generation.id)
            self._signals.changed(failed)
