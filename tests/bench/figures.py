"""What is measured, what is to be reached, and how a figure is made of several runs."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Goal:
    """What one key of ``build/bench.json`` is to reach."""

    key: str
    what: str
    unit: str
    target: float | None
    """``None``: for information."""
    at_least: bool = False

    def reached_by(self, value: float) -> bool | None:
        """Whether a value is good enough; ``None`` where there is no target."""
        if self.target is None:
            return None
        return value >= self.target if self.at_least else value <= self.target


GOALS = (
    Goal("ack_median_ratio", "command to acknowledgement, median", "x", 1.3),
    Goal("ack_p99_ratio", "command to acknowledgement, 99th percentile", "x", None),
    Goal("ack_100_max_s", "the slowest of 100 at once", "s", 1.0),
    Goal("enqueue_ratio", "command to accepted by Oxen", "x", 2.0),
    Goal("enqueue_per_s", "commands accepted a second", "/s", None, at_least=True),
    Goal("deliver_ratio", "event to message", "x", 1.5),
    Goal(
        "deliver_vs_polling", "event to message, times sooner than polling", "x", 20, at_least=True
    ),
    Goal("recovery_requests", "list requests to know 10,000 again", "", 20),
    Goal("recovery_s", "until 10,000 are known again", "s", 10),
    Goal("quota_scaling_ratio", "quota check, 1,000,000 rows of history", "x", 1.5),
    Goal("loop_stall_ms", "longest stall of the event loop", "ms", 50),
    Goal("memory_idle_mb", "memory, idle, above a bare bot", "MB", 60),
    Goal("memory_10000_mb", "memory, plus 10,000 in flight", "MB", 20),
    Goal("memory_result_mb", "memory, plus one 100 MB result", "MB", 30),
)


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured."""

    rounds: int
    """Interleaved runs of the thing and its floor."""
    alone: int
    """Commands one after another, a round."""
    crowd: int
    """Commands at once."""
    warming_up: int
    """Deliveries that are not counted."""
    results: int
    """Deliveries, a round."""
    in_flight: int
    watched_s: float
    """How long memory is watched when everything in flight is known again."""
    history_rows: int
    small_history_rows: int
    quota_checks: int
    picture_side_px: tuple[int, int]
    video_bytes: int
    result_bytes: int
    stalls: int


FULL = Scale(
    rounds=5,
    alone=30,
    crowd=100,
    warming_up=3,
    results=6,
    in_flight=10_000,
    watched_s=10.0,
    history_rows=1_000_000,
    small_history_rows=1_000,
    quota_checks=60,
    picture_side_px=(6000, 4000),
    video_bytes=60_000_000,
    result_bytes=100_000_000,
    stalls=3,
)
QUICK = Scale(
    rounds=1,
    alone=3,
    crowd=5,
    warming_up=0,
    results=2,
    in_flight=50,
    watched_s=0.1,
    history_rows=2_000,
    small_history_rows=200,
    quota_checks=3,
    picture_side_px=(900, 600),
    video_bytes=400_000,
    result_bytes=1_000_000,
    stalls=1,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure."""

    key: str
    value: float
    details: str
    """The absolute figures behind it, for people."""


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of all lies; of few values, the largest stands for the 99th."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def ms(seconds: float) -> str:
    """Seconds as milliseconds, for people."""
    return f"{seconds * 1000:.1f} ms"
