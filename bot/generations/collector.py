"""Brings finished videos home: asks Oxen how a generation ended and fetches the result to disk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.errors import (
    DiskError,
    DownloadError,
    DownloadTooLargeError,
    NotAVideoError,
    OxenError,
    OxenNotFoundError,
    OxenRejectedError,
    OxenThrottledError,
    StaleStateError,
)
from bot.generations.growing_pauses import GrowingPauses
from bot.generations.lane import Again, Lane
from bot.generations.patience import Patience
from bot.generations.ports import GenerationStore, OxenQueue, VideoLibrary
from bot.models.clock import Clock
from bot.models.generation import (
    Failure,
    FailureKind,
    Generation,
    GenerationState,
    Rendering,
)
from bot.models.remote import GenerationFinished, RemoteGeneration, RemoteStatus

_log = structlog.get_logger(__name__)

_WIDTH = 4
"""Downloads at a time."""
_ASK_AGAIN_S = 2.0
_LONGEST_SILENCE_S = 300.0
_LOOKS_AFTER_HINT = 15
"""An event may be ahead of what a GET tells; this many looks, then the sweep takes over."""
_UNKNOWN_GRACE_MS = 10 * 60_000
"""Oxen's list and GET may lag behind: a missing generation is given up only after this time."""
_MOST_DOWNLOADS = 25
_LONGEST_PAUSE_S = 60.0
_NO_CREDITS_WORDS = "insufficient credits"
_ACTIVE_AT_OXEN = (RemoteStatus.QUEUED, RemoteStatus.PROCESSING)


@dataclass(frozen=True, slots=True)
class CollectorLimits:
    """Bounds from the configuration."""

    render_deadline_ms: int
    """From acceptance; after it a generation that has not ended counts as lost."""
    max_result_bytes: int


class Collector:
    """Turns ``rendering`` into ``ready``, ``failed`` or ``cancelled``."""

    def __init__(
        self,
        store: GenerationStore,
        queue: OxenQueue,
        library: VideoLibrary,
        *,
        changed: Callable[[Generation], None],
        clock: Clock,
        limits: CollectorLimits,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._queue = queue
        self._library = library
        self._changed = changed
        self._clock = clock
        self._limits = limits
        self._patience = Patience(clock, monotonic)
        self._told: dict[int, RemoteGeneration] = {}
        self._heard: dict[int, Generation] = {}
        self._hinted: dict[int, int] = {}
        self._downloads: dict[int, int] = {}
        self._cancelled: set[int] = set()
        self._silences = GrowingPauses(
            first_s=_ASK_AGAIN_S, longest_s=_LONGEST_SILENCE_S, monotonic=monotonic
        )
        self._deletions = GrowingPauses(
            first_s=_ASK_AGAIN_S, longest_s=_LONGEST_SILENCE_S, monotonic=monotonic
        )
        self.lane = Lane("collect", self._collect, width=_WIDTH)

    def finished(self, generation_id: int, remote: RemoteGeneration | None = None) -> None:
        """A generation has probably ended; ``remote`` is what Oxen's list said of it."""
        if remote is not None:
            self._told[generation_id] = remote
        if remote is None or remote.status not in _ACTIVE_AT_OXEN:
            self._hinted[generation_id] = _LOOKS_AFTER_HINT
        self.lane.put(generation_id)

    def heard(self, generation: Generation, event: GenerationFinished) -> None:
        """An event says that a generation, as it was known last, has ended.

        A link in it is followed without asking: Oxen's GET may know less than its event yet.
        """
        self._heard[generation.id] = generation
        if event.result_url is not None:
            self._told[generation.id] = RemoteGeneration(
                event.oxen_id, event.status, result_url=event.result_url
            )
        self.finished(generation.id)

    def listed(
        self, all_rendering: Sequence[Rendering], at_oxen: Mapping[str, RemoteGeneration]
    ) -> None:
        """What Oxen's lists say of all that is rendering, by Oxen's id.

        Most of it is still active there: only what is overdue, or not wanted any more, is then
        worth a look.
        """
        self._patience.only({rendering.id for rendering in all_rendering})
        for rendering in all_rendering:
            remote = at_oxen.get(rendering.oxen_id)
            is_active = remote is not None and remote.status in _ACTIVE_AT_OXEN
            is_overdue = self._is_overdue(rendering.id, rendering.accepted_at_ms)
            if not is_active or is_overdue or rendering.is_cancel_wished:
                self.finished(rendering.id, remote)

    async def _collect(self, generation_id: int) -> Again:
        told = self._told.pop(generation_id, None)
        # What the listener knew need not be read again: each change names the state that it
        # expects.
        heard = self._heard.pop(generation_id, None)
        generation = heard or await self._store.generation(generation_id)
        if generation is None or generation.state is not GenerationState.RENDERING:
            self._forget(generation_id)
            return None
        try:
            remote = told or await self._queue.get(generation.oxen_id or "")
        except OxenNotFoundError:
            return await self._unknown(generation)
        except OxenError as error:
            _log.warning("collect.ask_failed", generation=generation.id, error=type(error).__name__)
            return self._silences.tried(generation.id, wished_s=_wished_s(error))
        self._silences.forget(generation_id)
        try:
            return await self._settle(generation, remote)
        except StaleStateError:
            self._forget(generation_id)
            return None

    async def _settle(self, generation: Generation, remote: RemoteGeneration) -> Again:
        if remote.status in _ACTIVE_AT_OXEN:
            return await self._still_rendering(generation)
        if remote.status is RemoteStatus.SUCCEEDED:
            return await self._fetch(generation, remote)
        if remote.status is RemoteStatus.CANCELLED:
            if (
                self._is_overdue(generation.id, generation.accepted_at_ms)
                and generation.cancel_requested_at_ms is None
            ):
                return await self._fail_as_overdue(generation)
            cancelled = await self._store.cancel(generation.id, now_ms=self._clock())
            _log.info("generation.cancelled", generation=generation.id)
            self._done(cancelled)
            return None
        detail = remote.error_message or ""
        no_credits = _NO_CREDITS_WORDS in detail.lower()
        kind = FailureKind.NO_CREDITS if no_credits else FailureKind.REFUSED
        return await self._fail(generation, kind, detail)

    async def _still_rendering(self, generation: Generation) -> Again:
        overdue = self._is_overdue(generation.id, generation.accepted_at_ms)
        if overdue or generation.cancel_requested_at_ms is not None:
            return await self._end(generation, overdue=overdue)
        looks = self._hinted.get(generation.id, 0)
        if looks <= 0:
            self._forget(generation.id)
            return None
        self._hinted[generation.id] = looks - 1
        return _ASK_AGAIN_S

    async def _end(self, generation: Generation, *, overdue: bool) -> Again:
        """Have Oxen stop it, then ask once more: it may have been finished just then.

        Oxen may decline, or agree and go on rendering: then it is asked less and less often, by
        whatever is heard of the generation meanwhile too.
        """
        first = generation.id not in self._cancelled
        if overdue and not first:
            return await self._fail_as_overdue(generation)
        if pause_s := self._deletions.left_s(generation.id):
            return pause_s
        try:
            await self._queue.cancel(generation.oxen_id or "")
        except OxenError as error:
            _log.warning("cancel.failed", generation=generation.id, error=type(error).__name__)
            if not isinstance(error, OxenRejectedError):
                return self._deletions.tried(generation.id, wished_s=_wished_s(error))
        self._cancelled.add(generation.id)
        pause_s = self._deletions.tried(generation.id)
        return 0.0 if first else pause_s

    def _is_overdue(self, generation_id: int, accepted_at_ms: int | None) -> bool:
        return self._patience.is_over(
            generation_id,
            since_ms=accepted_at_ms or 0,
            at_most_ms=self._limits.render_deadline_ms,
        )

    async def _fail_as_overdue(self, generation: Generation) -> Again:
        minutes = self._limits.render_deadline_ms // 60_000
        return await self._fail(
            generation, FailureKind.LOST, f"It was not finished after {minutes} minutes."
        )

    async def _unknown(self, generation: Generation) -> Again:
        if not self._patience.is_over(
            generation.id, since_ms=generation.accepted_at_ms or 0, at_most_ms=_UNKNOWN_GRACE_MS
        ):
            self._forget(generation.id)
            return None
        return await self._fail(generation, FailureKind.LOST, "Oxen does not know it any more.")

    async def _fetch(self, generation: Generation, remote: RemoteGeneration) -> Again:
        downloads = self._downloads.get(generation.id, 0) + 1
        self._downloads[generation.id] = downloads
        target = self._library.new_download(generation.id)
        try:
            if not remote.result_url:
                raise DownloadError("Oxen gave no link to the result")
            await self._queue.download(
                remote.result_url, target, max_bytes=self._limits.max_result_bytes
            )
            result = await self._library.take_in(target, generation.id)
        except DownloadTooLargeError:
            mib = self._limits.max_result_bytes // 2**20
            return await self._fail(
                generation, FailureKind.BROKEN_RESULT, f"The video is larger than {mib} MiB."
            )
        except (DiskError, OSError) as error:
            # Not Oxen's fault, and not a try: the video waits there until the disk takes it.
            await asyncio.to_thread(target.unlink, missing_ok=True)
            _log.error(
                "disk.takes_no_more", generation=generation.id, error=str(error), remedy="free some"
            )
            self._downloads[generation.id] -= 1
            return _LONGEST_PAUSE_S
        except (OxenError, NotAVideoError) as error:
            await asyncio.to_thread(target.unlink, missing_ok=True)
            _log.warning(
                "collect.download_failed",
                generation=generation.id,
                error=type(error).__name__,
                tries=downloads,
            )
            if downloads >= _MOST_DOWNLOADS:
                return await self._fail(generation, FailureKind.BROKEN_RESULT, "")
            return min(_LONGEST_PAUSE_S, 0.5 * 2.0 ** min(downloads, 10))
        ready = await self._store.store_result(generation.id, result=result, now_ms=self._clock())
        _log.info("generation.ready", generation=generation.id, size_bytes=result.facts.size_bytes)
        self._done(ready)
        return None

    async def _fail(self, generation: Generation, kind: FailureKind, detail: str) -> Again:
        failed = await self._store.fail(
            generation.id, failure=Failure(kind, detail), now_ms=self._clock()
        )
        _log.info("generation.failed", generation=generation.id, kind=kind.value)
        self._done(failed)
        return None

    def _done(self, generation: Generation) -> None:
        self._forget(generation.id)
        self._changed(generation)

    def _forget(self, generation_id: int) -> None:
        # What was heard while it was being worked on is out of date: it would be fetched again.
        self._heard.pop(generation_id, None)
        self._hinted.pop(generation_id, None)
        self._downloads.pop(generation_id, None)
        self._cancelled.discard(generation_id)
        self._silences.forget(generation_id)
        self._deletions.forget(generation_id)


def _wished_s(error: OxenError) -> float | None:
    return error.retry_after_s if isinstance(error, OxenThrottledError) else None
