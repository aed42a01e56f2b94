"""A clock for the simulated Discord that goes with the wall clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from simcord import Env, _dpy_internals
from simcord._clock import Clock


class LiveClock(Clock):
    """Simulated time that is real time: dates, ids, deadlines and ``<t:…:R>`` are true.

    SimCord's own clock stands still at 1 January 2026 unless a test moves it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._started_at = datetime.now(UTC)
        self._started_s = _dpy_internals.real_monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return _dpy_internals.real_monotonic() - self._started_s

    @elapsed.setter
    def elapsed(self, value: float) -> None:
        """Ignore being set: real time moves by itself."""

    def now(self) -> datetime:
        """The present."""
        return self._started_at + timedelta(seconds=self.elapsed)

    def advance(self, seconds: float) -> None:
        """Ignore being moved: real time moves by itself."""


def install_live_clock(env: Env) -> None:
    """Let a fresh world live in the present; before anything is built in it."""
    env.backend.clock = LiveClock()
