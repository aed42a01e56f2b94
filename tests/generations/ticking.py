"""Time in the tests of the services."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class TestClock:
    """Time that passes only when a test says so. UTC milliseconds."""

    __test__ = False
    now_ms: int = 1_786_000_000_000

    def __call__(self) -> int:
        return self.now_ms

    def pass_minutes(self, minutes: float) -> None:
        """Let time go by."""
        self.now_ms += int(minutes * 60_000)
