"""The last resort: nothing stays unfinished for ever, and what hangs becomes visible early."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog

from bot.errors import StaleStateError
from bot.generations.ports import GenerationStore
from bot.models.clock import Clock
from bot.models.generation import Failure, FailureKind, Generation, GenerationState

_log = structlog.get_logger(__name__)

LONGEST_LIFE_MS = 24 * 3_600_000
"""A day after it was asked for, a generation ends one way or the other."""
_LAST_CHANCE_S = 30 * 60.0
"""How long the bot must have been at it since it found a generation that old."""
_WORDS = {
    GenerationState.RESERVED: Failure(
        FailureKind.LOST, "It waited a whole day without Oxen taking it."
    ),
    GenerationState.SUBMITTING: Failure(
        FailureKind.LOST, "Oxen did not say for a whole day whether it has the request."
    ),
    GenerationState.RENDERING: Failure(FailureKind.LOST, "It was not finished after a whole day."),
    GenerationState.READY: Failure(FailureKind.UNDELIVERABLE),
    GenerationState.POSTING: Failure(FailureKind.UNDELIVERABLE),
}


class Reaper:
    """Ends what is a day old. A video that turns up later is still adopted, free of charge."""

    def __init__(
        self,
        store: GenerationStore,
        *,
        changed: Callable[[Generation], None],
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
        longest_life_ms: int = LONGEST_LIFE_MS,
    ) -> None:
        self._store = store
        self._changed = changed
        self._clock = clock
        self._monotonic = monotonic
        self._longest_life_ms = longest_life_ms
        self._old_since_s: dict[int, float] = {}

    async def reap(self) -> None:
        """End every generation that is too old."""
        now_ms, now_s = self._clock(), self._monotonic()
        old = await self._store.open_since(now_ms - self._longest_life_ms)
        self._old_since_s = {g.id: self._old_since_s.get(g.id, now_s) for g in old}
        for generation in old:
            # After a day without the bot, or a jump of the clock, it first gets its chance.
            if now_s - self._old_since_s[generation.id] < _LAST_CHANCE_S:
                continue
            # A late orphan is adopted long after it was asked for; its own time counts.
            age_ms = now_ms - generation.state_since_ms
            if age_ms < self._longest_life_ms and generation.free:
                continue
            try:
                failed = await self._store.fail(
                    generation.id, failure=_WORDS[generation.state], now_ms=now_ms
                )
            except StaleStateError:
                continue
            _log.error("generation.given_up", generation=generation.id, state=generation.state)
            self._changed(failed)
