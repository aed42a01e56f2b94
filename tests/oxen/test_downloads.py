from __future__ import annotations

import asyncio
import gzip
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from bot.errors import DiskError, DownloadError, DownloadTooLargeError
from bot.oxen.downloads import DownloadPolicy, Downloads
from bot.oxen.host import OxenHost
from bot.oxen.transport import OxenTransports

KEY = "oxen-key-of-the-tests"
VIDEO = os.urandom(3 * 1024 * 1024 + 17)

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]
ServeRaw = Callable[
    [Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]], Awaitable[str]
]


def downloads_from(transports: OxenTransports, base_url: str, **policy: Any) -> Downloads:
    return Downloads(transports.downloads, OxenHost(base_url, KEY), policy=DownloadPolicy(**policy))


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_a_result_arrives_whole_on_disk(
    serve: Serve, transports: OxenTransports, tmp_path: Path
) -> None:
    asked = []

    async def handler(request: web.Request) -> web.StreamResponse:
        asked.append(request)
        return web.Response(body=VIDEO)

    base_url = await serve(handler)
    to = tmp_path / "out.mp4"

    size = await downloads_from(transports, base_url).fetch(
        f"{base_url}/r/v.mp4?sig=a%2Bb", to, max_bytes=len(VIDEO)
    )

    assert size == len(VIDEO)
    assert to.read_bytes() == VIDEO
    assert asked[0].raw_path == "/r/v.mp4?sig=a%2Bb"
    assert asked[0].headers["Authorization"] == f"Bearer {KEY}"
    assert asked[0].headers["Host"] == urlsplit(base_url).netloc


async def test_an_announced_size_over_the_limit_is_refused_at_once(
    serve: Serve, transports: OxenTransports, tmp_path: Path
) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(body=VIDEO)

    base_url = await serve(handler)

    with pytest.raises(DownloadTooLargeError, match=f"has {len(VIDEO)} bytes"):
        await downloads_from(transports, base_url).fetch(
            base_url, tmp_path / "out", max_bytes=len(VIDEO) - 1
        )

    assert names_in(tmp_path) == []


async def test_a_size_that_was_not_announced_is_limited_too(
    serve: Serve, transports: OxenTransports, tmp_path: Path
) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(40):
            await response.write(b"x" * 100_000)
        return response

    base_url = await serve(handler)

    with pytest.raises(DownloadTooLargeError):
        await downloads_from(transports, base_url).fetch(
            base_url, tmp_path / "out", max_bytes=2_000_000
        )

    assert names_in(tmp_path) == []


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf a vid",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"",
        b"nonsense\r\n\r\n",
    ],
)
async def test_a_result_that_does_not_arrive_whole_is_none(
    serve_raw: ServeRaw, transports: OxenTransports, tmp_path: Path, reply: bytes
) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(reply)
        await writer.drain()

    base_url = await serve_raw(handler)

    with pytest.raises(DownloadError):
        await downloads_from(transports, base_url).fetch(base_url, tmp_path / "o", max_bytes=1000)

    assert names_in(tmp_path) == []


async def test_a_compressed_result_is_refused(
    serve: Serve, transports: OxenTransports, tmp_path: Path
) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        assert request.headers["Accept-Encoding"] == "identity"
        body = gzip.compress(b"video")
        return web.Response(body=body, headers={"Content-Encoding": "gzip"})

    base_url = await serve(handler)

    with pytest.raises(DownloadError, match="compressed"):
        await downloads_from(transports, base_url).fetch(base_url, tmp_path / "o", max_bytes=1000)


@pytest.mark.parametrize("status", [204, 206, 304, 401, 403, 404, 410, 429, 500])
async def test_a_link_that_has_expired_says_its_status(
    serve: Serve, transports: OxenTransports, tmp_path: Path, status: int
) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status)

    base_url = await serve(handler)

    with pytest.raises(DownloadError) as caught:
        await downloads_from(transports, base_url).fetch(
            f"{base_url}/v?sig=secret", tmp_path / "out", max_bytes=100
        )

    assert caught.value.status_code == status
    assert "secret" not in str(caught.value)


async def test_a_trickle_does_not_hold_a_download_for_ever(
    serve: Serve, transports: OxenTransports, tmp_path: Path
) -> None:
    release = asyncio.Event()

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"x")
        await release.wait()
        return response

    base_url = await serve(handler)

    with pytest.raises(DownloadError, match="too long"):
        await downloads_from(transports, base_url, total_s=0.2).fetch(
            base_url, tmp_path / "out", max_bytes=100
        )
    release.set()

    assert names_in(tmp_path) == []


async def test_a_cancelled_download_leaves_nothing(
    serve: Serve, transports: OxenTransports, tmp_path: Path
) -> None:
    begun, release = asyncio.Event(), asyncio.Event()

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(VIDEO)
        begun.set()
        await release.wait()
        return response

    base_url = await serve(handler)
    task = asyncio.create_task(
        downloads_from(transports, base_url).fetch(base_url, tmp_path / "out", max_bytes=10**8)
    )
    await begun.wait()

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    release.set()

    assert names_in(tmp_path) == []


async def test_a_folder_that_is_not_there_is_an_error_of_the_disk(
    serve: Serve, transports: OxenTransports, tmp_path: Path
) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"video")

    base_url = await serve(handler)

    with pytest.raises(DiskError, match="could not be written"):
        await downloads_from(transports, base_url).fetch(
            base_url, tmp_path / "nowhere" / "out", max_bytes=100
        )
