"""Fixtures around the sandbox."""

import base64
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import pytest

from tests.sandbox.callers import VIDEO, Caller, Starter, draw


@pytest.fixture
async def start() -> AsyncIterator[Starter]:
    async with AsyncExitStack() as stack:
        yield Starter(stack)


@pytest.fixture
async def caller(start: Starter) -> Caller:
    return await start()


@pytest.fixture
def picture() -> Callable[..., bytes]:
    return draw


@pytest.fixture
def data_uri() -> Callable[[bytes], str]:
    return lambda data: f"data:image/png;base64,{base64.b64encode(data).decode()}"


@pytest.fixture
def video() -> bytes:
    return VIDEO
