from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from aiohttp import web

from bot.errors import (
    OxenAmbiguousError,
    OxenAuthenticationError,
    OxenError,
    OxenNoCreditsError,
    OxenNotFoundError,
    OxenRejectedError,
    OxenThrottledError,
    OxenUnreachableError,
)
from bot.models.remote import RemoteStatus
from bot.oxen.client import OxenClient
from bot.oxen.host import OxenHost
from bot.oxen.transport import OxenTransports, Timeouts

KEY = "oxen-key-of-the-tests"
PAYLOAD = {"model": "kling", "prompt": "a calm walk on the moon", "duration": 5}

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]
ServeRaw = Callable[
    [Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]], Awaitable[str]
]
ClientFor = Callable[[str], OxenClient]


class Failing(httpx.AsyncBaseTransport):
    """A network on which every request ends in the same exception."""

    def __init__(self, kind: type[httpx.HTTPError]) -> None:
        self.kind = kind
        self.requests = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        raise self.kind("secret words of the network")


def every_kind(of: type[httpx.HTTPError]) -> set[type[httpx.HTTPError]]:
    return {of}.union(*(every_kind(kind) for kind in of.__subclasses__()))


NOT_SENT = {httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout}
TRANSPORT_FAILURES = sorted(every_kind(httpx.TransportError), key=lambda kind: kind.__name__)


def test_the_table_knows_every_failure_that_the_facts_name() -> None:
    assert set(TRANSPORT_FAILURES) > NOT_SENT
    assert {
        httpx.ReadError,
        httpx.ReadTimeout,
        httpx.RemoteProtocolError,
        httpx.WriteError,
        httpx.WriteTimeout,
    } < set(TRANSPORT_FAILURES)


@pytest.mark.parametrize("kind", TRANSPORT_FAILURES)
async def test_only_a_failure_to_connect_proves_that_nothing_was_sent(
    kind: type[httpx.HTTPError],
) -> None:
    network = Failing(kind)
    async with OxenTransports(transport=lambda: network) as transports:
        client = OxenClient(transports, OxenHost("http://oxen", KEY), clock=lambda: 0)

        with pytest.raises(OxenError) as caught:
            await client.enqueue(PAYLOAD)

    assert type(caught.value) is (OxenUnreachableError if kind in NOT_SENT else OxenAmbiguousError)
    assert network.requests == 1


REPLIES: list[tuple[int, Any, type[OxenError], str]] = [
    (500, {"error": {"detail": "boom"}}, OxenAmbiguousError, "boom"),
    (502, "<html>", OxenAmbiguousError, ""),
    (503, {}, OxenAmbiguousError, ""),
    (504, {"error": "Insufficient credits"}, OxenAmbiguousError, "Insufficient credits"),
    (408, {}, OxenAmbiguousError, ""),
    (303, {}, OxenAmbiguousError, ""),
    (307, {}, OxenRejectedError, "The address answers with a redirect; is the base URL right?"),
    (401, {"status": "error", "status_message": "unauthenticated"}, OxenAuthenticationError,
     "unauthenticated"),
    (402, {}, OxenNoCreditsError, ""),
    (403, {"error": {"title": "Forbidden"}}, OxenRejectedError, "Forbidden"),
    (400, {"error": {"message": "Insufficient credits"}}, OxenNoCreditsError,
     "Insufficient credits"),
    (200, {"generations": [], "error": "Insufficient credits"}, OxenNoCreditsError,
     "Insufficient credits"),
    (404, {"error": {"message": "Model not found: kling"}}, OxenNotFoundError,
     "Model not found: kling"),
    (400, {"error": {"type": "invalid_request", "detail": "num_generations must be 1"}},
     OxenRejectedError, "num_generations must be 1"),
    (200, {"generations": [], "error": {"detail": "unsupported_media_type"}}, OxenRejectedError,
     "unsupported_media_type"),
    (200, {"generations": []}, OxenRejectedError, ""),
    (200, {"status": "error", "status_message": "unauthenticated"}, OxenAuthenticationError,
     "unauthenticated"),
    (200, "<html>It worked</html>", OxenAmbiguousError, "The reply is not JSON."),
    (200, "", OxenAmbiguousError, "The reply is not JSON."),
    (200, {}, OxenAmbiguousError, "The reply names no generation."),
    (200, [], OxenAmbiguousError, "The reply names no generation."),
    (200, {"generations": "g-1"}, OxenAmbiguousError, "The reply names no generation."),
    (200, {"generations": [{"status": "queued"}]}, OxenAmbiguousError,
     "The generation has no id."),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "kind", "detail"), REPLIES)
async def test_a_reply_that_is_not_a_yes_is_told_apart(
    serve: Serve,
    client_for: ClientFor,
    *,
    status: int,
    body: Any,
    kind: type[OxenError],
    detail: str,
) -> None:
    requests = 0

    async def handler(request: web.Request) -> web.StreamResponse:
        nonlocal requests
        requests += 1
        if isinstance(body, str):
            return web.Response(status=status, text=body, headers={"Location": "/x"})
        return web.json_response(body, status=status, headers={"Location": "/x"})

    client = client_for(await serve(handler))

    with pytest.raises(OxenError) as caught:
        await client.enqueue(PAYLOAD)

    assert type(caught.value) is kind
    assert caught.value.detail == detail
    assert requests == 1


@pytest.mark.parametrize("location", ["data:x,y", "https://[", "//:99999999", ""])
async def test_a_redirect_to_what_is_no_address_is_an_error_like_any_other(
    serve: Serve, client_for: ClientFor, location: str
) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": location})

    with pytest.raises(OxenAmbiguousError):
        await client_for(await serve(handler)).enqueue(PAYLOAD)


@pytest.mark.parametrize(
    ("header", "expected_s"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("Thu, 06 Aug 2026 08:26:57 GMT", 4817.0),
        ("Thu, 06 Aug 2020 06:40:37 GMT", 0.0),
        ("soon", None),
        ("-3", None),
        ("inf", None),
        (None, None),
    ],
)
async def test_too_many_requests_says_when_to_try_again(
    serve: Serve, client_for: ClientFor, header: str | None, expected_s: float | None
) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.json_response({}, status=429, headers={"Retry-After": header} if header else {})

    client = client_for(await serve(handler))

    with pytest.raises(OxenThrottledError) as caught:
        await client.enqueue(PAYLOAD)

    assert caught.value.retry_after_s == expected_s


@pytest.mark.parametrize("status", ["queued", "processing"])
async def test_it_enqueues_exactly_one_generation(
    serve: Serve, client_for: ClientFor, status: str
) -> None:
    asked = []

    async def handler(request: web.Request) -> web.StreamResponse:
        asked.append((request.method, request.path, request.headers, await request.json()))
        return web.json_response({"generations": [{"generation_id": "g-1", "status": status}]})

    client = client_for(await serve(handler))

    begun = await client.enqueue({**PAYLOAD, "num_generations": 4, "target_namespace": "studio"})

    method, path, headers, body = asked[0]
    assert (method, path) == ("POST", "/api/ai/queue")
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert body == {**PAYLOAD, "num_generations": 1, "target_namespace": "studio"}
    assert (begun.oxen_id, begun.status) == ("g-1", RemoteStatus(status))
    assert (begun.model, begun.prompt) == ("kling", "a calm walk on the moon")


@pytest.mark.parametrize("prompt", ["\ud800", "\0", "\U0001f3ac \u00fc"])
async def test_any_prompt_can_be_sent(serve: Serve, client_for: ClientFor, prompt: str) -> None:
    asked = []

    async def handler(request: web.Request) -> web.StreamResponse:
        asked.append((request.content_type, (await request.json())["prompt"]))
        return web.json_response({"generations": [{"generation_id": "g-1"}]})

    await client_for(await serve(handler)).enqueue({**PAYLOAD, "prompt": prompt})

    assert asked == [("application/json", prompt)]


async def test_nobody_listening_proves_that_nothing_was_sent(client_for: ClientFor) -> None:
    with pytest.raises(OxenUnreachableError):
        await client_for("http://127.0.0.1:1").enqueue(PAYLOAD)


async def test_a_connection_lost_after_the_request_is_ambiguous(
    serve_raw: ServeRaw, client_for: ClientFor
) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    with pytest.raises(OxenAmbiguousError):
        await client_for(await serve_raw(hang_up)).enqueue(PAYLOAD)


async def test_half_a_reply_is_ambiguous(serve_raw: ServeRaw, client_for: ClientFor) -> None:
    async def answer_half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"generations": [')
        await writer.drain()

    with pytest.raises(OxenAmbiguousError):
        await client_for(await serve_raw(answer_half)).enqueue(PAYLOAD)


async def test_a_reply_that_never_comes_is_ambiguous(serve_raw: ServeRaw) -> None:
    release = asyncio.Event()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await release.wait()

    base_url = await serve_raw(hold)
    async with OxenTransports(timeouts=Timeouts(read_s=0.1)) as transports:
        client = OxenClient(transports, OxenHost(base_url, KEY), clock=lambda: 0)
        with pytest.raises(OxenAmbiguousError):
            await client.enqueue(PAYLOAD)
    release.set()
