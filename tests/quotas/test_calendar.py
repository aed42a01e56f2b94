from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models.quota import Period
from bot.quotas.calendar import window

HOUR_MS = 3_600_000
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",  # its clocks used to change at midnight
    "America/Havana",  # midnight comes twice when summer time ends
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # summer time is half an hour
    "Pacific/Apia",  # had no 30 December 2011
    "Pacific/Kiritimati",
]
FROM_2000_TO_2040 = st.integers(946_684_800_000, 2_208_988_800_000)


def at(text: str, zone: ZoneInfo) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


@pytest.mark.parametrize("period", Period)
@given(now_ms=FROM_2000_TO_2040, name=st.sampled_from(ZONES))
def test_a_window_contains_now_and_the_next_begins_where_it_ends(
    now_ms: int, name: str, period: Period
) -> None:
    zone = ZoneInfo(name)

    found = window(period, now_ms, zone)
    following = window(period, found.renews_at_ms, zone)
    last_moment = window(period, found.renews_at_ms - 1, zone)

    assert found.starts_at_ms <= now_ms < found.renews_at_ms
    assert following.starts_at_ms == found.renews_at_ms
    assert last_moment == found


@given(now_ms=FROM_2000_TO_2040, name=st.sampled_from(ZONES))
def test_a_day_lies_within_its_month(now_ms: int, name: str) -> None:
    zone = ZoneInfo(name)

    day, month = window(Period.DAY, now_ms, zone), window(Period.MONTH, now_ms, zone)

    assert month.starts_at_ms <= day.starts_at_ms < day.renews_at_ms <= month.renews_at_ms


@pytest.mark.parametrize(
    ("noon", "hours"),
    [
        ("2026-03-28T12:00", 24),
        ("2026-03-29T12:00", 23),
        ("2026-10-25T12:00", 25),
    ],
)
def test_a_day_is_as_long_as_the_clocks_of_the_zone_make_it(noon: str, hours: int) -> None:
    day = window(Period.DAY, at(noon, BERLIN), BERLIN)

    assert day.renews_at_ms - day.starts_at_ms == hours * HOUR_MS


@pytest.mark.parametrize(
    ("now", "first", "following"),
    [
        ("2026-01-31T23:59:59", "2026-01-01", "2026-02-01"),
        ("2028-02-29T00:00:00", "2028-02-01", "2028-03-01"),
        ("2026-12-31T23:59:59", "2026-12-01", "2027-01-01"),
        ("2027-01-01T00:00:00", "2027-01-01", "2027-02-01"),
    ],
)
def test_a_month_ends_with_its_last_day(now: str, first: str, following: str) -> None:
    month = window(Period.MONTH, at(now, BERLIN), BERLIN)

    assert month.starts_at_ms == at(first, BERLIN)
    assert month.renews_at_ms == at(following, BERLIN)


def test_the_day_is_that_of_the_zone_not_of_utc() -> None:
    late_evening_utc_ms = int(datetime(2026, 6, 1, 23, 30, tzinfo=UTC).timestamp() * 1000)

    day = window(Period.DAY, late_evening_utc_ms, BERLIN)

    assert day.starts_at_ms == at("2026-06-02", BERLIN)
