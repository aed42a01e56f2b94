"""Time and chance of one schedule: everything that happens outside the bot, in order."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Sequence

EPOCH_MS = 1_790_000_000_000
"""What the clocks on the walls say when a schedule begins: some day in September 2026."""


class Timeline:
    """The one clock, the one source of chance, and what is still to happen."""

    def __init__(self, seed: int) -> None:
        self.now_s = 0.0
        self.random = random.Random(seed)
        self.clock_offset_ms = 0
        self.trace: list[tuple[float, str, str]] = []
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._counted = 0

    def clock_ms(self) -> int:
        """The bot's clock, which may be wrong."""
        return EPOCH_MS + int(self.now_s * 1000) + self.clock_offset_ms

    def true_s(self) -> int:
        """Everybody else's clock, in Unix seconds."""
        return EPOCH_MS // 1000 + int(self.now_s)

    def note(self, actor: str, what: str) -> None:
        self.trace.append((self.now_s, actor, what))

    def after(self, delay_s: float, happen: Callable[[], None]) -> None:
        self._counted += 1
        heapq.heappush(self._events, (self.now_s + delay_s, self._counted, happen))

    @property
    def next_s(self) -> float | None:
        return self._events[0][0] if self._events else None

    def step(self) -> None:
        """Let the next thing happen, at its time."""
        at_s, _, happen = heapq.heappop(self._events)
        self.now_s = max(self.now_s, at_s)
        happen()

    def pass_by(self, seconds: float) -> None:
        """Let time pass while the bot is not running."""
        until_s = self.now_s + seconds
        while self.next_s is not None and self.next_s <= until_s:
            self.step()
        self.now_s = until_s

    def chance(self, probability: float) -> bool:
        return probability > 0 and self.random.random() < probability

    def between(self, low: float, high: float) -> float:
        return self.random.uniform(low, high)

    def mostly_short(self, longest: float) -> float:
        """Most of the time near nothing, now and then up to ``longest``."""
        return longest * self.random.random() ** 4

    def one_of(self, weighted: Sequence[tuple[str, float]]) -> str | None:
        """At most one of the names, each with its own probability."""
        drawn = self.random.random()
        for name, probability in weighted:
            if drawn < probability:
                return name
            drawn -= probability
        return None
