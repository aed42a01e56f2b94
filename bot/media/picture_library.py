"""Pictures on disk, kept once each under the hash of their bytes."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import re
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from bot.errors import DiskError, MediaError
from bot.media.durably import sync_folder
from bot.media.frames import suited
from bot.media.pictures import PictureRules, inspect_picture
from bot.media.strip import TILES, strip, tile
from bot.models.references import StoredImage

_P = ParamSpec("_P")
_T = TypeVar("_T")

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_DECODES_AT_ONCE: Final = 2
"""The largest picture that the rules admit takes 200 MB while it is decoded."""
_STRIPS_KEPT: Final = 128
"""Some 10 to 20 kB each."""


class PictureLibrary:
    """Checks pictures and keeps them by content; nothing here blocks the event loop.

    ``folder`` is created when it is missing. Call ``close`` at the end.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Threads of its own, so that the bound also holds for work whose caller was cancelled.
        self._workers = ThreadPoolExecutor(_DECODES_AT_ONCE, thread_name_prefix="pictures")
        self._keeping = threading.Lock()
        """Held for the moment in which a picture that is there is claimed, or deleted."""
        self._strips: OrderedDict[tuple[tuple[str, ...], int], bytes] = OrderedDict()

    async def take_in(self, data: bytes, rules: PictureRules, *, label: str) -> StoredImage:
        """Check a picture and keep it; the same bytes are kept once.

        When this returns the file is on disk, whole, power cuts included. Raises
        ``InvalidImageError`` with a text that begins with ``label``, and ``DiskError``.
        """
        return await self._off_the_loop(self._check_and_keep, data, rules, label)

    def path(self, sha256: str) -> Path:
        """Where a kept picture lies. Raises ``MediaError`` for what is no name of one."""
        if not _SHA256.fullmatch(sha256):
            raise MediaError("not the name of a kept picture")
        return self._folder / sha256

    async def read(self, sha256: str) -> bytes:
        """Return the bytes of a kept picture. Raises ``MediaError`` where it is not (any more)."""
        return await self._off_the_loop(self._read, sha256)

    async def strip(self, sha256s: Sequence[str], height_px: int) -> bytes:
        """Return kept pictures, at most four, side by side in one small WebP.

        It has room for four however many there are. Raises ``MediaError`` where one is not there.
        """
        names = tuple(sha256s[:TILES])
        key = (names, height_px)
        if key not in self._strips:
            self._strips[key] = await self._off_the_loop(
                lambda: strip([self._read(name) for name in names], height_px)
            )
        self._strips.move_to_end(key)
        drawn = self._strips[key]
        while len(self._strips) > _STRIPS_KEPT:
            self._strips.popitem(last=False)
        return drawn

    async def tile(self, sha256: str, side_px: int) -> bytes:
        """Return the middle square of a kept picture as a small WebP; raises ``MediaError``."""
        return await self._off_the_loop(lambda: tile(self._read(sha256), side_px))

    async def hold(self, sha256s: Collection[str]) -> frozenset[str]:
        """Keep pictures as if they were handed in now; those that are not there (any more).

        For who is about to write down that they are meant: the others cannot vanish meanwhile.
        """
        return await asyncio.to_thread(self._hold, sha256s)

    async def suited(self, data: bytes, rules: PictureRules) -> bytes:
        """Return a PNG of our own made as large, or as small, as the rules want it."""
        return await self._off_the_loop(suited, data, rules)

    async def data_uri(self, image: StoredImage) -> str:
        """Return a kept picture as a ``data:`` URI. Raises ``MediaError`` where it is not there."""
        return await self._off_the_loop(
            lambda: (
                f"data:{image.media_type};base64,"
                + base64.b64encode(self._read(image.sha256)).decode("ascii")
            )
        )

    async def untouched(self, for_s: float) -> tuple[str, ...]:
        """The pictures that nobody has handed in for so many seconds."""
        return await self._off_the_loop(self._untouched, for_s)

    async def forget(self, sha256s: Collection[str], *, untouched_s: float) -> int:
        """Delete those that are still untouched for so long; the bytes that this frees."""
        gone = set(sha256s)
        for key in [key for key in self._strips if gone.intersection(key[0])]:
            del self._strips[key]
        return await self._off_the_loop(self._forget, sha256s, untouched_s)

    def close(self) -> None:
        """Let go of the threads; what has not begun is dropped."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    async def _off_the_loop(
        self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> _T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._workers, partial(work, *args, **kwargs))

    def _check_and_keep(self, data: bytes, rules: PictureRules, label: str) -> StoredImage:
        image = inspect_picture(data, rules, label=label)
        place = self.path(image.sha256)
        try:
            with self._keeping:
                if place.exists():
                    # Wanted anew: from now on it must not count as forgotten.
                    os.utime(place)
                    return image
            self._folder.mkdir(parents=True, exist_ok=True)
            _write_whole(place, data)
        except OSError as error:
            raise DiskError(f"a picture could not be kept: {error.strerror}") from error
        return image

    def _hold(self, sha256s: Collection[str]) -> frozenset[str]:
        missing = set()
        for sha256 in sha256s:
            place = self.path(sha256)
            with self._keeping:
                try:
                    os.utime(place)
                except FileNotFoundError:
                    missing.add(sha256)
                except OSError:
                    # Where times cannot be set, nothing can be deleted either.
                    continue
        return frozenset(missing)

    def _untouched(self, for_s: float) -> tuple[str, ...]:
        try:
            names = [file.name for file in self._folder.iterdir() if _SHA256.fullmatch(file.name)]
        except OSError:
            return ()
        return tuple(name for name in names if _is_untouched(self._folder / name, for_s))

    def _forget(self, sha256s: Collection[str], for_s: float) -> int:
        freed_bytes = 0
        for sha256 in sha256s:
            place = self.path(sha256)
            with contextlib.suppress(OSError), self._keeping:
                if _is_untouched(place, for_s):
                    size_bytes = place.stat().st_size
                    place.unlink()
                    freed_bytes += size_bytes
        return freed_bytes

    def _read(self, sha256: str) -> bytes:
        try:
            return self.path(sha256).read_bytes()
        except OSError as error:
            raise MediaError("the picture is not in the library") from error


def _is_untouched(place: Path, for_s: float) -> bool:
    try:
        return time.time() - place.stat().st_mtime > for_s
    except FileNotFoundError:
        return False


def _write_whole(place: Path, data: bytes) -> None:
    """Write so that the name, once it is there, stands for all the bytes."""
    handle, unfinished = tempfile.mkstemp(prefix=".unfinished-", dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(unfinished).replace(place)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(unfinished).unlink()
        raise
    sync_folder(place.parent)
