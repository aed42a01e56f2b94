"""How long something has been waited for, told by two clocks."""

from __future__ import annotations

import time
from collections.abc import Callable
from collections.abc import Set as AbstractSet

from bot.models.clock import Clock


class Patience:
    """Tells for each generation whether a time is over, however the machine's clock is set.

    The clock tells across restarts how long ago something was; one that nobody can set tells how
    long this process has known of it. Only what both say is believed: a jump an hour forth must not
    end what is rendering. The price is that after a restart a time may last up to twice as long.
    """

    def __init__(self, clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._first_seen_s: dict[int, float] = {}

    def is_over(self, generation_id: int, *, since_ms: int, at_most_ms: int) -> bool:
        """Whether ``at_most_ms`` have passed since a time, and since this was first asked."""
        now_s = self._monotonic()
        seen_s = self._first_seen_s.setdefault(generation_id, now_s)
        has_passed = self._clock() - since_ms > at_most_ms
        return has_passed and (now_s - seen_s) * 1000 > at_most_ms

    def only(self, generation_ids: AbstractSet[int]) -> None:
        """Forget all others."""
        for forgotten in self._first_seen_s.keys() - generation_ids:
            del self._first_seen_s[forgotten]
