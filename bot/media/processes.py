"""Runs this package's own programs, each in a process: none holds the bot's interpreter."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Final

import bot
from bot.errors import MediaError

_PASSED_ON: Final = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "LANG")
"""All of the environment that a program gets: none of the bot's secrets."""


class Processes:
    """Those under way. None outlives its caller, or ``close``."""

    def __init__(self) -> None:
        self._running: set[asyncio.subprocess.Process] = set()

    @property
    def running(self) -> frozenset[asyncio.subprocess.Process]:
        """Those under way."""
        return frozenset(self._running)

    async def run(
        self, module: str, *arguments: str, told: bytes = b"", longest_s: float
    ) -> tuple[int, str]:
        """Run ``python -m module``; its exit status, and the last line of its complaints.

        ``told`` is what it reads. Cancelling kills it. Raises ``MediaError`` where it takes longer
        than ``longest_s``.
        """
        program = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", module, *arguments),
            cwd=Path(bot.__file__).parent.parent,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        self._running.add(program)
        try:
            async with asyncio.timeout(longest_s):
                _, complaint = await program.communicate(told)
        except TimeoutError as error:
            raise MediaError(f"{module} took too long") from error
        finally:
            if program.returncode is None:
                program.kill()
                await program.wait()
            self._running.discard(program)
        last_line = complaint.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return program.returncode or 0, last_line

    async def close(self) -> None:
        """Stop those under way."""
        for program in self.running:
            if program.returncode is None:
                program.kill()
                await program.wait()
