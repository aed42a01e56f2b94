"""The event stream: everything to everyone who listens now, nothing to those who come later."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.sandbox.changes import Changes
from bot.sandbox.connections import reset
from bot.sandbox.faults import Faults

KEEP_ALIVE = b": keep-alive\n\n"
COMPLETED = "media_generation_completed"
_GARBAGE = (
    b"\xff\xfe\x00\x80 not text at all\n\n",
    b"no colon in this line\n\n",
    b'event: media_generation_completed\ndata: {"generation_id": \n\n',
    b"event: media_generation_completed\ndata: [1, 2, 3]\n\n",
    b"event: media_generation_completed\ndata: {}\n\n",
    b'event: media_generation_completed\ndata: {"generation_id": 7, "status": null}\n\n',
    b"event: media_generation_completed\n\n",
    b"id: 1\nretry: 1\n\n",
    b"data: \r\r\n",
)
_SLOW_PIECES = 20
_MIB = 1024 * 1024


def encode(event: str, data: Mapping[str, Any]) -> bytes:
    """One event as it goes over the wire."""
    return f"event: {event}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes for one stream, and how they go out."""

    data: bytes
    spread_s: float = 0.0
    """Over how many seconds the bytes trickle."""
    cut_after: bool = False


@dataclass(slots=True, eq=False)
class Stream:
    """One listener's connection."""

    request: web.Request
    pieces: asyncio.Queue[Piece] = field(default_factory=asyncio.Queue)


class EventStreams:
    """All open streams of the account. Nothing is buffered for those who are not connected."""

    def __init__(
        self, faults: Faults, changes: Changes, *, keep_alive_seconds: float, foreign: bool
    ) -> None:
        self._faults = faults
        self._changes = changes
        self._keep_alive_seconds = keep_alive_seconds
        self._foreign = foreign
        self._streams: list[Stream] = []
        self._foreign_sent = 0
        self.opened = 0
        """Streams opened so far."""

    @property
    def open_count(self) -> int:
        """Streams whose connection stands now."""
        transports = [stream.request.transport for stream in self._streams]
        return sum(transport is not None and not transport.is_closing() for transport in transports)

    def publish(self, data: Mapping[str, Any]) -> None:
        """Tell every listener that a generation ended, as well or badly as the faults allow."""
        if self._faults.strike("lost-event"):
            return
        if self._faults.strike("drop-stream"):
            self.drop()
            return
        if self._foreign:
            self._send(Piece(self._foreign_event()))
        self._send_noise()
        if "url" in data and self._faults.strike("linkless-event"):
            data = {key: value for key, value in data.items() if key != "url"}
        event = encode(COMPLETED, data)
        if self._faults.strike("half-event"):
            self._send(Piece(event[: len(event) // 2], cut_after=True))
            return
        slow = self._faults.strike("slow-stream")
        self._send(Piece(event, spread_s=slow.number(2) if slow else 0))
        if self._faults.strike("duplicate-event"):
            self._send(Piece(event))

    def send_raw(self, data: bytes) -> None:
        """Put bytes on every open stream, whatever they are."""
        self._send(Piece(data))

    def drop(self) -> None:
        """Reset every open stream."""
        for stream in tuple(self._streams):
            reset(stream.request)
            # A handler whose connection is gone would notice only at its next keep-alive.
            stream.pieces.put_nowait(Piece(b"", cut_after=True))

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer ``GET /api/events`` until the listener goes away."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
        )
        stream = Stream(request)
        await response.prepare(request)
        self._streams.append(stream)
        self.opened += 1
        self._changes.notify()
        try:
            with suppress(ConnectionError):
                await self._pump(stream, response)
        finally:
            self._streams.remove(stream)
            self._changes.notify()
        return response

    async def _pump(self, stream: Stream, response: web.StreamResponse) -> None:
        while True:
            try:
                async with asyncio.timeout(self._keep_alive_seconds):
                    piece = await stream.pieces.get()
            except TimeoutError:
                piece = Piece(KEEP_ALIVE)
            await _write(response, piece)
            if piece.cut_after:
                reset(stream.request)
                return

    def _send(self, piece: Piece) -> None:
        for stream in self._streams:
            stream.pieces.put_nowait(piece)

    def _send_noise(self) -> None:
        if self._faults.strike("garbage-events"):
            self._send(Piece(b"".join(_GARBAGE)))
        if huge := self._faults.strike("huge-event"):
            size = int(huge.number(8) * _MIB)
            self._send(Piece(b"event: " + COMPLETED.encode() + b"\ndata: " + b"x" * size + b"\n\n"))
        if burst := self._faults.strike("foreign-events"):
            self._send(Piece(b"".join(self._foreign_event() for _ in range(int(burst.number(50))))))

    def _foreign_event(self) -> bytes:
        self._foreign_sent += 1
        kinds = ("deployment_status_changed", "fine_tune_progress", "notification")
        kind = kinds[self._foreign_sent % len(kinds)]
        return encode(kind, {"id": self._foreign_sent, "status": "succeeded"})


async def _write(response: web.StreamResponse, piece: Piece) -> None:
    if not piece.spread_s:
        await response.write(piece.data)
        return
    step = max(1, len(piece.data) // _SLOW_PIECES)
    for start in range(0, len(piece.data), step):
        await response.write(piece.data[start : start + step])
        await asyncio.sleep(piece.spread_s / _SLOW_PIECES)
