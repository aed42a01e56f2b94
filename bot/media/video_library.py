"""Results on disk: downloads become videos here, whole or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from bot.errors import NotAVideoError
from bot.media.durably import sync_file, sync_folder
from bot.media.frames import last_frame
from bot.media.poster import poster
from bot.media.probe import probe_video
from bot.media.programs import MediaPrograms
from bot.media.reel_library import ReelLibrary
from bot.media.strip import strip
from bot.models.video import StoredVideo, VideoFacts

_P = ParamSpec("_P")
_T = TypeVar("_T")

_DECODES_AT_ONCE: Final = 2
"""A film of 1080 by 1920 pixels takes 50 MB and a core for the second that its last frame takes."""
_REMEMBERED_PROBES: Final = 1_000
_LONGEST_FIT_S: Final = 600.0
_COPIES_BYTES: Final = 2**30
"""Ten of the largest files that Discord takes, a hundred of the usual: of what is being posted
there are four at a time, and the rest is easily made again."""
_MATROSKA: Final = b"\x1a\x45\xdf\xa3"


class VideoLibrary:
    """Keeps results and makes smaller copies of them; nothing here blocks the event loop.

    Below ``folder``: the videos themselves, ``downloads`` in progress, ``fitted`` copies, and
    ``reels``. Call ``sweep_leftovers`` before the first use and ``close`` at the end.
    """

    def __init__(self, folder: Path, *, copies_bytes: int = _COPIES_BYTES) -> None:
        self._folder = folder.absolute()
        self._copies_bytes = copies_bytes
        self._downloads = self._folder / "downloads"
        self._fitted = self._folder / "fitted"
        self._programs = MediaPrograms(longest_s=_LONGEST_FIT_S)
        self.reels = ReelLibrary(self._folder)
        self._probed: OrderedDict[str, tuple[int, int]] = OrderedDict()
        # Threads of their own, so that a crowd that looks back holds up nobody's video, and so that
        # the bound also holds for work whose caller was cancelled.
        self._decoders = ThreadPoolExecutor(_DECODES_AT_ONCE, thread_name_prefix="frames")

    async def sweep_leftovers(self) -> None:
        """Clear what a crash left half done, and the fitted copies, which are easily made again."""

        def sweep() -> None:
            for folder in (self._downloads, self._fitted):
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir(parents=True)

        await asyncio.to_thread(sweep)
        await self.reels.sweep_leftovers()

    def new_download(self, generation_id: int) -> Path:
        """Return a fresh path for a download in progress; not yet in the library."""
        self._downloads.mkdir(parents=True, exist_ok=True)
        return self._downloads / f"{generation_id}-{secrets.token_hex(4)}.part"

    async def take_in(self, download: Path, generation_id: int) -> StoredVideo:
        """Probe a download, make it durable and rename it into the library.

        Where the download is gone because an earlier call got as far as the rename, what lies in
        the library is probed instead. Raises ``NotAVideoError``.
        """
        return await asyncio.to_thread(self._take_in, download, generation_id)

    def path(self, video: StoredVideo) -> Path:
        """Where the file lies."""
        return self._folder / video.filename

    async def is_whole(self, video: StoredVideo) -> bool:
        """Whether the file is still there and still the video that was taken in.

        A file that was probed by this process, and not touched since, is not probed again.
        """

        def whole() -> bool:
            place = self.path(video)
            try:
                untouched = self._probed.get(video.filename) == _stamp(place)
                return untouched or probe_video(place) == video.facts
            except (NotAVideoError, OSError):
                return False

        return await asyncio.to_thread(whole)

    async def fitted(self, video: StoredVideo, max_bytes: int) -> tuple[Path, VideoFacts]:
        """Return the video under a size, with its sound: the file itself, or a smaller copy.

        Copies are kept for a while. Cancelling stops the encoder. Raises ``CannotFitError`` where
        it cannot be made so small, ``MediaError`` where encoding fails or the library was closed.
        """
        if video.facts.size_bytes <= max_bytes:
            return self.path(video), video.facts
        place = self._fitted / f"{Path(video.filename).stem}-{max_bytes}.mp4"

        def looked_at() -> VideoFacts:
            self._drop_old_copies(besides=place)
            return probe_video(place)

        # Before it is asked whether it is there: what is wanted now is the last to go.
        await asyncio.to_thread(_mark_as_used, place)
        await self._programs.fit(self.path(video), place, max_bytes)
        return place, await asyncio.to_thread(looked_at)

    async def last_frame(self, video: StoredVideo) -> bytes:
        """The frame that a video ends with, at its full size, as PNG; raises ``MediaError``."""
        return await self._decoded(last_frame, self.path(video))

    async def poster(self, video: StoredVideo, side_px: int) -> bytes:
        """A JPEG of one frame, its longer side at most ``side_px``; raises ``MediaError``."""
        return await self._decoded(poster, self.path(video), side_px=side_px)

    async def poster_strip(
        self, videos: Sequence[tuple[str, StoredVideo]], height_px: int
    ) -> bytes:
        """A frame of each video, at most four, labelled and side by side in one small WebP.

        Raises ``MediaError`` where one cannot be had.
        """

        def drawn() -> bytes:
            frames = [poster(self.path(video), side_px=3 * height_px) for _, video in videos]
            return strip(frames, height_px, [label for label, _ in videos])

        return await self._decoded(drawn)

    async def close(self) -> None:
        """Stop an encoder that is at work, and drop the frames that nobody has begun with."""
        self._decoders.shutdown(wait=False, cancel_futures=True)
        await self._programs.close()
        await self.reels.close()

    async def _decoded(self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._decoders, partial(work, *args, **kwargs))

    def _take_in(self, download: Path, generation_id: int) -> StoredVideo:
        if not download.exists():
            return self._already_taken_in(generation_id)
        facts = probe_video(download)
        with download.open("rb") as file:
            suffix = ".webm" if file.read(4) == _MATROSKA else ".mp4"
        place = self._folder / f"{generation_id}{suffix}"
        sync_file(download)
        download.replace(place)
        sync_folder(self._folder)
        self._remember(place)
        return StoredVideo(place.name, facts)

    def _drop_old_copies(self, *, besides: Path) -> None:
        """Bring the copies under their limit, those first that nobody wanted for longest."""
        with contextlib.suppress(OSError):
            found = [(copy, copy.stat()) for copy in self._fitted.glob("*.mp4")]
            too_much = sum(stat.st_size for _, stat in found) - self._copies_bytes
            for copy, stat in sorted(found, key=lambda one: one[1].st_mtime):
                if too_much <= 0:
                    break
                if copy != besides:
                    copy.unlink(missing_ok=True)
                    too_much -= stat.st_size

    def _remember(self, place: Path) -> None:
        self._probed[place.name] = _stamp(place)
        while len(self._probed) > _REMEMBERED_PROBES:
            self._probed.popitem(last=False)

    def _already_taken_in(self, generation_id: int) -> StoredVideo:
        for suffix in (".mp4", ".webm"):
            place = self._folder / f"{generation_id}{suffix}"
            if place.exists():
                sync_folder(self._folder)
                return StoredVideo(place.name, probe_video(place))
        raise NotAVideoError("the download is not there")


def _mark_as_used(place: Path) -> None:
    with contextlib.suppress(OSError):
        os.utime(place)


def _stamp(place: Path) -> tuple[int, int]:
    """What changes when a file is touched: its size, and when it was last written."""
    found = place.stat()
    return found.st_size, found.st_mtime_ns
