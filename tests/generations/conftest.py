from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from bot.sandbox.options import SandboxOptions
from bot.sandbox.server import Sandbox
from tests.generations.building import Surroundings, rigged
from tests.generations.channel import Channel
from tests.generations.hazard import Hazard
from tests.generations.hurry import HurriedLoop
from tests.generations.rig import Choices, Rig
from tests.generations.ticking import TestClock
from tests.made_once import lay_out_database
from tests.world import quick_video

RigMaker: TypeAlias = Callable[..., Awaitable[Rig]]


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"hurried": HurriedLoop}


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def channel(clock: TestClock) -> Channel:
    return Channel(clock)


@pytest.fixture
async def oxen(request: pytest.FixtureRequest, clock: TestClock) -> AsyncIterator[Sandbox]:
    marker = request.node.get_closest_marker("world")
    chosen: dict[str, Any] = marker.kwargs.get("sandbox", {}) if marker else {}
    options = {"render_seconds": 0.0, "renderer": quick_video, "clock": clock, **chosen}
    async with Sandbox(SandboxOptions(**options)) as running:
        yield running


@pytest.fixture
async def rig_maker(
    oxen: Sandbox, channel: Channel, clock: TestClock, tmp_path: Path
) -> AsyncIterator[RigMaker]:
    """Makes bots on one folder: the first life, and those after restarts."""
    lay_out_database(tmp_path)
    async with AsyncExitStack() as stack:

        async def make(*, hazard: Hazard | None = None, **choices: Any) -> Rig:
            around = Surroundings(oxen, channel, clock, tmp_path)
            return await stack.enter_async_context(rigged(around, Choices(**choices), hazard))

        yield make


@pytest.fixture
async def rig(rig_maker: RigMaker) -> Rig:
    return await rig_maker()
