"""The rules of quotas: what a person may still ask for, and the words when it is too much."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.errors import QuotaExceededError
from bot.models.clock import Clock
from bot.models.quota import Measure, Period, QuotaLimits, QuotaWindow, Usage, Used
from bot.quotas.calendar import window


class UsageStore(Protocol):
    """The ledger's sums, as far as quotas need them."""

    async def usage(self, user_id: int, windows: Sequence[QuotaWindow]) -> Usage:
        """What a person has used in each window, and has in flight."""
        ...


@dataclass(frozen=True, slots=True)
class QuotaStatus:
    """A person's limits beside what they have used."""

    limits: QuotaLimits
    usage: Usage


class QuotaService:
    """Answers what a person has left, and refuses what goes beyond it."""

    def __init__(
        self, store: UsageStore, limits: QuotaLimits, zone: ZoneInfo, clock: Clock
    ) -> None:
        self._store = store
        self._limits = limits
        self._zone = zone
        self._clock = clock

    @property
    def limits(self) -> QuotaLimits:
        """The limits in force for everybody."""
        return self._limits

    def windows(self) -> tuple[QuotaWindow, ...]:
        """The present day and month."""
        now_ms = self._clock()
        return tuple(window(period, now_ms, self._zone) for period in Period)

    async def status(self, user_id: int) -> QuotaStatus:
        """What one person has used, for ``/quota``."""
        return QuotaStatus(self._limits, await self._store.usage(user_id, self.windows()))

    def check(self, *, takes: int, duration_s: int) -> Callable[[Usage], None]:
        """Return a check for ``takes`` videos of ``duration_s`` each.

        The store calls it inside the reserving transaction, under the person's lock; it raises
        ``QuotaExceededError`` with the words for the person.
        """
        limits = self._limits

        def within_limits(usage: Usage) -> None:
            for quota_window, used in usage.windows:
                _check_window(limits, quota_window, used, takes=takes, duration_s=duration_s)
            if limits.in_flight is not None and usage.in_flight + takes > limits.in_flight:
                raise QuotaExceededError(_in_flight_words(limits.in_flight, usage.in_flight, takes))

        return within_limits


def _check_window(
    limits: QuotaLimits, quota_window: QuotaWindow, used: Used, *, takes: int, duration_s: int
) -> None:
    asked = {Measure.GENERATIONS: takes, Measure.SECONDS: takes * duration_s}
    so_far = {Measure.GENERATIONS: used.generations, Measure.SECONDS: used.seconds}
    for measure in Measure:
        limit = limits.limit(quota_window.period, measure)
        if limit is not None and so_far[measure] + asked[measure] > limit:
            raise QuotaExceededError(
                _window_words(quota_window, measure, limit, so_far[measure], asked[measure])
            )


def _window_words(
    quota_window: QuotaWindow, measure: Measure, limit: int, used: int, asked: int
) -> str:
    when = "today" if quota_window.period is Period.DAY else "this month"
    renews = f"<t:{quota_window.renews_at_ms // 1000}:R>"
    left = max(0, limit - used)
    if measure is Measure.SECONDS:
        unit = "seconds of video"
        next_one = f"the next are free {renews}."
    else:
        unit = "video" if limit == 1 else "videos"
        next_one = f"the next is free {renews}."
    if left == 0:
        return f"You have used {used:,} of {limit:,} {unit} {when}; {next_one}"
    if asked > limit:
        return (
            f"This asks for {asked:,} {unit}, more than the limit of {limit:,} "
            f"{'a day' if quota_window.period is Period.DAY else 'a month'}."
        )
    return (
        f"This asks for {asked:,} {unit}, and {left:,} of {limit:,} are left {when}; "
        f"more are free {renews}."
    )


def _in_flight_words(limit: int, in_flight: int, takes: int) -> str:
    if takes > limit:
        return f"You can have {limit} videos in the making at a time; this asks for {takes}."
    making = "1 video" if in_flight == 1 else f"{in_flight} videos"
    return (
        f"You have {making} in the making, and the limit is {limit} at a time. "
        "Ask again when one is done, or cancel one."
    )
