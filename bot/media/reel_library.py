"""Scenes joined into one video, kept for a while: all of them can be made again."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot.errors import DiskError, MediaError
from bot.media.probe import probe_video
from bot.media.programs import MediaPrograms
from bot.models.video import StoredVideo, VideoFacts

_LONGEST_JOIN_S: Final = 300.0
_KEPT: Final = 24
"""Joined files and their smaller copies; older ones go when a new one is made."""


class ReelLibrary:
    """Joins the videos in a folder, without blocking the event loop. ``VideoLibrary`` has one."""

    def __init__(self, videos: Path) -> None:
        self._videos = videos.absolute()
        self._folder = self._videos / "reels"
        self._programs = MediaPrograms(longest_s=_LONGEST_JOIN_S)

    async def sweep_leftovers(self) -> None:
        """Forget the reels of an earlier life."""
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    async def joined(self, videos: Sequence[StoredVideo]) -> tuple[Path, VideoFacts]:
        """The videos as one file, which is made unless it is there.

        Cancelling stops the program. Raises ``DiskError``, and ``MediaError`` where a video cannot
        be read or it took too long.
        """
        names = "/".join(f"{video.filename}:{video.facts.size_bytes}" for video in videos)
        place = self._folder / f"{hashlib.sha256(names.encode()).hexdigest()[:32]}.mp4"
        sources = [self._videos / video.filename for video in videos]
        await self._made_room()
        try:
            await self._programs.join(sources, place)
        except OSError as error:
            raise DiskError(f"a reel could not be written: {error.strerror}") from error
        return place, await asyncio.to_thread(probe_video, place)

    async def fitted(self, reel: Path, max_bytes: int) -> tuple[Path, VideoFacts]:
        """The reel under a size; raises ``CannotFitError`` and other ``MediaError``."""
        place = reel.with_name(f"{reel.stem}-{max_bytes}.mp4")
        try:
            await self._programs.fit(reel, place, max_bytes)
        except OSError as error:
            raise MediaError("a smaller reel could not be written") from error
        return place, await asyncio.to_thread(probe_video, place)

    async def close(self) -> None:
        """Stop a program that is at work."""
        await self._programs.close()

    async def _made_room(self) -> None:
        def drop_oldest() -> None:
            kept = sorted(self._folder.glob("*.mp4"), key=lambda reel: reel.stat().st_mtime)
            for reel in kept[:-_KEPT]:
                reel.unlink(missing_ok=True)

        try:
            await asyncio.to_thread(drop_oldest)
        except OSError as error:
            raise DiskError("the folder of reels cannot be read") from error
