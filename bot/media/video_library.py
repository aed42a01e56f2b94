"""Results on disk: downloads become videos here, whole or not at all."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import sys
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import bot
from bot.errors import CannotFitError, MediaError, NotAVideoError
from bot.media.durably import sync_file, sync_folder
from bot.media.exit_status import EXIT_CANNOT_FIT
from bot.media.frames import last_frame
from bot.media.poster import poster
from bot.media.probe import probe_video
from bot.media.strip import strip
from bot.models.video import StoredVideo, VideoFacts

_REMEMBERED_PROBES: Final = 1_000
_LONGEST_FIT_S: Final = 600.0
_MATROSKA: Final = b"\x1a\x45\xdf\xa3"
_PASSED_ON: Final = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "LANG")
"""All of the environment that the fitting program gets: none of the bot's secrets."""


class VideoLibrary:
    """Keeps results and makes smaller copies of them; nothing here blocks the event loop.

    Below ``folder``: the videos themselves, ``downloads`` in progress, and ``fitted`` copies. Call
    ``sweep_leftovers`` before the first use and ``close`` at the end.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._downloads = self._folder / "downloads"
        self._fitted = self._folder / "fitted"
        # One at a time: a second encoder beside the first would only slow both, and the bot.
        self._fitting = asyncio.Lock()
        self._program: asyncio.subprocess.Process | None = None
        self._probed: OrderedDict[str, tuple[int, int]] = OrderedDict()

    async def sweep_leftovers(self) -> None:
        """Clear what a crash left half done, and the fitted copies, which are easily made again."""

        def sweep() -> None:
            for folder in (self._downloads, self._fitted):
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir(parents=True)

        await asyncio.to_thread(sweep)

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

        Copies are kept. Cancelling stops the encoder. Raises ``CannotFitError`` where it cannot be
        made so small, ``MediaError`` where encoding fails or the library was closed.
        """
        if video.facts.size_bytes <= max_bytes:
            return self.path(video), video.facts
        place = self._fitted / f"{Path(video.filename).stem}-{max_bytes}.mp4"
        async with self._fitting:
            if not await asyncio.to_thread(place.exists):
                await self._fit(self.path(video), place, max_bytes)
        return place, await asyncio.to_thread(probe_video, place)

    async def last_frame(self, video: StoredVideo) -> bytes:
        """The frame that a video ends with, at its full size, as PNG; raises ``MediaError``."""
        return await asyncio.to_thread(last_frame, self.path(video))

    async def poster(self, video: StoredVideo, side_px: int) -> bytes:
        """A JPEG of one frame, its longer side at most ``side_px``; raises ``MediaError``."""
        return await asyncio.to_thread(poster, self.path(video), side_px=side_px)

    async def poster_strip(
        self, videos: Sequence[tuple[str, StoredVideo]], height_px: int
    ) -> bytes:
        """A frame of each video, at most four, labelled and side by side in one small WebP.

        Raises ``MediaError`` where one cannot be had.
        """

        def drawn() -> bytes:
            frames = [poster(self.path(video), side_px=3 * height_px) for _, video in videos]
            return strip(frames, height_px, [label for label, _ in videos])

        return await asyncio.to_thread(drawn)

    async def close(self) -> None:
        """Stop an encoder that is at work."""
        if self._program is not None and self._program.returncode is None:
            self._program.kill()
            await self._program.wait()

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

    async def _fit(self, source: Path, place: Path, max_bytes: int) -> None:
        unfinished = place.with_name(f"{place.stem}-{secrets.token_hex(4)}.part")
        await asyncio.to_thread(self._fitted.mkdir, parents=True, exist_ok=True)
        try:
            status, complaint = await self._run_program(source, unfinished, max_bytes)
            if status == EXIT_CANNOT_FIT:
                raise CannotFitError(f"{source.name} cannot be made smaller than {max_bytes} bytes")
            if status:
                raise MediaError(f"fitting {source.name} ended with status {status}: {complaint}")
            await asyncio.to_thread(unfinished.replace, place)
        finally:
            # Not awaited: it must also happen when this task is being cancelled.
            unfinished.unlink(missing_ok=True)

    async def _run_program(self, source: Path, target: Path, max_bytes: int) -> tuple[int, str]:
        program = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot.media.fit", str(source), str(target), str(max_bytes)),
            cwd=Path(bot.__file__).parent.parent,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        self._program = program
        try:
            async with asyncio.timeout(_LONGEST_FIT_S):
                _, complaint = await program.communicate()
        except TimeoutError as error:
            raise MediaError(f"fitting {source.name} took too long") from error
        finally:
            if program.returncode is None:
                program.kill()
                await program.wait()
            self._program = None
        last_line = complaint.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return program.returncode or 0, last_line


def _stamp(place: Path) -> tuple[int, int]:
    """What changes when a file is touched: its size, and when it was last written."""
    found = place.stat()
    return found.st_size, found.st_mtime_ns
