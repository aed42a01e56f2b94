"""The event stream's bytes to events, without I/O.

httpx-sse reads each event, but only a complete one within limits: it has no limit on a line's
length, and its decoder goes on giving empty events after an ``id:``. Hence the bytes are cut into
blocks at the blank lines here, and each block is read by itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import httpx
import httpx_sse

from bot.models.remote import GenerationFinished, RemoteStatus
from bot.oxen import replies

COMPLETED_EVENT = "media_generation_completed"
MAX_LINE_BYTES = 256 * 1024
"""The events that count are under 2 kB; other kinds are not documented."""
MAX_EVENT_BYTES = 1024 * 1024

_LINE_END = re.compile(rb"\r\n|\r|\n")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_HEADERS = {"content-type": "text/event-stream; charset=utf-8"}


class EventDecoder:
    """Takes the bytes of one connection as they come, gives the events that they complete.

    How the bytes are cut into chunks makes no difference. An event over a limit is dropped up to
    the next blank line; what is left unfinished when the connection ends was never an event.
    """

    def __init__(
        self, *, max_line_bytes: int = MAX_LINE_BYTES, max_event_bytes: int = MAX_EVENT_BYTES
    ) -> None:
        self._max_line_bytes = max_line_bytes
        self._max_event_bytes = max_event_bytes
        self._line = bytearray()
        self._block = bytearray()
        self._is_too_long = False
        self._is_first_line = True
        self._skip_line_feed = False

    def feed(self, chunk: bytes) -> list[GenerationFinished]:
        """The events that these further bytes complete, in order."""
        if not chunk:
            return []
        after_carriage_return, self._skip_line_feed = self._skip_line_feed, chunk.endswith(b"\r")
        if after_carriage_return and chunk.startswith(b"\n"):
            chunk = chunk[1:]
        *complete, unfinished = _LINE_END.split(chunk)
        found = []
        for piece in complete:
            self._extend_line(piece)
            event = self._end_line()
            if event is not None:
                found.append(event)
        self._extend_line(unfinished)
        return found

    def _extend_line(self, piece: bytes) -> None:
        room = self._max_line_bytes - len(self._line)
        if len(piece) > room:
            self._is_too_long = True
        self._line += piece[:room]

    def _end_line(self) -> GenerationFinished | None:
        line = bytes(self._line)
        self._line.clear()
        if self._is_first_line:
            self._is_first_line = False
            line = line.removeprefix(_BYTE_ORDER_MARK)
        if not line:
            return self._end_block()
        if line.startswith(b":"):
            return None
        if len(self._block) + len(line) + 1 > self._max_event_bytes:
            self._is_too_long = True
        if not self._is_too_long:
            self._block += line + b"\n"
        return None

    def _end_block(self) -> GenerationFinished | None:
        block, is_too_long = bytes(self._block), self._is_too_long
        self._block.clear()
        self._is_too_long = False
        return None if is_too_long or not block else _read_block(block + b"\n")


def _read_block(block: bytes) -> GenerationFinished | None:
    response = httpx.Response(200, headers=_HEADERS, content=block)
    for event in httpx_sse.EventSource(response).iter_sse():
        if event.event == COMPLETED_EVENT:
            return _finished(event.data)
    return None


def _finished(data: str) -> GenerationFinished | None:
    try:
        body: Any = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, Mapping):
        return None
    oxen_id = replies.read_id(body.get("generation_id"))
    status = replies.read_status(body.get("status"))
    if oxen_id is None or status not in {
        RemoteStatus.SUCCEEDED,
        RemoteStatus.FAILED,
        RemoteStatus.CANCELLED,
    }:
        return None
    url = body.get("url") if status is RemoteStatus.SUCCEEDED else None
    return GenerationFinished(
        oxen_id=oxen_id,
        status=status,
        result_url=url if isinstance(url, str) and url else None,
    )
