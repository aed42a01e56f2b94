"""An event loop without a wall clock: when nothing is ready, it is the next timer's time."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Any

from tests.simulation.timeline import Timeline

_MOST_ROUNDS = 50
"""A task may await something more on its way out, and something more."""


class StandstillError(AssertionError):
    """Nothing is ready, and nothing is going to happen either."""


class _Idle:
    """Stands where the loop waits for sockets: lets the timeline move on instead."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline

    def select(self, timeout: float | None) -> list[Any]:
        if timeout == 0:
            return []
        timeline = self._timeline
        limit_s = math.inf if timeout is None else timeline.now_s + timeout
        if timeline.next_s is not None and timeline.next_s <= limit_s:
            timeline.step()
        elif timeout is None:
            raise StandstillError
        else:
            timeline.now_s = limit_s
        return []

    def close(self) -> None:
        pass


class VirtualLoop(asyncio.BaseEventLoop):
    """One life of the bot. Threads are calls, time is the timeline's."""

    def __init__(self, timeline: Timeline) -> None:
        super().__init__()
        self._timeline = timeline
        self._selector = _Idle(timeline)
        # A timer that is due within rounding is due.
        self._clock_resolution = 1e-6
        self.set_exception_handler(lambda _loop, _context: None)

    def time(self) -> float:
        return self._timeline.now_s

    def run_in_executor(  # type: ignore[override]
        self, executor: object, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:  # noqa: BLE001  it belongs to whoever awaits it
            future.set_exception(error)
        return future

    def drop_everything(self) -> None:
        """Take a dead process's tasks away; none of them can reach anything any more."""
        for _ in range(_MOST_ROUNDS):
            tasks = asyncio.all_tasks(self)
            if not tasks:
                break
            for task in tasks:
                task.cancel()
            self.call_soon(self.stop)
            self.run_forever()
        self.close()

    def _process_events(self, event_list: list[Any]) -> None:
        pass

    def _write_to_self(self) -> None:
        pass
