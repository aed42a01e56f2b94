from __future__ import annotations

import asyncio
import gzip
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from aiohttp import web

from bot.errors import DownloadError, DownloadTooLargeError, UnsafeAddressError
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


def resolving(**names: str) -> Callable[[str, int], Awaitable[Sequence[str]]]:
    async def resolver(host: str, port: int) -> Sequence[str]:
        return [names[host.replace(".", "_")]]

    return resolver


class PublicInternet(httpx.AsyncBaseTransport):
    """Carries requests for public addresses to handlers by host name; records what was asked."""

    def __init__(self, **sites: httpx.Response) -> None:
        self.sites = sites
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.sites[request.headers["Host"].replace(".", "_")]


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def video() -> httpx.Response:
    async def stream() -> AsyncIterator[bytes]:
        yield b"video"

    return httpx.Response(200, content=stream())


def redirect(to: str) -> httpx.Response:
    return httpx.Response(302, headers={"Location": to})


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


async def test_a_redirect_is_followed_without_the_key(
    serve: Serve, transports: OxenTransports, tmp_path: Path
) -> None:
    at_storage = []

    async def storage(request: web.Request) -> web.StreamResponse:
        at_storage.append(request)
        return web.Response(body=VIDEO)

    storage_url = await serve(storage)

    async def oxen(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(f"{storage_url}/bucket/v.mp4?sig=1")

    base_url = await serve(oxen)
    to = tmp_path / "out.mp4"

    await downloads_from(transports, base_url).fetch(f"{base_url}/r", to, max_bytes=10**8)

    assert to.read_bytes() == VIDEO
    assert "Authorization" not in at_storage[0].headers
    assert KEY not in str(at_storage[0].headers)


async def test_the_key_stays_away_once_oxen_was_left_even_on_the_way_back(
    serve: Serve, transports: OxenTransports, tmp_path: Path
) -> None:
    base_urls: list[str] = []
    at_oxen = []

    async def elsewhere(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(f"{base_urls[0]}/back")

    other_url = await serve(elsewhere)

    async def oxen(request: web.Request) -> web.StreamResponse:
        at_oxen.append(request)
        if request.path == "/back":
            return web.Response(body=b"video")
        raise web.HTTPFound(other_url)

    base_urls.append(await serve(oxen))

    await downloads_from(transports, base_urls[0]).fetch(
        f"{base_urls[0]}/r", tmp_path / "out", max_bytes=100
    )

    assert ["Authorization" in request.headers for request in at_oxen] == [True, False]


async def test_a_relative_redirect_stays_at_home(
    serve: Serve, transports: OxenTransports, tmp_path: Path
) -> None:
    async def oxen(request: web.Request) -> web.StreamResponse:
        if request.path == "/a/b":
            raise web.HTTPTemporaryRedirect("c?x=1")
        assert request.path_qs == "/a/c?x=1"
        assert request.headers["Authorization"] == f"Bearer {KEY}"
        return web.Response(body=b"video")

    base_url = await serve(oxen)

    size = await downloads_from(transports, base_url).fetch(
        f"{base_url}/a/b", tmp_path / "out", max_bytes=100
    )

    assert size == 5


async def test_redirects_come_to_an_end(
    serve: Serve, transports: OxenTransports, tmp_path: Path
) -> None:
    hops = 0

    async def handler(request: web.Request) -> web.StreamResponse:
        nonlocal hops
        hops += 1
        raise web.HTTPFound("/again")

    base_url = await serve(handler)

    with pytest.raises(DownloadError, match="More than 3 redirects"):
        await downloads_from(transports, base_url, max_redirects=3).fetch(
            base_url, tmp_path / "out", max_bytes=100
        )

    assert hops == 4


@pytest.mark.parametrize(
    "target",
    [
        "https://127.0.0.1/admin",
        "https://inside_example/admin",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest/meta-data",
        "http://storage_example/video",
        "ftp://storage_example/video",
        "file:///etc/passwd",
        "https://user:word@storage_example/",
        "data:video/mp4;base64,AAAA",
    ],
)
async def test_a_redirect_into_the_private_network_is_refused(target: str, tmp_path: Path) -> None:
    internet = PublicInternet(hub_example=redirect(target))
    names = {
        "hub_example": "93.184.216.34",
        "inside_example": "10.1.2.3",
        "storage_example": "93.184.216.35",
    }

    async def resolver(host: str, port: int) -> Sequence[str]:
        return [names.get(host.replace(".", "_"), host)]

    async with OxenTransports(transport=lambda: internet) as transports:
        downloads = downloads_from(transports, "https://hub.example", resolver=resolver)
        with pytest.raises(UnsafeAddressError):
            await downloads.fetch("https://hub.example/r", tmp_path / "out", max_bytes=100)

    assert len(internet.requests) == 1
    assert not (tmp_path / "out").exists()


async def test_one_private_address_among_public_ones_is_enough_to_refuse(tmp_path: Path) -> None:
    internet = PublicInternet()

    async def resolver(host: str, port: int) -> Sequence[str]:
        return ["93.184.216.34", "10.0.0.1"]

    async with OxenTransports(transport=lambda: internet) as transports:
        downloads = downloads_from(transports, "https://hub.example", resolver=resolver)
        with pytest.raises(UnsafeAddressError, match="not on the public internet"):
            await downloads.fetch("https://hub.example/r", tmp_path / "out", max_bytes=100)

    assert internet.requests == []


async def test_the_connection_goes_to_the_address_that_was_checked(tmp_path: Path) -> None:
    internet = PublicInternet(
        hub_example=redirect("https://storage.example:8443/v?sig=1"),
        **{"storage_example:8443": video()},
    )
    resolver = resolving(hub_example="93.184.216.34", storage_example="2606:2800:220:1::1")

    async with OxenTransports(transport=lambda: internet) as transports:
        downloads = downloads_from(transports, "https://hub.example", resolver=resolver)
        await downloads.fetch("https://hub.example/r", tmp_path / "out", max_bytes=100)

    home, away = internet.requests
    assert str(home.url) == "https://93.184.216.34/r"
    assert str(away.url) == "https://[2606:2800:220:1::1]:8443/v?sig=1"
    assert away.headers["Host"] == "storage.example:8443"
    assert away.extensions["sni_hostname"] == "storage.example"
    assert home.headers["Authorization"] == f"Bearer {KEY}"
    assert "Authorization" not in away.headers


@pytest.mark.parametrize(
    ("listed", "is_allowed"),
    [
        (("storage.example",), True),
        ((".example",), True),
        (("Storage.Example",), True),
        (("example",), False),
        ((".rage.example",), False),
        (("other.example",), False),
    ],
)
async def test_a_list_of_hosts_is_kept_to(
    listed: tuple[str, ...], tmp_path: Path, *, is_allowed: bool
) -> None:
    internet = PublicInternet(
        hub_example=redirect("https://storage.example/v"),
        storage_example=video(),
    )
    resolver = resolving(hub_example="93.184.216.34", storage_example="93.184.216.35")

    async with OxenTransports(transport=lambda: internet) as transports:
        downloads = downloads_from(
            transports, "https://hub.example", resolver=resolver, allowed_hosts=listed
        )
        fetching = downloads.fetch("https://hub.example/r", tmp_path / "out", max_bytes=100)
        if is_allowed:
            assert await fetching == 5
        else:
            with pytest.raises(UnsafeAddressError, match="not on the list"):
                await fetching


async def test_a_real_oxen_never_leads_to_this_machine(
    serve: Serve, transports: OxenTransports, tmp_path: Path
) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        raise AssertionError("nobody may ask")

    local = await serve(handler)
    downloads = downloads_from(transports, "https://hub.oxen.ai")

    for address in (local, local.replace("http", "https"), local.replace("127.0.0.1", "localhost")):
        with pytest.raises(UnsafeAddressError):
            await downloads.fetch(address, tmp_path / "out", max_bytes=100)


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


async def test_a_folder_that_is_not_there_is_an_error_of_the_download(
    serve: Serve, transports: OxenTransports, tmp_path: Path
) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"video")

    base_url = await serve(handler)

    with pytest.raises(DownloadError, match="could not be written"):
        await downloads_from(transports, base_url).fetch(
            base_url, tmp_path / "nowhere" / "out", max_bytes=100
        )


@pytest.mark.parametrize("url", ["", "data:video/mp4;base64,AAAA", "https://", "https://[", "//x"])
async def test_what_is_no_address_is_refused_without_being_quoted(
    transports: OxenTransports, tmp_path: Path, url: str
) -> None:
    with pytest.raises(DownloadError) as caught:
        await downloads_from(transports, "https://hub.oxen.ai").fetch(
            url, tmp_path / "out", max_bytes=100
        )

    assert "AAAA" not in str(caught.value)


async def test_a_name_that_does_not_resolve_is_an_error_of_the_download(
    transports: OxenTransports, tmp_path: Path
) -> None:
    async def resolver(host: str, port: int) -> Sequence[str]:
        raise OSError("no such host")

    downloads = downloads_from(transports, "https://hub.oxen.ai", resolver=resolver)

    with pytest.raises(DownloadError, match="does not resolve"):
        await downloads.fetch("https://nowhere.example/v", tmp_path / "out", max_bytes=100)


async def test_the_next_address_is_tried_where_one_does_not_connect(
    serve: Serve, transports: OxenTransports, tmp_path: Path
) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"video")

    base_url = await serve(handler)

    async def resolver(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.2", "127.0.0.1"]

    downloads = downloads_from(transports, base_url, resolver=resolver)

    assert await downloads.fetch(base_url, tmp_path / "out", max_bytes=100) == 5
