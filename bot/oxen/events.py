"""Oxen's event stream as an endless iterator that reconnects by itself."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass

import httpx
import structlog

from bot.errors import OxenError, OxenProtocolError
from bot.models.clock import Clock
from bot.models.remote import StreamConnected, StreamEvent
from bot.oxen import replies
from bot.oxen.calls import retry_after_s
from bot.oxen.event_decoder import EventDecoder
from bot.oxen.host import OxenHost
from bot.oxen.server_clock import ServerClock
from bot.oxen.transport import HTTP_FAILURES, OxenTransports

log = structlog.get_logger(__name__)

_LONGEST_RETRY_AFTER_S = 300.0
"""A server that asks for more silence than this is asked again all the same."""


@dataclass(frozen=True, slots=True)
class ReconnectPolicy:
    """How long to wait before the next connection, in seconds.

    The wait doubles from ``initial_s`` to ``max_s``; what is slept is a random share of it,
    between half and all, so that many bots do not return at the same instant.
    """

    initial_s: float = 1.0
    max_s: float = 60.0
    stable_after_s: float = 30.0
    """A connection that lasted this long was a good one: the next wait begins small again."""

    def wait_s(self, failures: int, share: float) -> float:
        """The wait after so many failures in a row (1 or more); ``share`` is from 0 to 1."""
        # Doubling is bounded before it is applied, or a long outage would overflow a float.
        longest = min(self.max_s, self.initial_s * 2.0 ** min(failures - 1, 30))
        return longest * (0.5 + share / 2)


class EventStream:
    """One connection to ``/api/events``, opened again whenever it is lost.

    ``draw`` gives numbers from 0 to 1 for the jitter, ``sleep`` waits, ``monotonic`` tells how long
    a connection lasted, in seconds.
    """

    def __init__(
        self,
        transports: OxenTransports,
        host: OxenHost,
        *,
        clock: Clock,
        server_clock: ServerClock | None = None,
        reconnect: ReconnectPolicy | None = None,
        draw: Callable[[], float] = random.random,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = transports.stream
        self._timeouts = transports.timeouts
        self._host = host
        self._clock = clock
        self._server_clock = server_clock or ServerClock(clock)
        self._reconnect = reconnect or ReconnectPolicy()
        self._draw = draw
        self._sleep = sleep
        self._monotonic = monotonic

    async def events(self) -> AsyncGenerator[StreamEvent, None]:
        """``StreamConnected`` after each connection, then what it brings; never ends by itself.

        Close it with ``aclose()`` (``contextlib.aclosing``) to drop the connection at once.
        """
        failures = 0
        while True:
            connected_at_s: float | None = None
            status_code: int | None = None
            asked_s = 0.0
            try:
                async with self._client.stream(
                    "GET",
                    self._host.url("/api/events"),
                    headers=self._headers(),
                    timeout=self._timeouts.reading(self._timeouts.keep_alive_s),
                ) as response:
                    status_code = response.status_code
                    self._server_clock.told(response.headers)
                    if not response.is_success:
                        asked_s = retry_after_s(response.headers, now_ms=self._clock()) or 0.0
                    _check(response)
                    connected_at_s = self._monotonic()
                    log.info("oxen_events_connected")
                    yield StreamConnected()
                    decoder = EventDecoder()
                    async for chunk in response.aiter_raw():
                        for event in decoder.feed(chunk):
                            yield event
                reason = "ended"
            except (*HTTP_FAILURES, OxenError) as error:
                reason = type(error).__name__
            failures = 1 if self._was_stable(connected_at_s) else failures + 1
            wait_s = max(
                self._reconnect.wait_s(failures, self._draw()),
                min(asked_s, _LONGEST_RETRY_AFTER_S),
            )
            log.warning(
                "oxen_events_lost", reason=reason, status_code=status_code, wait_s=round(wait_s, 1)
            )
            await self._sleep(wait_s)

    def _was_stable(self, connected_at_s: float | None) -> bool:
        if connected_at_s is None:
            return False
        return self._monotonic() - connected_at_s >= self._reconnect.stable_after_s

    def _headers(self) -> dict[str, str]:
        return {
            "Accept": "text/event-stream",
            "Accept-Encoding": "identity",
            "Cache-Control": "no-store",
            **self._host.headers_for(self._host.url("/api/events")),
        }


def _check(response: httpx.Response) -> None:
    """Refuse whatever is not an event stream, before any of it is read."""
    if response.status_code != httpx.codes.OK:
        raise replies.refusal(response.status_code, None)
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "text/event-stream":
        raise OxenProtocolError("The event stream has another content type.")
    if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise OxenProtocolError("The event stream is compressed although that was not asked for.")
