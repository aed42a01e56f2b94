"""What the sandbox remembers of its callers, for tests that count."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# Enough for the longest of tests, and an end for a sandbox that runs for weeks.
_REMEMBERED = 100_000


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """One HTTP request and how it was answered."""

    method: str
    path: str
    """Without the query."""
    query: Mapping[str, str] = field(hash=False)
    route: str
    """One of ``faults.ROUTES``, ``storage``, or empty for an unknown path."""
    carried_key: bool
    """Whether it had an ``Authorization`` header."""
    status: int
    """Of the answer; 0 when the connection was reset instead."""


@dataclass(frozen=True, slots=True)
class AcceptedPost:
    """One enqueue that was accepted, whether or not the caller heard of it."""

    payload: Mapping[str, Any] = field(hash=False)
    generation_ids: tuple[str, ...]
    reply_lost: bool
    at_ms: int


class Books:
    """Every request seen and every enqueue accepted, oldest first."""

    def __init__(self) -> None:
        self.requests: deque[SeenRequest] = deque(maxlen=_REMEMBERED)
        self.accepted: deque[AcceptedPost] = deque(maxlen=_REMEMBERED)

    def seen(self, route: str) -> list[SeenRequest]:
        """The requests of one route."""
        return [request for request in self.requests if request.route == route]
