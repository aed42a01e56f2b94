"""Time in the tests of the services."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class TestClock:
    """Time that passes only when a test says so. UTC milliseconds."""

    __test__ = False
    now_ms: int = 1_786_000_000_000
    passed_ms: int = 0

    def __call__(self) -> int:
        return self.now_ms

    def steady_s(self) -> float:
        """Seconds by a clock that nobody can set."""
        return self.passed_ms / 1000

    def pass_minutes(self, minutes: float) -> None:
        """Let time go by."""
        self.jump_minutes(minutes)
        self.passed_ms += int(minutes * 60_000)

    def jump_minutes(self, minutes: float) -> None:
        """Have somebody set the clock, while no time goes by."""
        self.now_ms += int(minutes * 60_000)
