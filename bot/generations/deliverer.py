"""Posts finished videos, each at most once."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext

import structlog

from bot.errors import (
    CannotFitError,
    MediaError,
    PostAmbiguousError,
    PostDeletedError,
    PostImpossibleError,
    PostPlaceGoneError,
    PostTooLargeError,
    StaleStateError,
)
from bot.generations.lane import Again, Lane
from bot.generations.ports import FinishedVideo, GenerationStore, ResultPosts, VideoLibrary
from bot.models.clock import Clock
from bot.models.generation import (
    Generation,
    GenerationState,
    RequestWithTakes,
    Surface,
)
from bot.models.video import StoredVideo

_log = structlog.get_logger(__name__)

_WIDTH = 4
"""Uploads at a time."""
_NONCE_WINDOW_S = 2 * 60.0
"""Within it Discord surely still knows a nonce ("the past few minutes", window undisclosed)."""
_NONCE_BYTES = 12
"""24 hexadecimal digits; Discord takes 25 characters."""
_LOOK_AGAIN_S = 5.0
_UNSURE_AGAIN_S = 60.0
_UNSURE_AT_MOST_S = 1_800.0
"""A channel that could not be looked through for hours will not be there the next minute."""
_SMALLER = 0.8
"""The share of the limit that is tried next when Discord finds a file too large after all."""
_DELETED_MESSAGE_ID = 0
"""Stands for a message that was there, whose id nobody knows any more."""
_NEXT_SURFACE = {Surface.REPLY: Surface.PLACEHOLDER, Surface.PLACEHOLDER: Surface.DIRECT}


class Deliverer:
    """Turns ``ready`` into ``delivered``."""

    def __init__(
        self,
        store: GenerationStore,
        library: VideoLibrary,
        posts: ResultPosts,
        *,
        changed: Callable[[Generation], None],
        refetch: Callable[[int], None],
        card: Callable[[int], AbstractAsyncContextManager[object]],
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._library = library
        self._posts = posts
        self._changed = changed
        self._refetch = refetch
        self._card = card
        self._clock = clock
        self._monotonic = monotonic
        self._refused_bytes: dict[int, int] = {}
        self._sent_s: dict[int, float] = {}
        """When each nonce was first sent by this process, by a clock that nobody can set."""
        self._on_its_way_s: dict[int, float] = {}
        """When each was last sent by this process, or seen on record as sent by an earlier one."""
        self.lane = Lane("deliver", self._deliver, width=_WIDTH)

    async def _deliver(self, generation_id: int) -> Again:
        request = await self._store.request_of(generation_id)
        if request is None:
            return None
        generation = next(take for take in request.generations if take.id == generation_id)
        if generation.state not in {GenerationState.READY, GenerationState.POSTING}:
            self._forget(generation_id)
            return None
        if generation.result is None:
            return None
        try:
            return await self._see_to(request, generation, generation.result)
        except StaleStateError:
            return None

    def _unsure_for_s(self, generation_id: int) -> float:
        """How long until the next look: the longer it has been in vain, the longer."""
        now_s = self._monotonic()
        in_vain_s = now_s - self._on_its_way_s.get(generation_id, now_s)
        return min(_UNSURE_AT_MOST_S, max(_UNSURE_AGAIN_S, in_vain_s / 4))

    async def _see_to(
        self, request: RequestWithTakes, generation: Generation, result: StoredVideo
    ) -> Again:
        surface = generation.surface or await self._posts.choose_surface(request)
        # A send that is on record may have worked. Within the nonce's window the same nonce cannot
        # post twice; after it, or after a restart, only the channel itself can tell.
        may_be_there = generation.posting_at_ms is not None
        repeats = self._within_nonce_window(generation)
        is_on_its_way = may_be_there and self._may_be_on_its_way(generation.id)
        if may_be_there and not repeats:
            try:
                message_id = await self._posts.find(request, generation, surface)
                # What is not there yet may still arrive. And whether a card was edited into the
                # video is not looked up: an edit repeated is still one message.
                may_be_there = is_on_its_way or surface is Surface.PLACEHOLDER
            except PostPlaceGoneError:
                message_id, may_be_there = None, False
            except (PostImpossibleError, PostAmbiguousError) as error:
                _log.warning("deliver.cannot_look", generation=generation.id, error=str(error))
                return self._unsure_for_s(generation.id)
            if message_id is not None:
                _log.info("deliver.found", generation=generation.id)
                if generation.state is GenerationState.READY:
                    generation = await self._posting(generation, surface)
                return await self._delivered(generation, message_id)
        if not await self._library.is_whole(result):
            _log.error(
                "deliver.result_lost", generation=generation.id, remedy="it is fetched once more"
            )
            self._changed(await self._store.lose_result(generation.id, now_ms=self._clock()))
            self._refetch(generation.id)
            return None
        finished = await self._finished_video(request, generation, result, surface)
        if repeats and not self._within_nonce_window(generation):
            # Making it smaller took until after the window: look first.
            return 0.0
        return await self._post(finished, surface, repeats=repeats, may_be_there=may_be_there)

    async def _post(
        self, finished: FinishedVideo, surface: Surface, *, repeats: bool, may_be_there: bool
    ) -> Again:
        posting = generation = finished.generation
        if not repeats:
            posting = await self._posting(generation, surface)
            # The nonce's window begins with the first send that may be visible: repeating one
            # within the window must not renew the time.
            self._sent_s[generation.id] = self._monotonic()
            self._changed(posting)
        self._on_its_way_s[generation.id] = self._monotonic()
        is_card = surface is Surface.PLACEHOLDER
        try:
            async with self._card(generation.request_id) if is_card else nullcontext():
                message_id = await self._posts.post(finished, surface, nonce=posting.nonce or "")
        except PostTooLargeError:
            return await self._smaller(finished, surface)
        except PostDeletedError:
            _log.info("deliver.deleted_meanwhile", generation=generation.id)
            return await self._delivered(posting, _DELETED_MESSAGE_ID)
        except PostImpossibleError as error:
            _log.warning(
                "deliver.impossible", generation=generation.id, surface=surface, error=str(error)
            )
            if may_be_there and not isinstance(error, PostPlaceGoneError):
                # An earlier send may be visible there: elsewhere it would be there twice.
                return self._unsure_for_s(generation.id)
            return await self._elsewhere(finished, surface)
        except PostAmbiguousError as error:
            _log.warning("deliver.ambiguous", generation=generation.id, error=str(error))
            return _LOOK_AGAIN_S
        return await self._delivered(posting, message_id)

    async def _posting(self, generation: Generation, surface: Surface) -> Generation:
        return await self._store.begin_posting(
            generation.id,
            nonce=secrets.token_hex(_NONCE_BYTES),
            surface=surface,
            now_ms=self._clock(),
        )

    async def _smaller(self, finished: FinishedVideo, surface: Surface) -> Again:
        if finished.file is None:
            return await self._elsewhere(finished, surface)
        refused_bytes = finished.facts.size_bytes
        self._refused_bytes[finished.generation.id] = int(refused_bytes * _SMALLER)
        return 0.0

    async def _elsewhere(self, finished: FinishedVideo, refused: Surface) -> Again:
        following = _NEXT_SURFACE.get(refused)
        if following is Surface.PLACEHOLDER and finished.request.request.takes > 1:
            following = Surface.DIRECT
        if following is not None:
            return await self._post(finished, following, repeats=False, may_be_there=False)
        failed = await self._store.nowhere_to_post(finished.generation.id, now_ms=self._clock())
        self._forget(failed.id)
        self._changed(failed)
        return None

    def _within_nonce_window(self, generation: Generation) -> bool:
        sent_s = self._sent_s.get(generation.id)
        if sent_s is None or generation.state is not GenerationState.POSTING:
            return False
        return self._monotonic() - sent_s < _NONCE_WINDOW_S

    def _may_be_on_its_way(self, generation_id: int) -> bool:
        now_s = self._monotonic()
        return now_s - self._on_its_way_s.setdefault(generation_id, now_s) < _NONCE_WINDOW_S

    async def _finished_video(
        self,
        request: RequestWithTakes,
        generation: Generation,
        result: StoredVideo,
        surface: Surface,
    ) -> FinishedVideo:
        limit_bytes = await self._posts.upload_limit_bytes(request, surface)
        limit_bytes = min(limit_bytes, self._refused_bytes.get(generation.id, limit_bytes))
        try:
            file, facts = await self._library.fitted(result, limit_bytes)
        except (CannotFitError, MediaError) as error:
            # The video was paid for: better a card with a link to the original than none.
            _log.warning(
                "deliver.cannot_fit",
                generation=generation.id,
                limit_bytes=limit_bytes,
                error=str(error),
            )
            return FinishedVideo(request, generation, file=None, facts=result.facts, shrunk=True)
        return FinishedVideo(
            request,
            generation,
            file=file,
            facts=facts,
            shrunk=facts.size_bytes != result.facts.size_bytes,
        )

    async def _delivered(self, generation: Generation, message_id: int) -> Again:
        delivered = await self._store.deliver(
            generation.id, message_id=message_id, now_ms=self._clock()
        )
        self._forget(generation.id)
        _log.info("generation.delivered", generation=generation.id, surface=delivered.surface)
        self._changed(delivered)
        return None

    def _forget(self, generation_id: int) -> None:
        self._refused_bytes.pop(generation_id, None)
        self._sent_s.pop(generation_id, None)
        self._on_its_way_s.pop(generation_id, None)
