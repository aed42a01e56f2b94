"""The rules of quotas: what a person may still ask for, and the words when it is too much."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
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
            breaches = [
                breach
                for quota_window, used in usage.windows
                for breach in _breaches(limits, quota_window, used, takes, duration_s)
            ]
            if breaches:
                raise QuotaExceededError(max(breaches, key=_Breach.patience_ms).words())
            if limits.in_flight is not None and usage.in_flight + takes > limits.in_flight:
                raise QuotaExceededError(_in_flight_words(limits.in_flight, usage.in_flight, takes))

        return within_limits


@dataclass(frozen=True, slots=True)
class _Breach:
    """One limit that a request would go beyond."""

    window: QuotaWindow
    measure: Measure
    limit: int
    used: int
    asked: int

    def patience_ms(self) -> float:
        """Until when the person would wait; the longest is the one worth telling."""
        return inf if self.asked > self.limit else self.window.renews_at_ms

    def words(self) -> str:
        """Which limit it is, and when it frees up."""
        is_day = self.window.period is Period.DAY
        if self.asked > self.limit:
            return (
                f"This asks for {self._amount(self.asked)}, more than the limit of "
                f"{self.limit:,} {'a day' if is_day else 'a month'}."
            )
        when = "today" if is_day else "this month"
        renews = f"<t:{self.window.renews_at_ms // 1000}:R>"
        left = max(0, self.limit - self.used)
        if left == 0:
            next_one = "the next are" if self.measure is Measure.SECONDS else "the next is"
            return (
                f"You have used {self.used:,} of {self._amount(self.limit)} {when}; "
                f"{next_one} free {renews}."
            )
        return (
            f"This asks for {self._amount(self.asked)}, and {left:,} of {self.limit:,} are left "
            f"{when}; more are free {renews}."
        )

    def _amount(self, number: int) -> str:
        if self.measure is Measure.SECONDS:
            return f"{number:,} seconds of video"
        return f"{number:,} {'video' if number == 1 else 'videos'}"


def _breaches(
    limits: QuotaLimits, window: QuotaWindow, used: Used, takes: int, duration_s: int
) -> Iterator[_Breach]:
    asked = {Measure.GENERATIONS: takes, Measure.SECONDS: takes * duration_s}
    so_far = {Measure.GENERATIONS: used.generations, Measure.SECONDS: used.seconds}
    for measure in Measure:
        limit = limits.limit(window.period, measure)
        if limit is not None and so_far[measure] + asked[measure] > limit:
            yield _Breach(window, measure, limit, so_far[measure], asked[measure])


def _in_flight_words(limit: int, in_flight: int, takes: int) -> str:
    if takes > limit:
        return f"You can have {limit} videos in the making at a time; this asks for {takes}."
    making = "1 video" if in_flight == 1 else f"{in_flight} videos"
    return (
        f"You have {making} in the making, and the limit is {limit} at a time. "
        "Ask again when one is done, or cancel one."
    )
