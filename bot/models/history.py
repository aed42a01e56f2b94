"""A person's own work, looked through page by page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.models.generation import GenerationState, RequestWithTakes


class HistoryState(StrEnum):
    """How requests are told apart when looking back."""

    UNDER_WAY = "under_way"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    def includes(self) -> frozenset[GenerationState]:
        """The states that a take of such a request may be in: one of them is enough."""
        return _STATES[self]


_STATES = {
    HistoryState.UNDER_WAY: frozenset(s for s in GenerationState if not s.is_final),
    HistoryState.DONE: frozenset({GenerationState.DELIVERED}),
    HistoryState.FAILED: frozenset({GenerationState.FAILED}),
    HistoryState.CANCELLED: frozenset({GenerationState.CANCELLED}),
}


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Which requests are wanted; what is ``None`` or empty does not narrow."""

    state: HistoryState | None = None
    model: str | None = None
    text: str = ""
    """To be found in a prompt, whatever its case."""
    number: str = ""
    """Digits with which the request's own number begins."""
    from_ms: int | None = None
    """Asked for at this time or later."""
    before_ms: int | None = None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A few requests, the latest first."""

    requests: tuple[RequestWithTakes, ...]
    number: int
    """0 for the latest."""
    has_older: bool
