from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from bot.media.animatic import AnimaticRequest, AnimaticShot
from bot.oxen.transport import OxenTransports
from bot.sandbox.options import SandboxOptions
from bot.sandbox.server import Sandbox
from tests.faults.breaking import Breaks
from tests.faults.hooked_channel import HookedChannel
from tests.generations import building
from tests.generations.building import Surroundings, rigged
from tests.generations.hurry import HurriedLoop
from tests.generations.rig import Choices, Rig
from tests.generations.ticking import TestClock
from tests.made_once import lay_out_database
from tests.world import Troubles, quick_video

RigMaker: TypeAlias = Callable[..., Awaitable[Rig]]


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    if "world" in getattr(item, "fixturenames", ()):
        # A simulated Discord keeps a time of its own.
        return {"plain": asyncio.SelectorEventLoop}
    return {"hurried": HurriedLoop}


@pytest.fixture(autouse=True)
def quiet(troubles: Troubles) -> Troubles:
    """Faults make for many tracebacks, and drawing those costs seconds."""
    return troubles


@cache
def _video() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "video.mp4"
        quick_video(AnimaticRequest((AnimaticShot("", 3),), "16:9"), path)
        return path.read_bytes()


def same_video(_: AnimaticRequest, path: Path) -> None:
    """A real video, encoded once for all tests."""
    path.write_bytes(_video())


@pytest.fixture
def ticking() -> TestClock:
    return TestClock()


@pytest.fixture
def channel(ticking: TestClock) -> HookedChannel:
    return HookedChannel(ticking)


@pytest.fixture
def breaks() -> Breaks:
    return Breaks()


@pytest.fixture
async def oxen(request: pytest.FixtureRequest) -> AsyncIterator[Sandbox]:
    """An Oxen with a clock of its own, which does not jump."""
    marker = request.node.get_closest_marker("world")
    chosen: dict[str, Any] = marker.kwargs.get("sandbox", {}) if marker else {}
    options = {"render_seconds": 0.0, "renderer": same_video, "clock": TestClock(), **chosen}
    async with Sandbox(SandboxOptions(**options)) as running:
        yield running


@pytest.fixture
async def rig_maker(
    oxen: Sandbox,
    channel: HookedChannel,
    ticking: TestClock,
    *,
    breaks: Breaks,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[RigMaker]:
    """Makes bots on one folder, whose calls to Oxen break as ``breaks`` says."""
    lay_out_database(tmp_path)
    monkeypatch.setattr(
        building, "OxenTransports", partial(OxenTransports, transport=breaks.transport)
    )
    async with AsyncExitStack() as stack:

        async def make(*, places: Any = channel, **choices: Any) -> Rig:
            around = Surroundings(oxen, places, ticking, tmp_path)
            chosen = {"sweep_interval_s": 4.0, "max_in_flight": 40, **choices}
            return await stack.enter_async_context(rigged(around, Choices(**chosen)))

        yield make


@pytest.fixture
async def rig(rig_maker: RigMaker) -> Rig:
    return await rig_maker()
