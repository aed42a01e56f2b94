"""What is tried in vain is tried less and less often, whoever asks for it meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Tried:
    times: int
    again_at_s: float


class GrowingPauses:
    """Doubles the pause of each generation with every try, from ``first_s`` to ``longest_s``."""

    def __init__(
        self,
        *,
        first_s: float,
        longest_s: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self._monotonic = monotonic
        self._tried: dict[int, _Tried] = {}

    def left_s(self, generation_id: int) -> float:
        """Seconds until it may be tried again; 0 when it may now."""
        tried = self._tried.get(generation_id)
        return 0.0 if tried is None else max(0.0, tried.again_at_s - self._monotonic())

    def tries(self, generation_id: int) -> int:
        """How often it was tried."""
        tried = self._tried.get(generation_id)
        return 0 if tried is None else tried.times

    def tried(self, generation_id: int, *, wished_s: float | None = None) -> float:
        """Count a try; the seconds to wait now.

        ``wished_s`` is the other side's own wish, honoured as far as the longest pause goes.
        """
        times = self.tries(generation_id)
        pause_s = min(self._longest_s, max(wished_s or 0.0, self._first_s * 2.0 ** min(times, 30)))
        self._tried[generation_id] = _Tried(times + 1, self._monotonic() + pause_s)
        return pause_s

    def paused(self) -> frozenset[int]:
        """Those that may not be tried now."""
        return frozenset(one for one in self._tried if self.left_s(one) > 0)

    def soonest_s(self) -> float | None:
        """Seconds until the first of them may be tried again; ``None`` where there are none."""
        return min(
            (left_s for one in self._tried if (left_s := self.left_s(one)) > 0), default=None
        )

    def forget(self, generation_id: int) -> None:
        """It need not be tried any more, or it worked."""
        self._tried.pop(generation_id, None)

    def only(self, generation_ids: AbstractSet[int]) -> None:
        """Forget all others."""
        for forgotten in self._tried.keys() - generation_ids:
            del self._tried[forgotten]
