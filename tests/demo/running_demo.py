"""The demo as a process of its own, the way people start it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ended:
    """How a process ended, and what it had written besides the address."""

    status: int
    out: str
    err: str


class RunningDemo:
    """``python -m bot demo``; its temporary files go into a folder of the test's own."""

    def __init__(self, temporary: Path, *options: str) -> None:
        self._temporary = temporary
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", "demo", "--no-browser", "--port", "0", *options],
            cwd=REPOSITORY,
            env=os.environ | {"TMPDIR": str(temporary)},
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        first_line = self._process.stdout.readline()
        if not first_line.startswith("Demo: "):
            raise AssertionError(f"no address, but {first_line!r}; {self.end()}")
        self.address = first_line.removeprefix("Demo: ").rstrip("\n")

    def videos(self) -> list[Path]:
        """The videos in the bot's storage, oldest first."""
        return sorted(
            self._temporary.glob("clapperboard-*/videos/*.mp4"), key=lambda v: v.stat().st_mtime
        )

    def leftovers(self) -> list[Path]:
        """What lies in the folder for temporary files."""
        return sorted(self._temporary.iterdir())

    def interrupt(self) -> Ended:
        """Press Ctrl-C, and wait for the program and for every process that it has started.

        They all hold the pipes that they inherited: the end of the output is the end of them.
        """
        os.killpg(self._process.pid, signal.SIGINT)
        out, err = self._process.communicate()
        return Ended(self._process.returncode, out, err)

    def end(self) -> Ended:
        """Stop it in any way, unless that has happened."""
        if self._process.returncode is not None:
            return Ended(self._process.returncode, "", "")
        return self.interrupt()
