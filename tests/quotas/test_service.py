from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import QuotaExceededError
from bot.models.quota import Measure, Period, QuotaLimits, QuotaWindow, Usage, Used
from bot.quotas.service import QuotaService

NOW_MS = 1_767_268_800_000
DAY = QuotaWindow(Period.DAY, 1_767_225_600_000, 1_767_312_000_000)
MONTH = QuotaWindow(Period.MONTH, 1_767_225_600_000, 1_769_904_000_000)
TOMORROW = "<t:1767312000:R>"
NEXT_MONTH = "<t:1769904000:R>"


class Ledger:
    def __init__(self, usage: Usage) -> None:
        self.kept = usage

    async def usage(self, user_id: int, windows: Sequence[QuotaWindow]) -> Usage:
        assert tuple(windows) == (DAY, MONTH)
        return self.kept


def limits(
    *,
    day: int | None = None,
    month: int | None = None,
    day_s: int | None = None,
    month_s: int | None = None,
    in_flight: int | None = None,
) -> QuotaLimits:
    return QuotaLimits(day, month, day_s, month_s, in_flight)


def used(videos: int = 0, seconds: int = 0, *, in_flight: int = 0) -> Usage:
    both = Used(videos, seconds)
    return Usage(((DAY, both), (MONTH, both)), in_flight)


def service(chosen: QuotaLimits, usage: Usage | None = None) -> QuotaService:
    return QuotaService(Ledger(usage or used()), chosen, ZoneInfo("UTC"), lambda: NOW_MS)


def refusal(chosen: QuotaLimits, usage: Usage, *, takes: int = 1, duration_s: int = 5) -> str:
    with pytest.raises(QuotaExceededError) as refused:
        service(chosen).check(takes=takes, duration_s=duration_s)(usage)
    return str(refused.value)


def test_the_windows_are_the_present_day_and_month() -> None:
    assert service(limits()).windows() == (DAY, MONTH)


async def test_the_status_shows_limits_beside_use() -> None:
    chosen, usage = limits(day=5), used(2, 12, in_flight=1)

    status = await service(chosen, usage).status(7)

    assert (status.limits, status.usage) == (chosen, usage)


def test_without_limits_anything_goes() -> None:
    service(limits()).check(takes=4, duration_s=15)(used(10_000, 10_000, in_flight=10_000))


def test_exactly_the_limit_is_allowed() -> None:
    chosen = limits(day=5, month=5, day_s=25, month_s=25, in_flight=2)

    service(chosen).check(takes=2, duration_s=5)(used(3, 15))


@pytest.mark.parametrize(
    ("chosen", "usage", "words"),
    [
        (
            limits(day=5),
            used(5),
            f"You have used 5 of 5 videos today; the next is free {TOMORROW}.",
        ),
        (
            limits(month=1),
            used(1),
            f"You have used 1 of 1 video this month; the next is free {NEXT_MONTH}.",
        ),
        (
            limits(day_s=60),
            used(0, 60),
            f"You have used 60 of 60 seconds of video today; the next are free {TOMORROW}.",
        ),
        (
            limits(day=5),
            used(7),
            f"You have used 7 of 5 videos today; the next is free {TOMORROW}.",
        ),
    ],
)
def test_a_used_up_limit_says_which_and_when_it_frees_up(
    chosen: QuotaLimits, usage: Usage, words: str
) -> None:
    assert refusal(chosen, usage) == words


def test_too_much_for_what_is_left_says_how_much_is_left() -> None:
    assert refusal(limits(day=5), used(3), takes=4) == (
        f"This asks for 4 videos, and 2 of 5 are left today; more are free {TOMORROW}."
    )
    assert refusal(limits(month_s=1_000), used(0, 990), duration_s=15) == (
        "This asks for 15 seconds of video, and 10 of 1,000 are left this month; "
        f"more are free {NEXT_MONTH}."
    )


def test_what_can_never_be_allowed_names_no_time() -> None:
    assert refusal(limits(day=3), used(), takes=4) == (
        "This asks for 4 videos, more than the limit of 3 a day."
    )
    assert refusal(limits(day=1), used(), takes=2) == (
        "This asks for 2 videos, more than the limit of 1 a day."
    )
    assert refusal(limits(month_s=10), used(0, 10), duration_s=15) == (
        "This asks for 15 seconds of video, more than the limit of 10 a month."
    )


def test_a_limit_of_nothing_promises_nothing() -> None:
    assert refusal(limits(day=0), used()) == (
        "This asks for 1 video, more than the limit of 0 a day."
    )


def test_of_two_limits_the_one_that_frees_up_last_is_named() -> None:
    assert refusal(limits(day=5, month=5), used(5)) == (
        f"You have used 5 of 5 videos this month; the next is free {NEXT_MONTH}."
    )


@pytest.mark.parametrize(
    ("in_flight", "takes", "words"),
    [
        (2, 1, "You have 2 videos in the making, and the limit is 2 at a time."),
        (1, 2, "You have 1 video in the making, and the limit is 2 at a time."),
        (0, 3, "You can have 2 videos in the making at a time; this asks for 3."),
    ],
)
def test_too_many_at_once_says_so(in_flight: int, takes: int, words: str) -> None:
    told = refusal(limits(in_flight=2), used(in_flight=in_flight), takes=takes)

    assert told.removesuffix(" Ask again when one is done, or cancel one.") == words


maybe = st.none() | st.integers(0, 30)


@given(
    chosen=st.builds(QuotaLimits, maybe, maybe, maybe, maybe, maybe),
    usage=st.builds(
        lambda day, month, in_flight: Usage(((DAY, day), (MONTH, month)), in_flight),
        st.builds(Used, st.integers(0, 30), st.integers(0, 30)),
        st.builds(Used, st.integers(0, 30), st.integers(0, 30)),
        st.integers(0, 30),
    ),
    takes=st.integers(1, 4),
    duration_s=st.integers(3, 15),
)
def test_it_is_refused_exactly_when_some_sum_would_be_over_its_limit(
    chosen: QuotaLimits, usage: Usage, takes: int, duration_s: int
) -> None:
    (_, day), (_, month) = usage.windows
    sums = {
        (Period.DAY, Measure.GENERATIONS): day.generations + takes,
        (Period.DAY, Measure.SECONDS): day.seconds + takes * duration_s,
        (Period.MONTH, Measure.GENERATIONS): month.generations + takes,
        (Period.MONTH, Measure.SECONDS): month.seconds + takes * duration_s,
    }
    over = any(
        (limit := chosen.limit(*which)) is not None and total > limit
        for which, total in sums.items()
    )
    over = over or (chosen.in_flight is not None and usage.in_flight + takes > chosen.in_flight)
    check = service(chosen).check(takes=takes, duration_s=duration_s)

    if over:
        with pytest.raises(QuotaExceededError):
            check(usage)
    else:
        check(usage)
