"""One HTTP call to Oxen: sent, read with a limit, its failures translated."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import stamina

from bot.errors import (
    OxenAmbiguousError,
    OxenProtocolError,
    OxenThrottledError,
    OxenUnreachableError,
)
from bot.models.clock import Clock
from bot.oxen import replies
from bot.oxen.echoes import EchoFilter
from bot.oxen.host import OxenHost
from bot.oxen.server_clock import ServerClock, http_date
from bot.oxen.transport import HTTP_FAILURES

NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""What httpx raises when a request provably never left; after anything else it may have."""

MAX_REPLY_BYTES = 32 * 1024 * 1024
"""A list of ten thousand generations with long prompts is about 20 MB, pictures left out."""

_MAX_RECEIVED_BYTES = 4 * 1024 * 1024 * 1024
"""With the pictures that come back in it, which are not held."""

_PARSED_IN_A_THREAD_BYTES = 256 * 1024
"""JSON of this size takes a few milliseconds: more should not hold up the event loop."""

_SECONDS = re.compile(r"\d{1,9}(\.\d+)?")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How calls are repeated that may be: reading and cancelling."""

    attempts: int = 3
    wait_initial_s: float = 0.25
    wait_max_s: float = 2.0
    total_s: float = 45.0
    """No further attempt is begun after this long."""
    longest_retry_after_s: float = 5.0
    """A ``Retry-After`` up to this is waited for; a longer one is the caller's business."""


class OxenCalls:
    """Sends calls to Oxen's own host and turns every failure into the ``OxenError`` family."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        host: OxenHost,
        *,
        clock: Clock,
        server_clock: ServerClock,
        retry: RetryPolicy,
    ) -> None:
        self._client = client
        self._host = host
        self._clock = clock
        self._retry = retry
        self._server_clock = server_clock

    async def once(
        self,
        method: str,
        path: str,
        *,
        payload: Mapping[str, Any] | None = None,
        timeout: httpx.Timeout | None = None,  # noqa: ASYNC109  httpx's own kind, passed on to it
        max_bytes: int = MAX_REPLY_BYTES,
        reading: replies.Reading | None = None,
        **content: Any,
    ) -> Any:
        """Send one call, exactly once; the JSON of a 2xx reply.

        ``payload`` is sent as JSON; ``content`` is httpx's ``params``, ``data`` or ``files``;
        ``reading`` says what becomes of each object in the reply.
        Raises ``OxenUnreachableError`` when it provably never left, ``OxenAmbiguousError`` when it
        may have, ``OxenProtocolError`` for a 2xx reply that cannot be read, and whatever
        ``bot.oxen.replies.refusal`` makes of any other status.
        """
        url = self._host.url(path)
        headers = self._host.headers_for(url)
        if payload is not None:
            # In a thread, as pictures in it make tens of megabytes.
            content["content"] = await asyncio.to_thread(_to_json, payload)
            headers["Content-Type"] = "application/json"
        if timeout is not None:
            content["timeout"] = timeout
        try:
            async with self._client.stream(method, url, headers=headers, **content) as response:
                self._server_clock.told(response.headers)
                body = await _read(response, max_bytes)
        except NOT_SENT as error:
            raise OxenUnreachableError(type(error).__name__) from error
        except HTTP_FAILURES as error:
            raise OxenAmbiguousError(type(error).__name__) from error
        if response.is_success:
            return await _parse(body, reading)
        try:
            parsed = await _parse(body, None)
        except OxenProtocolError:
            parsed = None
        raise replies.refusal(
            response.status_code,
            parsed,
            retry_after_s=retry_after_s(response.headers, now_ms=self._clock()),
        )

    async def repeatedly(self, method: str, path: str, **content: Any) -> Any:
        """Send a call that does no harm when it is repeated; like ``once``, with few attempts."""
        async for attempt in stamina.retry_context(
            on=self._worth_repeating,
            attempts=self._retry.attempts,
            timeout=self._retry.total_s,
            wait_initial=self._retry.wait_initial_s,
            wait_max=self._retry.wait_max_s,
            wait_jitter=self._retry.wait_initial_s,
        ):
            with attempt:
                return await self.once(method, path, **content)
        raise AssertionError("stamina ends with a result or an exception")  # pragma: no cover

    def _worth_repeating(self, error: Exception) -> bool | float:
        if isinstance(error, OxenThrottledError):
            if error.retry_after_s is None:
                return True
            is_short = error.retry_after_s <= self._retry.longest_retry_after_s
            return error.retry_after_s if is_short else False
        return isinstance(error, OxenUnreachableError | OxenAmbiguousError)


def retry_after_s(headers: Mapping[str, str], *, now_ms: int) -> float | None:
    """``Retry-After`` in seconds from now, given as seconds or as an HTTP date."""
    value = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return float(value)
    moment = http_date(value)
    return None if moment is None else max(0.0, moment.timestamp() - now_ms / 1000)


async def _read(response: httpx.Response, max_bytes: int) -> bytearray:
    body = bytearray()
    echoes = EchoFilter()
    received_bytes = 0
    async for chunk in response.aiter_bytes():
        received_bytes += len(chunk)
        body += echoes.feed(chunk)
        if len(body) > max_bytes or received_bytes > _MAX_RECEIVED_BYTES:
            # A 5xx or 4xx is told by its status; its page need not be read to the end.
            if response.is_success:
                raise OxenProtocolError("The reply is too long.", status_code=response.status_code)
            break
    body += echoes.end()
    return body


def _to_json(payload: Mapping[str, Any]) -> bytes:
    return json.dumps(dict(payload)).encode("ascii")


async def _parse(body: bytearray, reading: replies.Reading | None) -> Any:
    if len(body) > _PARSED_IN_A_THREAD_BYTES:
        return await asyncio.to_thread(replies.parse, body, reading)
    return replies.parse(body, reading)
