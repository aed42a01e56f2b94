from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest
import structlog
from aiohttp import web

from bot.errors import DownloadError, OxenError
from bot.models.remote import RemoteStatus
from bot.oxen.client import OxenClient
from bot.oxen.events import EventStream
from bot.oxen.host import OxenHost
from bot.oxen.transport import LOGGERS_TO_QUIET, OxenTransports

KEY = "oxen-key-of-the-tests"

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]
ClientFor = Callable[[str], OxenClient]


@pytest.fixture
def quiet() -> Iterator[None]:
    before = {name: logging.getLogger(name).level for name in LOGGERS_TO_QUIET}
    for name in LOGGERS_TO_QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


async def test_no_signature_and_no_key_is_in_any_log(
    serve: Serve,
    client_for: ClientFor,
    transports: OxenTransports,
    *,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    quiet: None,
) -> None:
    caplog.set_level(logging.DEBUG)
    base_urls: list[str] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        signed = f"{base_urls[0]}/file?sig=SECRET"
        row = {"generation_id": "g-1", "status": "succeeded", "result_url": signed}
        if request.path == "/file":
            raise web.HTTPFound("/moved?sig=SECRET")
        if request.path == "/moved":
            return web.Response(body=b"video")
        if request.path == "/api/events":
            data = b'event: media_generation_completed\ndata: {"generation_id":"g-1",'
            data += b'"status":"succeeded","url":"' + signed.encode() + b'"}\n\n'
            return web.Response(body=data, headers={"Content-Type": "text/event-stream"})
        if request.path == "/api/ai/queue":
            return web.json_response({"count": 9, "generations": [row, {"url": signed}]})
        if request.path.endswith("/lost"):
            return web.json_response({"error": signed}, status=500)
        return web.json_response(row)

    base_urls.append(await serve(handler))
    client = client_for(base_urls[0])

    async def sleep(seconds: float) -> None:
        pass

    events = EventStream(
        transports, OxenHost(base_urls[0], KEY), clock=lambda: 0, sleep=sleep
    ).events()

    with structlog.testing.capture_logs() as structured:
        await client.enqueue({"model": "m", "prompt": "words of a person"})
        await client.list(RemoteStatus.SUCCEEDED)
        found = await client.get("g-1")
        assert found.result_url is not None
        await client.download(found.result_url, tmp_path / "out", max_bytes=100)
        with pytest.raises(DownloadError):
            await client.download(found.result_url, tmp_path / "out", max_bytes=1)
        with pytest.raises(OxenError):
            await client.get("lost")
        async with aclosing(events):
            for _ in range(3):
                await anext(events)

    written = caplog.text + repr(structured)
    assert "oxen_events_connected" in written
    assert "SECRET" not in written
    assert KEY not in written
    assert "words of a person" not in written


async def test_httpx_would_log_whole_addresses_if_it_were_not_quieted(
    serve: Serve, client_for: ClientFor, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    for logger in (None, "httpx", "httpcore"):  # whichever test quieted them before
        caplog.set_level(logging.DEBUG, logger)

    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"video")

    base_url = await serve(handler)
    await client_for(base_url).download(f"{base_url}/?sig=SECRET", tmp_path / "out", max_bytes=100)

    assert "SECRET" in caplog.text
    names = {record.name for record in caplog.records if "SECRET" in record.getMessage()}
    assert all(name.partition(".")[0] in LOGGERS_TO_QUIET for name in names)


async def test_the_clients_are_separate_and_keep_nothing(
    serve: Serve, transports: OxenTransports
) -> None:
    cookies = []

    async def handler(request: web.Request) -> web.StreamResponse:
        cookies.append(request.headers.get("Cookie"))
        return web.Response(headers={"Set-Cookie": "a=b"})

    base_url = await serve(handler)

    for _ in range(2):
        await transports.api.get(base_url)

    assert cookies == [None, None]
    assert len({transports.api, transports.stream, transports.downloads}) == 3
    for client in (transports.api, transports.stream, transports.downloads):
        assert not client.trust_env
        assert not client.follow_redirects
        assert "authorization" not in client.headers
