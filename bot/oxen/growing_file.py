"""A file that is written away from the event loop and removed unless it was finished."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, Self, TypeVar

T = TypeVar("T")

_PIECE_BYTES = 1024 * 1024
"""Chunks are collected up to this size, so that a thread is asked once a megabyte."""


class GrowingFile:
    """Writes pieces in order in a thread of its own.

    As everything happens in that one thread, leaving early (also by cancellation in the middle of
    a write) cannot close the file under a write that is still going on. Each crossing to the thread
    costs more than writing a small result: that takes a single one.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="download")
        self._pending = bytearray()
        self._file: BinaryIO | None = None
        self._is_finished = False

    async def __aenter__(self) -> Self:
        return self

    async def write(self, chunk: bytes) -> None:
        """Append a chunk; raises ``OSError``."""
        self._pending += chunk
        if len(self._pending) >= _PIECE_BYTES:
            piece, self._pending = self._pending, bytearray()
            await self._in_thread(lambda: self._append(piece))

    async def finish(self) -> None:
        """Write what is left and bring it to the disk; the file stays. Raises ``OSError``."""
        piece, self._pending = self._pending, bytearray()
        await self._in_thread(lambda: self._complete(piece))

    async def __aexit__(self, *_: object) -> None:
        if self._is_finished:
            self._thread.shutdown(wait=False)
            return
        closing = self._thread.submit(self._close)
        self._thread.shutdown(wait=False)
        await asyncio.wrap_future(closing)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.wrap_future(self._thread.submit(work))

    def _append(self, piece: bytearray) -> BinaryIO:
        if self._file is None:
            self._file = self._path.open("wb", buffering=0)
        left = memoryview(piece)
        while left:
            left = left[self._file.write(left) :]
        return self._file

    def _complete(self, piece: bytearray) -> None:
        file = self._append(piece)
        os.fsync(file.fileno())
        file.close()
        self._is_finished = True

    def _close(self) -> None:
        if self._file is None:
            return
        self._file.close()
        if not self._is_finished:
            self._path.unlink(missing_ok=True)
