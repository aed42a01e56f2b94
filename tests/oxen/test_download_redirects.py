from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web

from bot.errors import DownloadError, UnsafeAddressError
from bot.oxen.downloads import DownloadPolicy, Downloads
from bot.oxen.host import OxenHost
from bot.oxen.transport import OxenTransports

KEY = "oxen-key-of-the-tests"
VIDEO = b"video"

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


def video() -> httpx.Response:
    async def stream() -> AsyncIterator[bytes]:
        yield b"video"

    return httpx.Response(200, content=stream())


def redirect(to: str) -> httpx.Response:
    return httpx.Response(302, headers={"Location": to})


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
