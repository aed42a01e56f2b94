"""How far this machine's clock is ahead of Oxen's, as the ``Date`` of its replies tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.models.clock import Clock

_LARGEST_S = 48 * 3_600.0
"""More is a broken header rather than a clock."""


class ServerClock:
    """Remembers the most by which the clock was ahead since the program's start.

    The most, not the latest: what was written down before a clock was set right stays as it was.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.ahead_s = 0.0
        """Seconds; 0 as long as nothing is known, and for a clock that is behind."""

    def told(self, headers: Mapping[str, str]) -> None:
        """Take note of a reply's headers."""
        server = http_date(headers.get("date", ""))
        if server is not None:
            ahead_s = self._clock() / 1000 - server.timestamp()
            self.ahead_s = max(self.ahead_s, min(ahead_s, _LARGEST_S))


def http_date(value: str) -> datetime | None:
    """A date as HTTP writes it; ``None`` where it is none."""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, IndexError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
