"""Long work on videos, in processes of its own: it neither blocks the bot nor outlives it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.errors import CannotFitError, DiskError, MediaError
from bot.media.exit_status import EXIT_CANNOT_FIT, EXIT_DISK_FULL
from bot.media.processes import Processes


class MediaPrograms:
    """Runs ``bot.media.fit`` and ``bot.media.joining``; what they make is whole, or not there.

    One at a time: a second encoder beside the first would only slow both, and the bot.
    """

    def __init__(self, *, longest_s: float) -> None:
        self._longest_s = longest_s
        self._turn = asyncio.Lock()
        self._processes = Processes()

    async def fit(self, source: Path, place: Path, max_bytes: int) -> None:
        """Make a copy under a size, unless it is there; raises ``CannotFitError``."""

        def arguments(target: Path) -> Sequence[str]:
            return ("bot.media.fit", str(source), str(target), str(max_bytes))

        await self._make(place, arguments)

    async def join(self, sources: Sequence[Path], place: Path) -> None:
        """Make one video of several, unless it is there; raises ``DiskError``."""

        def arguments(target: Path) -> Sequence[str]:
            return ("bot.media.joining", str(target), *(str(source) for source in sources))

        await self._make(place, arguments)

    async def close(self) -> None:
        """Stop a program that is at work."""
        await self._processes.close()

    async def _make(self, place: Path, arguments: Callable[[Path], Sequence[str]]) -> None:
        async with self._turn:
            if await asyncio.to_thread(place.exists):
                return
            unfinished = place.with_name(f"{place.stem}-{secrets.token_hex(4)}.part")
            await asyncio.to_thread(place.parent.mkdir, parents=True, exist_ok=True)
            try:
                status, complaint = await self._processes.run(
                    *arguments(unfinished), longest_s=self._longest_s
                )
                _judge(status, complaint, place)
                await asyncio.to_thread(unfinished.replace, place)
            finally:
                # Not awaited: it must also happen when this task is being cancelled.
                unfinished.unlink(missing_ok=True)


def _judge(status: int, complaint: str, place: Path) -> None:
    if status == EXIT_CANNOT_FIT:
        raise CannotFitError(f"{place.name} cannot be made so small")
    if status == EXIT_DISK_FULL:
        raise DiskError("a video could not be written: the disk is full")
    if status:
        raise MediaError(f"making {place.name} ended with status {status}: {complaint}")
