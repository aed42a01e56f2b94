"""Long work on videos, in processes of its own: it neither blocks the bot nor outlives it."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import bot
from bot.errors import CannotFitError, DiskError, MediaError
from bot.media.exit_status import EXIT_CANNOT_FIT, EXIT_DISK_FULL

_PASSED_ON: Final = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "LANG")
"""All of the environment that a program gets: none of the bot's secrets."""


class MediaPrograms:
    """Runs ``bot.media.fit`` and ``bot.media.joining``; what they make is whole, or not there.

    One at a time: a second encoder beside the first would only slow both, and the bot.
    """

    def __init__(self, *, longest_s: float) -> None:
        self._longest_s = longest_s
        self._turn = asyncio.Lock()
        self._program: asyncio.subprocess.Process | None = None

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
        if self._program is not None and self._program.returncode is None:
            self._program.kill()
            await self._program.wait()

    async def _make(self, place: Path, arguments: Callable[[Path], Sequence[str]]) -> None:
        async with self._turn:
            if await asyncio.to_thread(place.exists):
                return
            unfinished = place.with_name(f"{place.stem}-{secrets.token_hex(4)}.part")
            await asyncio.to_thread(place.parent.mkdir, parents=True, exist_ok=True)
            try:
                status, complaint = await self._run(arguments(unfinished))
                _judge(status, complaint, place)
                await asyncio.to_thread(unfinished.replace, place)
            finally:
                # Not awaited: it must also happen when this task is being cancelled.
                unfinished.unlink(missing_ok=True)

    async def _run(self, arguments: Sequence[str]) -> tuple[int, str]:
        program = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", *arguments),
            cwd=Path(bot.__file__).parent.parent,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        self._program = program
        try:
            async with asyncio.timeout(self._longest_s):
                _, complaint = await program.communicate()
        except TimeoutError as error:
            raise MediaError(f"{arguments[0]} took too long") from error
        finally:
            if program.returncode is None:
                program.kill()
                await program.wait()
            self._program = None
        last_line = complaint.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return program.returncode or 0, last_line


def _judge(status: int, complaint: str, place: Path) -> None:
    if status == EXIT_CANNOT_FIT:
        raise CannotFitError(f"{place.name} cannot be made so small")
    if status == EXIT_DISK_FULL:
        raise DiskError("a video could not be written: the disk is full")
    if status:
        raise MediaError(f"making {place.name} ended with status {status}: {complaint}")
