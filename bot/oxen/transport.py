"""The HTTP clients: one for calls, one for the event stream, one for results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Self

import httpx

from bot import __version__

LOGGERS_TO_QUIET = ("httpx", "httpcore", "hpack")
"""Loggers that write whole addresses, signatures included: keep them at WARNING or above."""

HTTP_FAILURES = (httpx.HTTPError, httpx.InvalidURL)
"""All that httpx raises for what the network or the other side did.

``InvalidURL`` is no ``HTTPError``, but a reply with a broken ``Location`` raises it, as httpx looks
at that even where it does not follow redirects.
"""

TransportFactory = Callable[[], httpx.AsyncBaseTransport]
"""Makes the transport of one client; called once for each of the three."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for what, in seconds."""

    connect_s: float = 10.0
    read_s: float = 30.0
    """Between two pieces of an answer."""
    write_s: float = 120.0
    """For sending a request: with pictures as ``data:`` addresses it has tens of megabytes."""
    keep_alive_s: float = 45.0
    """Silence after which the event stream counts as dead: Oxen sends a comment every 15 s, so
    two may be lost."""
    synchronous_s: float = 20 * 60.0
    """For the synchronous endpoint, which blocks for 1 to 15 minutes."""

    def reading(self, read_s: float) -> httpx.Timeout:
        """These timeouts with another patience for reading."""
        return httpx.Timeout(self.connect_s, read=read_s, write=self.write_s)


class OxenTransports:
    """Three separate clients, so that a long stream or download never holds up a call.

    None of them follows redirects, reads proxies or certificates from the environment, or keeps
    cookies; none carries the API key by itself.
    """

    def __init__(
        self, *, timeouts: Timeouts | None = None, transport: TransportFactory | None = None
    ) -> None:
        self.timeouts = timeouts or Timeouts()
        tls = httpx.create_ssl_context(trust_env=False)

        def client(read_s: float) -> httpx.AsyncClient:
            return httpx.AsyncClient(
                verify=tls,
                trust_env=False,
                follow_redirects=False,
                timeout=self.timeouts.reading(read_s),
                headers={"User-Agent": f"Clapperboard/{__version__}"},
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
                transport=transport() if transport else None,
            )

        self.api = client(self.timeouts.read_s)
        self.stream = client(self.timeouts.keep_alive_s)
        self.downloads = client(self.timeouts.read_s)

    async def aclose(self) -> None:
        """Close all connections."""
        await self.stream.aclose()
        await self.downloads.aclose()
        await self.api.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
