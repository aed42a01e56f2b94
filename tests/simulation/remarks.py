"""What the bot logs during a schedule: part of the trace, and the place where surprises show."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any, Self

import structlog
from structlog.typing import EventDict, WrappedLogger

from bot.errors import StoreError
from tests.simulation.timeline import Timeline

_ENOUGH = 160
_SURPRISES = frozenset({"lane.work_failed", "engine.loop_broke"})


class Remarks:
    """Takes the log over while a schedule runs."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._before: dict[str, Any] = {}
        self.unexpected: list[str] = []
        """Exceptions that a loop or a lane survived, though none should have come there."""

    def __enter__(self) -> Self:
        self._before = structlog.get_config()
        structlog.configure(
            processors=[self._note],
            wrapper_class=structlog.make_filtering_bound_logger(0),
            cache_logger_on_first_use=False,
        )
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        structlog.configure(**self._before)

    def _note(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        name = event.pop("event")
        error = sys.exc_info()[1] if event.pop("exc_info", False) else None
        told = " ".join(f"{key}={value}" for key, value in event.items())
        self._timeline.note("bot", f"{name} {told}" + (f" {error!r}" if error else ""))
        if name in _SURPRISES and not _is_simulated(error):
            self.unexpected.append(f"{name}: {repr(error)[:_ENOUGH]}")
        raise structlog.DropEvent


def _is_simulated(error: BaseException | None) -> bool:
    return isinstance(error, StoreError) and "simulated" in str(error)
