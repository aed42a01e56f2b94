"""What time it is at Oxen, as the ``Date`` of its replies tells."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.models.clock import Clock


class ServerClock:
    """Oxen's clock, carried on from its latest reply by one that nobody can set.

    So it stays right when this machine's clock is wrong, or is set. It is at most as late as this
    machine's: a header that lies in the future is more likely broken, and who looks for what was
    enqueued "since then" must rather look too far back.
    """

    def __init__(self, clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._ahead_of_steady_ms: float | None = None

    def told(self, headers: Mapping[str, str]) -> None:
        """Take note of a reply's headers."""
        server = http_date(headers.get("date", ""))
        if server is not None:
            self._ahead_of_steady_ms = (server.timestamp() - self._monotonic()) * 1000

    def __call__(self) -> int:
        """UTC milliseconds; this machine's as long as Oxen has not told any."""
        now_ms = self._clock()
        if self._ahead_of_steady_ms is None:
            return now_ms
        return min(now_ms, int(self._ahead_of_steady_ms + self._monotonic() * 1000))


def http_date(value: str) -> datetime | None:
    """A date as HTTP writes it; ``None`` where it is none."""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, IndexError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
