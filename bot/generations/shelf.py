"""Finished videos taken off the shelf again, however long ago they were made."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.errors import (
    CannotFitError,
    DiskError,
    DownloadError,
    DownloadTooLargeError,
    MediaError,
    NotAVideoError,
    NotFoundError,
    OxenError,
    OxenNotFoundError,
    UnavailableError,
)
from bot.generations.actor import Actor
from bot.generations.ports import FinishedVideo, OxenQueue, VideoLibrary
from bot.generations.service import GenerationService
from bot.models.generation import Generation, GenerationState, RequestWithTakes
from bot.models.video import StoredVideo

_log = structlog.get_logger(__name__)

_LONGEST_FETCH_S = 180.0
"""An interaction can be answered for 15 minutes; somebody is watching it think."""


@dataclass(frozen=True, slots=True)
class Take:
    """One finished video, and the request that it belongs to."""

    request: RequestWithTakes
    generation: Generation
    video: StoredVideo


class VideoShelf:
    """Hands out finished videos; one whose file is gone is fetched anew from Oxen by its id."""

    def __init__(
        self,
        generations: GenerationService,
        library: VideoLibrary,
        queue: OxenQueue,
        *,
        max_result_bytes: int,
    ) -> None:
        self._generations = generations
        self._library = library
        self._queue = queue
        self._max_result_bytes = max_result_bytes
        # One at a time: whoever wants the same video next finds it there.
        self._fetching = asyncio.Lock()

    async def take(self, generation_id: int, actor: Actor) -> Take:
        """A finished video that the person may see; raises ``NotFoundError``. Touches no file."""
        asked, generation = await self._generations.take(generation_id, actor)
        if generation.result is None or generation.state is not GenerationState.DELIVERED:
            raise NotFoundError("That video is not finished, so there is nothing to show yet.")
        return Take(asked, generation, generation.result)

    async def whole(self, take: Take) -> StoredVideo:
        """The video with its file on disk; raises ``UnavailableError`` where it cannot be had."""
        if await self._library.is_whole(take.video):
            return take.video
        try:
            async with asyncio.timeout(_LONGEST_FETCH_S), self._fetching:
                if await self._library.is_whole(take.video):
                    return take.video
                return await self._fetched(take.generation)
        except TimeoutError as error:
            raise UnavailableError(
                "The video's file is not here any more, and fetching it from Oxen took too long. "
                "Try again in a minute."
            ) from error

    async def for_viewer(self, generation_id: int, actor: Actor) -> Take:
        """The same, and for whoever asked for it also one that is not posted yet, or cannot be.

        In direct messages nobody else could settle that for them.
        """
        asked, generation = await self._generations.take(generation_id, actor)
        if generation.result is None or asked.request.user_id != actor.user_id:
            return await self.take(generation_id, actor)
        return Take(asked, generation, generation.result)

    async def fitted(self, generation_id: int, actor: Actor, *, max_bytes: int) -> FinishedVideo:
        """A video ``for_viewer`` at a size that fits where it is to be shown, smaller if need be.

        Raises ``UserError``.
        """
        take = await self.for_viewer(generation_id, actor)
        video = await self.whole(take)
        try:
            file, facts = await self._library.fitted(video, max_bytes)
        except (CannotFitError, MediaError) as error:
            _log.warning("shelf.cannot_fit", generation=generation_id, error=str(error))
            return FinishedVideo(take.request, take.generation, None, video.facts, shrunk=True)
        shrunk = facts.size_bytes != video.facts.size_bytes
        return FinishedVideo(take.request, take.generation, file, facts, shrunk)

    async def _fetched(self, generation: Generation) -> StoredVideo:
        target = self._library.new_download(generation.id)
        try:
            try:
                video = await self._downloaded(generation, target)
            except DownloadTooLargeError:
                raise
            except DownloadError:
                # A link lives for a limited time, and may be at its end; the next one is fresh.
                video = await self._downloaded(generation, target)
        except (OxenNotFoundError, DownloadTooLargeError, NotAVideoError) as error:
            _log.warning("shelf.gone", generation=generation.id, error=type(error).__name__)
            raise UnavailableError(
                "That video's file is gone from here, and Oxen has no whole one either. "
                "Again makes a new one from the same request."
            ) from error
        except OxenError as error:
            raise UnavailableError(
                "The video's file is not here any more, and Oxen, where it could be fetched anew, "
                "is not answering. Try again in a minute."
            ) from error
        except (DiskError, OSError) as error:
            _log.error("disk.takes_no_more", error=str(error), remedy="free some")
            raise UnavailableError(
                "I cannot keep the video just now: my disk may be full. "
                "Tell whoever runs me, and try again later."
            ) from error
        finally:
            await asyncio.to_thread(target.unlink, missing_ok=True)
        _log.info("shelf.fetched_anew", generation=generation.id)
        return video

    async def _downloaded(self, generation: Generation, target: Path) -> StoredVideo:
        remote = await self._queue.get(generation.oxen_id or "")
        if not remote.result_url:
            raise OxenNotFoundError("no link to the result")
        await self._queue.download(remote.result_url, target, max_bytes=self._max_result_bytes)
        return await self._library.take_in(target, generation.id)
