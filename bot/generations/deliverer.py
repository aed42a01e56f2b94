"""Posts finished videos, each at most once."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import structlog

from bot.errors import (
    CannotFitError,
    PostAmbiguousError,
    PostError,
    PostImpossibleError,
    PostTooLargeError,
    StaleStateError,
)
from bot.generations.lane import Again, Lane
from bot.generations.ports import FinishedVideo, GenerationStore, Publisher, VideoLibrary
from bot.models.clock import Clock
from bot.models.generation import (
    Failure,
    FailureKind,
    Generation,
    GenerationState,
    RequestWithTakes,
)
from bot.models.video import StoredVideo, VideoFacts

_log = structlog.get_logger(__name__)

_WIDTH = 4
"""Uploads at a time."""
_NONCE_WINDOW_MS = 2 * 60_000
"""Within it Discord surely still knows a nonce ("the past few minutes", window undisclosed)."""
_NONCE_BYTES = 12
"""24 hexadecimal digits; Discord takes 25 characters."""
_LOOK_AGAIN_S = 5.0
_SMALLER = 0.8
"""The share of the limit that is tried next when Discord finds a file too large after all."""


class Deliverer:
    """Turns ``ready`` into ``delivered``."""

    def __init__(
        self,
        store: GenerationStore,
        library: VideoLibrary,
        publisher: Publisher,
        *,
        changed: Callable[[Generation], None],
        clock: Clock,
    ) -> None:
        self._store = store
        self._library = library
        self._publisher = publisher
        self._changed = changed
        self._clock = clock
        self._refused_bytes: dict[int, int] = {}
        self.lane = Lane("deliver", self._deliver, width=_WIDTH)

    async def _deliver(self, generation_id: int) -> Again:
        generation = await self._store.generation(generation_id)
        if generation is None or generation.state not in {
            GenerationState.READY,
            GenerationState.POSTING,
        }:
            return None
        request = await self._store.request(generation.request_id)
        if request is None or generation.result is None:
            return None
        try:
            return await self._post(request, generation, generation.result)
        except StaleStateError:
            return None

    async def _post(
        self, request: RequestWithTakes, generation: Generation, result: StoredVideo
    ) -> Again:
        # A send that is on record may have worked. Within the nonce's window the same nonce cannot
        # post twice; after it only the channel itself can tell.
        if generation.state is GenerationState.POSTING:
            age_ms = self._clock() - (generation.posting_at_ms or 0)
            if not 0 <= age_ms < _NONCE_WINDOW_MS:
                message_id = await self._publisher.find_result(request, generation)
                if message_id is not None:
                    _log.info("deliver.found", generation=generation.id)
                    return await self._delivered(generation, message_id)
        finished = await self._finished_video(request, generation, result)
        nonce = generation.nonce or secrets.token_hex(_NONCE_BYTES)
        posting = await self._store.begin_posting(generation.id, nonce=nonce, now_ms=self._clock())
        self._changed(posting)
        try:
            message_id = await self._publisher.post_result(finished, nonce=nonce)
        except PostTooLargeError:
            sent_bytes = finished.facts.size_bytes if finished.file else 0
            self._refused_bytes[generation.id] = int(sent_bytes * _SMALLER)
            return 0.0
        except PostImpossibleError as error:
            return await self._no_place(finished, str(error))
        except PostAmbiguousError as error:
            _log.warning("deliver.ambiguous", generation=generation.id, error=str(error))
            return _LOOK_AGAIN_S
        return await self._delivered(posting, message_id)

    async def _finished_video(
        self, request: RequestWithTakes, generation: Generation, result: StoredVideo
    ) -> FinishedVideo:
        limit_bytes = await self._publisher.upload_limit_bytes(request)
        limit_bytes = min(limit_bytes, self._refused_bytes.get(generation.id, limit_bytes))
        file: Path | None
        facts: VideoFacts
        try:
            file, facts = await self._library.fitted(result, limit_bytes)
        except CannotFitError:
            _log.warning("deliver.cannot_fit", generation=generation.id, limit_bytes=limit_bytes)
            file, facts = None, result.facts
        return FinishedVideo(
            request=request,
            generation=generation,
            file=file,
            facts=facts,
            shrunk=file is None or facts.size_bytes != result.facts.size_bytes,
        )

    async def _delivered(self, generation: Generation, message_id: int) -> Again:
        delivered = await self._store.deliver(
            generation.id, message_id=message_id, now_ms=self._clock()
        )
        self._refused_bytes.pop(generation.id, None)
        _log.info("generation.delivered", generation=generation.id)
        self._changed(delivered)
        return None

    async def _no_place(self, finished: FinishedVideo, reason: str) -> Again:
        generation = finished.generation
        _log.warning("deliver.impossible", generation=generation.id, reason=reason)
        try:
            message_id = await self._publisher.show_result_in_placeholder(finished)
        except PostImpossibleError:
            failed = await self._store.fail(
                generation.id,
                failure=Failure(FailureKind.UNDELIVERABLE),
                now_ms=self._clock(),
            )
            self._changed(failed)
            return None
        except PostError:
            return _LOOK_AGAIN_S
        return await self._delivered(generation, message_id)
