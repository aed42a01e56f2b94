"""Reels: the scenes of one line, each continued by the next, as one video."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog

from bot.errors import (
    CannotFitError,
    DiskError,
    InvalidRequestError,
    MediaError,
    NotAllowedError,
    NotFoundError,
    UnavailableError,
    UserError,
)
from bot.generations.actor import Actor
from bot.generations.service import GenerationService
from bot.generations.shelf import Take, VideoShelf
from bot.models.generation import OriginKind, VideoRequest
from bot.models.references import ReferenceRole
from bot.models.video import StoredVideo, VideoFacts

_log = structlog.get_logger(__name__)

MAX_SCENES = 20
MAX_LENGTH_S = 180
"""Encoding scenes that differ takes about as long as they last, on one busy core."""
_MOST_STEPS = 200
"""Ancestors looked at, takes of the same scene included."""
_MOST_WAITING = 3
"""Reels under way or in line; each takes up to minutes, and somebody watches it think."""


@dataclass(frozen=True, slots=True)
class Line:
    """Scenes in their order, the first one first."""

    scenes: tuple[Take, ...]

    @property
    def length_ms(self) -> int:
        """How long all of them last together."""
        return sum(scene.video.facts.duration_ms for scene in self.scenes)

    @property
    def is_private(self) -> bool:
        """Whether any of it is for one person."""
        return any(scene.request.request.private for scene in self.scenes)


@dataclass(frozen=True, slots=True)
class Reel:
    """A line joined."""

    line: Line
    file: Path
    facts: VideoFacts
    shrunk: bool
    """The place where it goes did not admit it at full quality."""


class ReelFiles(Protocol):
    """Joins videos on disk."""

    async def joined(self, videos: Sequence[StoredVideo]) -> tuple[Path, VideoFacts]:
        """The videos as one file; raises ``MediaError``."""
        ...

    async def fitted(self, reel: Path, max_bytes: int) -> tuple[Path, VideoFacts]:
        """The same under a size; raises ``CannotFitError`` and other ``MediaError``."""
        ...


class ReelService:
    """Follows lines and joins them. Everything raises ``UserError`` with words for the person."""

    def __init__(self, generations: GenerationService, shelf: VideoShelf, files: ReelFiles) -> None:
        self._generations = generations
        self._shelf = shelf
        self._files = files
        self._under_way = 0

    async def continues(self, take: Take, actor: Actor) -> bool:
        """Whether a video continues another that the person may see: there is something to join."""
        try:
            return await self._before(take, actor) is not None
        except UserError:
            return False

    async def line(self, generation_id: int, actor: Actor) -> Line:
        """All scenes up to this one, each in the take that was continued."""
        scenes = [await self._shelf.take(generation_id, actor)]
        while (before := await self._before(scenes[0], actor)) is not None:
            scenes.insert(0, before)
            if len(scenes) > MAX_SCENES:
                raise InvalidRequestError(
                    f"This line has more than {MAX_SCENES} scenes, which is as many as a reel "
                    "joins. Make it from an earlier scene."
                )
        line = Line(tuple(scenes))
        if len(scenes) == 1:
            raise InvalidRequestError(
                "This is the first scene of its line, so there is nothing to join yet. "
                "Press Continue under it, and make the reel from the scene that follows."
            )
        if line.length_ms > MAX_LENGTH_S * 1000:
            raise InvalidRequestError(
                f"Together these scenes last {line.length_ms // 1000} s; a reel can be "
                f"{MAX_LENGTH_S} s long. Make it from an earlier scene."
            )
        return line

    async def make(self, line: Line, *, max_bytes: int) -> Reel:
        """Join a line into one file under a size; what is gone from disk is fetched first."""
        if self._under_way >= _MOST_WAITING:
            raise UnavailableError(
                "Several reels are being joined just now. Try again in a minute."
            )
        self._under_way += 1
        try:
            return await self._made(line, max_bytes)
        finally:
            self._under_way -= 1

    async def _made(self, line: Line, max_bytes: int) -> Reel:
        videos = [await self._shelf.whole(scene) for scene in line.scenes]
        try:
            file, facts = await self._files.joined(videos)
            if facts.size_bytes <= max_bytes:
                return Reel(line, file, facts, shrunk=False)
            file, facts = await self._files.fitted(file, max_bytes)
        except CannotFitError as error:
            raise UnavailableError(
                "The reel is too large for this place, however it is made. "
                "Make it from an earlier scene, or where larger files may be sent."
            ) from error
        except DiskError as error:
            _log.error("disk.takes_no_more", error=str(error), remedy="free some")
            raise UnavailableError(
                "I cannot write the reel just now: my disk may be full. "
                "Tell whoever runs me, and try again later."
            ) from error
        except MediaError as error:
            _log.warning("reel.failed", scenes=len(videos), error=str(error))
            raise UnavailableError(
                "These scenes could not be joined in the time there is. "
                "Try again in a minute, or from an earlier scene."
            ) from error
        _log.info("reel.made", scenes=len(videos), size_bytes=facts.size_bytes)
        return Reel(line, file, facts, shrunk=True)

    async def _before(self, take: Take, actor: Actor) -> Take | None:
        """The scene that a video continues, whichever attempt at its own scene it is."""
        request = take.request.request
        for _ in range(_MOST_STEPS):
            origin = request.origin
            if origin is None:
                return None
            try:
                if origin.kind is OriginKind.CONTINUE:
                    return await self._shelf.take(origin.generation_id or 0, actor)
                parent = (await self._generations.request(origin.request_id, actor)).request
            except NotFoundError as error:
                raise NotAllowedError(
                    "An earlier scene of this line is private, so the line cannot be joined."
                ) from error
            if not _begin_alike(request, parent):
                return None
            request = parent
        return None


def _begin_alike(one: VideoRequest, other: VideoRequest) -> bool:
    """Whether two requests start with the same picture: then they are attempts at one scene."""
    frames = [request.frame(ReferenceRole.START_FRAME) for request in (one, other)]
    hashes = {frame.image.sha256 if frame else None for frame in frames}
    return len(hashes) == 1 and None not in hashes
