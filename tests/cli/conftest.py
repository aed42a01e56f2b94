"""The real program as a process of its own, and sandboxes for it."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.media.animatic import AnimaticRequest, AnimaticShot, render_animatic
from bot.sandbox.options import SandboxOptions
from bot.sandbox.server import Sandbox

REPOSITORY = Path(__file__).parents[2]
KEY = "oxen-key-of-the-tests"


@dataclass(frozen=True)
class Ended:
    """How a process ended."""

    status: int
    out: str
    err: str


class Program:
    """``python -m bot`` while it runs."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def line(self) -> str:
        """The next line on standard output."""
        assert self._process.stdout is not None
        return (await self._process.stdout.readline()).decode().rstrip("\n")

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    async def ended(self) -> Ended:
        out, err = await self._process.communicate()
        assert self._process.returncode is not None
        return Ended(self._process.returncode, out.decode(), err.decode())


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


Start = Callable[..., Awaitable[Program]]
Run = Callable[..., Awaitable[Ended]]
StartSandbox = Callable[..., Awaitable[Sandbox]]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Start the program in an empty folder; ``environ`` is added to a bare environment."""
    processes: list[asyncio.subprocess.Process] = []

    async def start(*arguments: str | Path, environ: dict[str, str] | None = None) -> Program:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", *map(str, arguments)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY)} | (environ or {}),
        )
        processes.append(process)
        return Program(process)

    yield start
    for process in processes:
        if process.returncode is None:
            process.kill()
            await process.communicate()


@pytest.fixture
def run(start: Start) -> Run:
    """Run the program to its end."""

    async def run(*arguments: str | Path, environ: dict[str, str] | None = None) -> Ended:
        return await (await start(*arguments, environ=environ)).ended()

    return run


@pytest.fixture
def generate(start: Start) -> Start:
    """Start ``generate`` against a sandbox, with the key that it takes."""

    async def generate(sandbox: Sandbox, *arguments: str | Path) -> Program:
        return await start(
            *("generate", "a calm walk on the moon", "--base-url", sandbox.base_url, *arguments),
            environ={"OXEN_API_KEY": KEY},
        )

    return generate


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small real video, 3 s, 9:16, with sound."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    shot = AnimaticShot(prompt="a calm walk on the moon", duration_s=3)
    render_animatic(AnimaticRequest(shots=(shot,), aspect_ratio="9:16", audio=True), path)
    return path


@pytest.fixture
async def start_sandbox(film: Path) -> AsyncIterator[StartSandbox]:
    """Start a sandbox that answers everything with the film, at once unless told otherwise."""

    def copy(_: AnimaticRequest, to: Path) -> None:
        shutil.copyfile(film, to)

    async with AsyncExitStack() as stack:

        async def start(**options: Any) -> Sandbox:
            chosen: dict[str, Any] = {"render_seconds": 0.0, "renderer": copy} | options
            return await stack.enter_async_context(Sandbox(SandboxOptions(**chosen)))

        yield start


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    Image.new("RGB", (400, 300), "navy").save(path)
    return path
