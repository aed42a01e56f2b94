"""Quotas: what a person may use, and has used."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Period(StrEnum):
    """The spans over which use is counted, on the calendar of the configured time zone."""

    DAY = "day"
    MONTH = "month"


class Measure(StrEnum):
    """What is counted."""

    GENERATIONS = "generations"
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class QuotaWindow:
    """One period as it lies around the present. UTC milliseconds."""

    period: Period
    starts_at_ms: int
    renews_at_ms: int


@dataclass(frozen=True, slots=True)
class Used:
    """Sum of a window's ledger entries: reservations and charges, less what was released."""

    generations: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Usage:
    """What a person has used in each window asked for, and has in flight now."""

    windows: tuple[tuple[QuotaWindow, Used], ...]
    in_flight: int
    """Generations of the person that are not in a final state."""


@dataclass(frozen=True, slots=True)
class QuotaLimits:
    """Limits for one person; ``None`` is unlimited."""

    generations_per_day: int | None
    generations_per_month: int | None
    seconds_per_day: int | None
    seconds_per_month: int | None
    in_flight: int | None

    def limit(self, period: Period, measure: Measure) -> int | None:
        """The limit of one measure over one period."""
        return {
            (Period.DAY, Measure.GENERATIONS): self.generations_per_day,
            (Period.MONTH, Measure.GENERATIONS): self.generations_per_month,
            (Period.DAY, Measure.SECONDS): self.seconds_per_day,
            (Period.MONTH, Measure.SECONDS): self.seconds_per_month,
        }[period, measure]


class EntryKind(StrEnum):
    """Kinds of ledger entry. Per generation one RESERVE and, at rest, one of the others."""

    RESERVE = "reserve"
    CAPTURE = "capture"
    RELEASE = "release"
