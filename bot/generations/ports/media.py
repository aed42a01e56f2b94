"""Videos on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from bot.models.video import StoredVideo, VideoFacts


class VideoLibrary(Protocol):
    """Results on disk."""

    def new_download(self, generation_id: int) -> Path:
        """A fresh path for a download in progress; not yet in the library."""
        ...

    async def take_in(self, download: Path, generation_id: int) -> StoredVideo:
        """Probe, fsync and rename into the library, whole; raises ``NotAVideoError``."""
        ...

    async def is_whole(self, video: StoredVideo) -> bool:
        """Whether the file is still there and still the video that was taken in."""
        ...

    async def fitted(self, video: StoredVideo, max_bytes: int) -> tuple[Path, VideoFacts]:
        """The video under a size, with its sound: the file itself if it fits, else re-encoded.

        Raises ``CannotFitError``.
        """
        ...
