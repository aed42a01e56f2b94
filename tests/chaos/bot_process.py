"""The bot as a process of its own: started, killed, started again, ended."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
import uuid
from pathlib import Path

from tests.chaos.discord_on_the_wire import DiscordOnTheWire

ROOT = Path(__file__).parents[2]
_LAST_WORDS_CHARS = 4_000
_ENDS_WITHIN_S = 40.0
"""A shutdown lets uploads under way finish, for 20 s at most, and POSTs."""


def write_config(folder: Path, oxen_url: str, *, settle_s: int, starts: int) -> Path:
    """A configuration file for chaos: quick sweeps, no quotas worth mentioning."""
    lines = [
        "[oxen]",
        f'base_url = "{oxen_url}"',
        "max_in_flight = 12",
        f"settle_s = {settle_s}",
        "sweep_interval_s = 2",
        'reference_delivery = "data"',
        "[quota]",
        *(
            f'{name} = "unlimited"'
            for name in (
                "generations_per_day",
                "generations_per_month",
                "seconds_per_day",
                "seconds_per_month",
                "in_flight",
            )
        ),
        "[storage]",
        f'folder = "{folder / "data"}"',
        "[logging]",
        'level = "info"',
        'format = "json"',
        "[discord]",
        f"starts_per_quarter_hour = {starts}",
    ]
    path = folder / "config.toml"
    path.write_text("\n".join(lines) + "\n")
    return path


class BotProcess:
    """One process at a time; its log goes to a file that grows over all starts."""

    def __init__(self, config: Path, discord: DiscordOnTheWire, *, log: Path) -> None:
        self._config = config
        self._discord = discord
        self.log = log
        # The program holds a lock by its token: runs beside each other need one each.
        self._token = f"chaos-{uuid.uuid4().hex}"
        self._process: asyncio.subprocess.Process | None = None
        self.starts = 0
        self.kills = 0
        self.last_killed_at_s = 0.0
        """By the monotonic clock."""
        self.own_ends: list[int] = []
        """Exit statuses of processes that ended although nobody killed them."""

    @property
    def is_running(self) -> bool:
        """Whether there is a process that has not ended."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start the bot; returns at once."""
        environ = {
            **os.environ,
            "DISCORD_TOKEN": self._token,
            "OXEN_API_KEY": "key-of-the-chaos",
            "STAND_IN_ORIGIN": self._discord.origin,
            "STAND_IN_GATEWAY": self._discord.gateway.url,
            "CLAPPERBOARD_TRACEBACK": "1",
            "TMPDIR": str(self._config.parent),
        }
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.chaos.launcher",
                "run",
                "--config",
                str(self._config),
                cwd=ROOT,
                env=environ,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.starts += 1

    async def ready(self, within_s: float = 30.0) -> None:
        """Wait until it stands on the gateway, or has ended; raises ``TimeoutError``."""
        if self._process is None:
            return
        connected = asyncio.create_task(self._discord.gateway.connected())
        ended = asyncio.create_task(self._process.wait())
        try:
            done, _ = await asyncio.wait(
                {connected, ended}, timeout=within_s, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            for task in (connected, ended):
                task.cancel()
            await asyncio.gather(connected, ended, return_exceptions=True)
        if connected not in done:
            raise TimeoutError(f"it does not connect; its log ends with\n{self.last_words()}")

    def last_words(self) -> str:
        """The end of the log."""
        return self.log.read_text()[-_LAST_WORDS_CHARS:] if self.log.exists() else ""

    def logged(self, event: str) -> int:
        """How often an event stands in the log, over all starts."""
        with self.log.open(errors="replace") as lines:
            return sum(f'"event": "{event}"' in line for line in lines)

    def kill(self) -> bool:
        """SIGKILL, at this very instant; false where nothing was running."""
        if self._process is None or self._process.returncode is not None:
            return False
        os.kill(self._process.pid, signal.SIGKILL)
        self.kills += 1
        self.last_killed_at_s = time.monotonic()
        return True

    async def gone(self) -> int:
        """Wait for the end of the process; its exit status."""
        if self._process is None:
            return 0
        status = await self._process.wait()
        if status != -signal.SIGKILL:
            self.own_ends.append(status)
        return status

    async def end(self) -> int | None:
        """SIGTERM; the exit status, or ``None`` if it took too long and was killed."""
        if self._process is None or self._process.returncode is not None:
            return self._process.returncode if self._process else 0
        self._process.terminate()
        try:
            async with asyncio.timeout(_ENDS_WITHIN_S):
                return await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
            return None
