from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any

import pytest
from aiohttp import web

from bot.models.remote import GenerationFinished, RemoteStatus, StreamConnected
from bot.oxen.events import EventStream, ReconnectPolicy
from bot.oxen.host import OxenHost
from bot.oxen.transport import OxenTransports

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]
StreamFor = Callable[..., EventStream]

KEY = "oxen-key-of-the-tests"
DONE = GenerationFinished("g-1", RemoteStatus.SUCCEEDED)
DONE_BYTES = (
    b'event: media_generation_completed\ndata: {"generation_id":"g-1","status":"succeeded"}\n\n'
)


class Naps:
    """Records how long it was asked to sleep, and yields to the loop instead."""

    def __init__(self) -> None:
        self.taken_s: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken_s.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
def stream_for(transports: OxenTransports, naps: Naps) -> StreamFor:
    def make(base_url: str, **options: Any) -> EventStream:
        options = {"draw": lambda: 1.0, "sleep": naps, "monotonic": lambda: 0.0, **options}
        return EventStream(transports, OxenHost(base_url, KEY), clock=lambda: 0, **options)

    return make


async def take(stream: EventStream, count: int) -> list[object]:
    seen: list[object] = []
    async with aclosing(stream.events()) as events:
        async for event in events:
            seen.append(event)
            if len(seen) == count:
                break
    return seen


async def begin_stream(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    return response


async def test_it_says_when_it_is_connected_and_passes_events_on(
    serve: Serve, stream_for: StreamFor
) -> None:
    asked = []

    async def handler(request: web.Request) -> web.StreamResponse:
        asked.append(request)
        response = await begin_stream(request)
        await response.write(b": keep-alive\n\n" + DONE_BYTES)
        return response

    seen = await take(stream_for(await serve(handler)), 2)

    assert seen == [StreamConnected(), DONE]
    assert asked[0].path == "/api/events"
    assert asked[0].headers["Authorization"] == f"Bearer {KEY}"
    assert asked[0].headers["Accept"] == "text/event-stream"


async def test_it_connects_again_whenever_the_stream_ends(
    serve: Serve, stream_for: StreamFor
) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = await begin_stream(request)
        await response.write(DONE_BYTES + DONE_BYTES[:30])
        return response

    seen = await take(stream_for(await serve(handler)), 5)

    assert seen == [StreamConnected(), DONE, StreamConnected(), DONE, StreamConnected()]


async def test_silence_beyond_the_keep_alives_is_a_dead_connection(
    serve: Serve, stream_for: StreamFor
) -> None:
    held = asyncio.Event()

    async def handler(request: web.Request) -> web.StreamResponse:
        response = await begin_stream(request)
        await held.wait()
        return response

    seen = await take(stream_for(await serve(handler)), 2)
    held.set()

    assert seen == [StreamConnected(), StreamConnected()]


@pytest.mark.parametrize("status", [204, 301, 401, 404, 429, 500, 503])
async def test_an_answer_that_is_not_200_is_not_a_stream(
    serve: Serve, stream_for: StreamFor, status: int
) -> None:
    answers = [status]

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(
            status=answers.pop() if answers else 200,
            headers={"Content-Type": "text/event-stream", "Location": "data:x,y"},
        )
        await response.prepare(request)
        if response.status == 200:
            await response.write(DONE_BYTES)
        return response

    seen = await take(stream_for(await serve(handler)), 2)

    assert seen == [StreamConnected(), DONE]


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/html"},
        {"Content-Type": "application/json; text/event-stream"},
        {"Content-Type": "text/event-stream", "Content-Encoding": "gzip"},
    ],
)
async def test_another_kind_of_content_is_not_a_stream(
    serve: Serve, stream_for: StreamFor, naps: Naps, headers: dict[str, str]
) -> None:
    calls = 0

    async def handler(request: web.Request) -> web.StreamResponse:
        nonlocal calls
        calls += 1
        if calls == 1:
            return web.Response(body=DONE_BYTES, headers=headers)
        response = await begin_stream(request)
        await response.write(DONE_BYTES)
        return response

    assert await take(stream_for(await serve(handler)), 2) == [StreamConnected(), DONE]
    assert len(naps.taken_s) == 1


async def test_the_wait_doubles_while_oxen_is_away_and_stays_bounded(
    stream_for: StreamFor, naps: Naps
) -> None:
    enough = asyncio.Event()

    async def sleep(seconds: float) -> None:
        await naps(seconds)
        if len(naps.taken_s) == 9:
            enough.set()

    policy = ReconnectPolicy(initial_s=1, max_s=60)
    stream = stream_for("http://127.0.0.1:1", sleep=sleep, reconnect=policy)
    task = asyncio.create_task(take(stream, 1))
    await asyncio.wait_for(enough.wait(), 20)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert naps.taken_s[:9] == [1, 2, 4, 8, 16, 32, 60, 60, 60]


async def test_a_connection_that_lasted_makes_the_next_wait_small_again(
    serve: Serve, stream_for: StreamFor, naps: Naps
) -> None:
    begin_and_end_s = iter([0.0, 1.0, 10.0, 11.0, 20.0, 50.0, 60.0])

    async def handler(request: web.Request) -> web.StreamResponse:
        return await begin_stream(request)

    await take(stream_for(await serve(handler), monotonic=lambda: next(begin_and_end_s)), 4)

    assert naps.taken_s == [1, 2, 1]


async def test_retry_after_is_honoured_when_it_is_refused(
    serve: Serve, stream_for: StreamFor, naps: Naps
) -> None:
    answers = [web.Response(status=429, headers={"Retry-After": "17"})]

    async def handler(request: web.Request) -> web.StreamResponse:
        return answers.pop() if answers else await begin_stream(request)

    await take(stream_for(await serve(handler)), 1)

    assert naps.taken_s == [17]


def test_the_jitter_takes_between_half_and_all_of_the_wait() -> None:
    policy = ReconnectPolicy(initial_s=1, max_s=60)

    assert policy.wait_s(3, 0.0) == 2
    assert policy.wait_s(3, 1.0) == 4
    assert policy.wait_s(10_000, 1.0) == 60
