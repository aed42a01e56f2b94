from __future__ import annotations

from contextlib import aclosing
from email.utils import formatdate

import pytest
from aiohttp import web

from bot.oxen.events import EventStream
from bot.oxen.host import OxenHost
from bot.oxen.server_clock import ServerClock
from bot.oxen.transport import OxenTransports
from tests.generations.ticking import TestClock
from tests.oxen.test_events import Serve

NOW_MS = 1_786_000_000_000
HOUR = 60


@pytest.fixture
def clock() -> TestClock:
    return TestClock(NOW_MS)


@pytest.fixture
def at_oxen(clock: TestClock) -> ServerClock:
    return ServerClock(clock, clock.steady_s)


def date(ms: int) -> dict[str, str]:
    return {"date": formatdate(ms / 1000, usegmt=True)}


def test_as_long_as_oxen_has_told_nothing_it_is_this_machines_time(
    clock: TestClock, at_oxen: ServerClock
) -> None:
    for headers in ({}, {"date": "soon"}, {"date": ""}):
        at_oxen.told(headers)
    clock.jump_minutes(HOUR)

    assert at_oxen() == NOW_MS + 3_600_000


@pytest.mark.parametrize("jump_minutes", [0, 3 * HOUR, 72 * HOUR])
def test_it_goes_on_from_oxens_however_far_this_machines_is_ahead_or_set_forth(
    clock: TestClock, at_oxen: ServerClock, jump_minutes: int
) -> None:
    at_oxen.told(date(NOW_MS - 3_600_000))
    clock.jump_minutes(jump_minutes)
    clock.pass_minutes(5)

    assert at_oxen() == NOW_MS - 3_600_000 + 300_000


@pytest.mark.parametrize("jump_minutes", [0, -HOUR])
def test_it_is_never_later_than_this_machines(
    clock: TestClock, at_oxen: ServerClock, jump_minutes: int
) -> None:
    at_oxen.told(date(NOW_MS + 86_400_000))
    clock.jump_minutes(jump_minutes)

    assert at_oxen() == clock()


async def test_it_is_known_before_anything_is_sent(
    serve: Serve, transports: OxenTransports, at_oxen: ServerClock, clock: TestClock
) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        told = date(NOW_MS - 3_600_000)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", **told})
        await response.prepare(request)
        return response

    host = OxenHost(await serve(handler), "key")
    stream = EventStream(transports, host, clock=clock, server_clock=at_oxen)
    async with aclosing(stream.events()) as events:
        await anext(events)

    assert at_oxen() == NOW_MS - 3_600_000
