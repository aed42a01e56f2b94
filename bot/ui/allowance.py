"""What is left of a quota, in words."""

from __future__ import annotations

from bot.models.quota import Measure, Period, QuotaLimits, Usage, Used

_WHEN = {Period.DAY: "today", Period.MONTH: "this month"}


def left_afterwards(limits: QuotaLimits, usage: Usage, *, videos: int, seconds: int) -> list[str]:
    """What is left once so many videos, of so many seconds in all, are made; a line for each span.

    ``Leaves 4 of 5 videos and 45 of 50 s today.``; nothing where there are no limits.
    """
    spans = [
        f"{left} {_WHEN[window.period]}"
        for window, used in usage.windows
        if (left := _left(limits, window.period, used, videos=videos, seconds=seconds))
    ]
    sentence = ",\n".join(spans)
    return f"Leaves {sentence}.".splitlines() if spans else []


def _left(limits: QuotaLimits, period: Period, used: Used, *, videos: int, seconds: int) -> str:
    parts = [
        f"{max(0, limit - taken):,} of {limit:,} {unit}"
        for measure, taken, unit in (
            (Measure.GENERATIONS, used.generations + videos, "videos"),
            (Measure.SECONDS, used.seconds + seconds, "s"),
        )
        if (limit := limits.limit(period, measure)) is not None
    ]
    return " and ".join(parts)
