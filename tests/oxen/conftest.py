"""Small real servers on loopback, and clients that talk to them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from aiohttp import web

from bot.oxen.calls import RetryPolicy
from bot.oxen.client import OxenClient
from bot.oxen.host import OxenHost
from bot.oxen.transport import OxenTransports, Timeouts

KEY = "oxen-key-of-the-tests"
NOW_MS = 1_786_000_000_000

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
RawHandler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
async def cleanup() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
def serve(cleanup: AsyncExitStack) -> Callable[[Handler], Awaitable[str]]:
    """Start an HTTP server that answers everything with the handler; its base URL."""

    async def start(handler: Handler) -> str:
        async def respond(request: web.Request) -> web.StreamResponse:
            return await handler(request)

        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", respond)
        runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        cleanup.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    return start


@pytest.fixture
def serve_raw(cleanup: AsyncExitStack) -> Callable[[RawHandler], Awaitable[str]]:
    """Start a TCP server that hands each connection, its request read, to the handler."""

    async def start(handler: RawHandler) -> str:
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await reader.readuntil(b"\r\n\r\n")
                await handler(reader, writer)
            except (ConnectionError, asyncio.IncompleteReadError):
                pass
            finally:
                writer.close()

        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        cleanup.callback(server.close)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    return start


@pytest.fixture
def transports(cleanup: AsyncExitStack) -> OxenTransports:
    made = OxenTransports(timeouts=Timeouts(connect_s=5, read_s=5, keep_alive_s=0.3))
    cleanup.push_async_callback(made.aclose)
    return made


@pytest.fixture
def client_for(transports: OxenTransports) -> Callable[[str], OxenClient]:
    def make(base_url: str) -> OxenClient:
        return OxenClient(
            transports,
            OxenHost(base_url, KEY),
            clock=lambda: NOW_MS,
            retry=RetryPolicy(attempts=3, wait_initial_s=0, wait_max_s=0),
        )

    return make
