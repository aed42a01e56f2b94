"""The processes that are measured: the real bot and the bare one, each with its own Discord."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.server import Sandbox
from tests.bench.launcher import COUNTS
from tests.chaos.discord_on_the_wire import DiscordOnTheWire

ROOT = Path(__file__).parents[2]
_READY_WITHIN_S = 60.0
_QUIET_S = 0.3
_KIB = 1024
_USER, _SYSTEM = 11, 12
"""Places in ``/proc/PID/stat`` after the name."""


@dataclass(frozen=True, slots=True)
class Running:
    """A process that stands on its gateway."""

    process: asyncio.subprocess.Process
    discord: DiscordOnTheWire
    log: Path
    counts: Path | None = None

    def transactions(self) -> tuple[int, int]:
        """How many transactions only read, and how many wrote, since its start."""
        if self.counts is None:
            return 0, 0
        reads, writes = COUNTS.unpack(self.counts.read_bytes())
        return reads, writes

    def memory_bytes(self) -> int:
        """Resident memory: what is independent of what else runs on the machine."""
        return _status(self.process.pid, "VmRSS")

    def cpu_s(self) -> float:
        """Processor time so far; it tells costs even on a machine that is busy otherwise."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[_USER]) + int(fields[_SYSTEM])) / os.sysconf("SC_CLK_TCK")

    async def quiet(self) -> None:
        """Wait until it has not asked anything of its Discord or database for a while."""
        before: object = None
        while before != (now := (self.transactions(), len(self.discord.books.requests))):
            before = now
            await asyncio.sleep(_QUIET_S)


@asynccontextmanager
async def bare_bot(
    discord: DiscordOnTheWire, folder: Path, oxen_url: str = ""
) -> AsyncIterator[Running]:
    """The floor."""
    environ = {"OXEN_URL": oxen_url} if oxen_url else {}
    async with _process(discord, folder / "bare.log", ["tests.bench.bare_bot"], environ) as running:
        yield running


@asynccontextmanager
async def clapperboard(
    discord: DiscordOnTheWire, sandbox: Sandbox, folder: Path, *, is_ready: bool = True
) -> AsyncIterator[Running]:
    """The real program on a folder; with ``is_ready=False`` without waiting for anything."""
    counts = folder / "transactions"
    counts.write_bytes(bytes(COUNTS.size))
    config = folder / "config.toml"
    config.write_text(_config(folder, sandbox.base_url))
    environ = {
        "BENCH_COUNTS": str(counts),
        "DISCORD_TOKEN": f"token-of-{folder.name}",
        "OXEN_API_KEY": "key-of-the-bench",
    }
    streams = sandbox._streams.opened
    arguments = ["tests.bench.launcher", "run", "--config", str(config)]
    async with _process(
        discord, folder / "bot.log", arguments, environ, is_ready=is_ready, counts=counts
    ) as running:
        if is_ready:
            await sandbox.stream_opened(streams + 1)
            await running.quiet()
        yield running


@asynccontextmanager
async def _process(
    discord: DiscordOnTheWire,
    log: Path,
    arguments: list[str],
    environ: dict[str, str],
    *,
    is_ready: bool = True,
    counts: Path | None = None,
) -> AsyncIterator[Running]:
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            *arguments,
            cwd=ROOT,
            env={
                **os.environ,
                **environ,
                "STAND_IN_ORIGIN": discord.origin,
                "STAND_IN_GATEWAY": discord.gateway.url,
            },
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        running = Running(process, discord, log, counts)
        if is_ready:
            await _connected(running)
        yield running
    finally:
        # Killed, not ended: nothing of what it holds matters, and the next run waits.
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _connected(running: Running) -> None:
    connected = asyncio.ensure_future(running.discord.gateway.connected())
    ended = asyncio.ensure_future(running.process.wait())
    done, _ = await asyncio.wait(
        {connected, ended}, timeout=_READY_WITHIN_S, return_when=asyncio.FIRST_COMPLETED
    )
    connected.cancel()
    ended.cancel()
    if connected not in done:
        raise RuntimeError(f"the process did not start:\n{running.log.read_text()[-2000:]}")


def _config(folder: Path, oxen_url: str) -> str:
    unlimited = "\n".join(
        f'{name} = "unlimited"'
        for name in (
            "generations_per_day",
            "generations_per_month",
            "seconds_per_day",
            "seconds_per_month",
            "in_flight",
        )
    )
    return f"""
[discord]
starts_per_quarter_hour = 100000
[oxen]
base_url = "{oxen_url}"
max_in_flight = 1000
reference_delivery = "data"
[quota]
{unlimited}
[storage]
folder = "{folder / "data"}"
[logging]
level = "info"
format = "json"
"""


def _status(pid: int, field: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * _KIB
    raise LookupError(field)
