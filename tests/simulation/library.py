"""Results on a disk that outlives the process."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.errors import CannotFitError, NotAVideoError
from bot.models.video import StoredVideo, VideoFacts
from tests.simulation.life import Life
from tests.simulation.plan import Troubles
from tests.simulation.timeline import Timeline

_SIZE_BYTES = 9_000_000
_SMALLEST_BYTES = 2_000_000
_NOWHERE = Path("/nonexistent/simulated")


class Disk:
    """Names of the files that are there and whole."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.whole: set[str] = set()
        self._downloads: set[Path] = set()
        self._named = 0

    def new_name(self, stem: str) -> str:
        self._named += 1
        return f"{stem}-{self._named}"

    def fetched(self, to: Path) -> int:
        self._downloads.add(to)
        return _SIZE_BYTES

    def take_in(self, download: Path, name: str) -> None:
        if download not in self._downloads:
            raise NotAVideoError("nothing was downloaded")
        self._downloads.discard(download)
        self.whole.add(name)


class LibraryOfLife:
    """``VideoLibrary`` of one life."""

    def __init__(self, disk: Disk, life: Life, troubles: Troubles) -> None:
        self._disk = disk
        self._life = life
        self._troubles = troubles

    def new_download(self, generation_id: int) -> Path:
        return _NOWHERE / self._disk.new_name(f"download-{generation_id}")

    async def take_in(self, download: Path, generation_id: int) -> StoredVideo:
        await self._life.step("before a result is taken in")
        if self._disk.timeline.chance(self._troubles.file_damaged):
            raise NotAVideoError("simulated")
        name = self._disk.new_name(f"result-{generation_id}")
        self._disk.take_in(download, name)
        await self._life.step("after a result is taken in")
        return StoredVideo(name, _facts(_SIZE_BYTES))

    async def is_whole(self, video: StoredVideo) -> bool:
        await self._life.step("before a result is looked at")
        if self._disk.timeline.chance(self._troubles.file_damaged):
            self._disk.whole.discard(video.filename)
            self._disk.timeline.note("disk", f"{video.filename} is damaged")
        return video.filename in self._disk.whole

    async def fitted(self, video: StoredVideo, max_bytes: int) -> tuple[Path, VideoFacts]:
        if max_bytes < _SMALLEST_BYTES:
            raise CannotFitError("simulated")
        if max_bytes < _SIZE_BYTES:
            await asyncio.sleep(self._disk.timeline.mostly_short(200.0))
        await self._life.step("after a result is fitted")
        return _NOWHERE / video.filename, _facts(min(max_bytes, _SIZE_BYTES))


def _facts(size_bytes: int) -> VideoFacts:
    return VideoFacts(1280, 720, 5_000, size_bytes, has_audio=True, video_codec="h264")
