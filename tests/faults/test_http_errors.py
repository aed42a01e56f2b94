"""Every exception of httpx, at every stage, before and after Oxen did what was asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.errors import (
    DownloadError,
    OxenAmbiguousError,
    OxenError,
    OxenUnreachableError,
    UnsafeAddressError,
)
from bot.models.remote import RemoteStatus, StreamConnected
from bot.models.video_model import DEFAULT_MODEL
from bot.oxen.calls import RetryPolicy
from bot.oxen.client import Committer, OxenClient, RepositoryPlace
from bot.oxen.events import EventStream
from bot.oxen.host import OxenHost
from bot.oxen.transport import OxenTransports
from bot.sandbox.server import Sandbox
from tests.faults.breaking import STAGES, Breaks, Moment, network_errors

NOT_SENT = {httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout}
"""They prove that nothing left: after Oxen has answered they cannot come."""
MAY_BE_SENT = {
    httpx.CloseError,
    httpx.DecodingError,
    httpx.HTTPStatusError,
    httpx.InvalidURL,
    httpx.LocalProtocolError,
    httpx.ProxyError,
    httpx.ReadError,
    httpx.ReadTimeout,
    httpx.RemoteProtocolError,
    httpx.TooManyRedirects,
    httpx.UnsupportedProtocol,
    httpx.WriteError,
    httpx.WriteTimeout,
}
PAYLOAD = {"model": DEFAULT_MODEL, "prompt": "a calm walk on the moon", "duration": 3}
ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class Caller:
    """A client, and one finished generation to call about."""

    client: OxenClient
    oxen_id: str
    url: str
    file: Path


CALLS: dict[str, Callable[[Caller], Awaitable[Any]]] = {
    "enqueue": lambda c: c.client.enqueue(PAYLOAD),
    "get": lambda c: c.client.get(c.oxen_id),
    "list": lambda c: c.client.list(RemoteStatus.SUCCEEDED),
    "cancel": lambda c: c.client.cancel(c.oxen_id),
    "download": lambda c: c.client.download(c.url, c.file, max_bytes=2**20),
    "model": lambda c: c.client.model(DEFAULT_MODEL),
    "upload": lambda c: c.client.upload(
        b"bytes",
        media_type="image/png",
        place=RepositoryPlace("sandbox", "pictures"),
        path="a.png",
        message="a picture",
        committer=Committer("me", "me@localhost"),
    ),
}


def kinds(moment: Moment) -> list[type[Exception]]:
    found = MAY_BE_SENT | NOT_SENT if moment is Moment.BEFORE else MAY_BE_SENT
    return sorted(found, key=lambda kind: kind.__name__)


def test_the_table_names_every_exception_of_httpx() -> None:
    assert network_errors() == NOT_SENT | MAY_BE_SENT


def test_every_stage_has_its_call() -> None:
    assert {*CALLS, "events"} == set(STAGES)


@pytest.fixture
async def transports(breaks: Breaks) -> AsyncIterator[OxenTransports]:
    async with OxenTransports(transport=breaks.transport) as made:
        yield made


@pytest.fixture
async def caller(oxen: Sandbox, transports: OxenTransports, tmp_path: Path) -> Caller:
    client = OxenClient(
        transports,
        OxenHost(oxen.base_url, "key"),
        clock=lambda: 1_786_000_000_000,
        retry=RetryPolicy(attempts=ATTEMPTS, wait_initial_s=0, wait_max_s=0),
    )
    begun = await client.enqueue(PAYLOAD)
    await oxen.ended(begun.oxen_id)
    finished = await client.get(begun.oxen_id)
    assert finished.result_url
    return Caller(client, begun.oxen_id, finished.result_url, tmp_path / "a.mp4")


@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("stage", CALLS)
async def test_a_call_that_breaks_is_told_in_the_programs_own_terms(
    caller: Caller, oxen: Sandbox, breaks: Breaks, *, stage: str, moment: Moment
) -> None:
    is_repeated = stage in {"get", "list", "cancel", "model"}
    told: dict[str, type[Exception] | None] = {}
    accepted = len(oxen.books.accepted)
    for kind in kinds(moment):
        breaks.arm(stage, [kind] * (ATTEMPTS if is_repeated else 1), moment)
        told[kind.__name__] = None
        try:
            await CALLS[stage](caller)
        except OxenError as error:
            told[kind.__name__] = type(error)
        assert breaks.left(stage) == 0, f"{kind} was not met, or not repeated"
        assert not caller.file.exists()

    assert told == {kind.__name__: expected(stage, kind) for kind in kinds(moment)}
    posts = len(told) if stage == "enqueue" and moment is not Moment.BEFORE else 0
    assert len(oxen.books.accepted) - accepted == posts
    await CALLS[stage](caller)


def expected(stage: str, kind: type[Exception]) -> type[Exception]:
    if stage == "download":
        return UnsafeAddressError if kind is httpx.InvalidURL else DownloadError
    return OxenUnreachableError if kind in NOT_SENT else OxenAmbiguousError


@pytest.mark.parametrize("moment", Moment)
async def test_the_event_stream_comes_back_after_any_of_them(
    oxen: Sandbox, transports: OxenTransports, breaks: Breaks, moment: Moment
) -> None:
    waits: list[float] = []

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    breaks.arm("events", kinds(moment), moment)
    stream = EventStream(
        transports, OxenHost(oxen.base_url, "key"), clock=lambda: 0, sleep=wait, draw=lambda: 1.0
    )
    async with aclosing(stream.events()) as events:
        if moment is Moment.MIDWAY:
            # Nothing would come of its own before the first keep-alive.
            for _ in kinds(moment):
                assert isinstance(await anext(events), StreamConnected)
                oxen.send_raw_event(b": a comment\n\n")
        assert isinstance(await anext(events), StreamConnected)
    assert len(waits) == len(kinds(moment))
    assert breaks.left("events") == 0
    assert all(1.0 <= seconds <= 60.0 for seconds in waits)
