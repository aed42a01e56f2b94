"""Where a day and a month begin and end, on the calendar of the configured time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.models.quota import Period, QuotaWindow


def window(period: Period, now_ms: int, zone: ZoneInfo) -> QuotaWindow:
    """Return the day or month that contains ``now_ms``.

    Days are the zone's own: 23 or 25 hours long where the clocks change.
    """
    today = datetime.fromtimestamp(now_ms / 1000, zone).date()
    if period is Period.DAY:
        first, following = today, today + timedelta(days=1)
    else:
        first = today.replace(day=1)
        following = (first + timedelta(days=32)).replace(day=1)
    return QuotaWindow(
        period=period,
        starts_at_ms=_midnight_ms(first.year, first.month, first.day, zone),
        renews_at_ms=_midnight_ms(following.year, following.month, following.day, zone),
    )


def _midnight_ms(year: int, month: int, day: int, zone: ZoneInfo) -> int:
    midnight = datetime(year, month, day, tzinfo=zone)
    return int(midnight.astimezone(UTC).timestamp()) * 1000
