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
"""How long the bot must have been at it since it started and found a generation that old."""
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
    """Ends what is a day old. A video that turns up later is still adopted, free of charge.

    A day is told by a clock that nobody can set; this machine's is believed only for what the bot
    finds when it starts. So what is asked for shortly before a restart may last up to two days.
    """

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
        self._ends_at_s: dict[int, float] | None = None

    async def reap(self) -> None:
        """End every generation that is too old."""
        now_s = self._monotonic()
        unfinished = await self._store.ids_in_states(*_WORDS)
        known = self._ends_at_s
        if known is None:
            known = dict.fromkeys(await self._left_behind(), now_s + _LAST_CHANCE_S)
        full_life_s = now_s + self._longest_life_ms / 1000
        self._ends_at_s = {one: known.get(one, full_life_s) for one in unfinished}
        for generation_id, ends_at_s in self._ends_at_s.items():
            if ends_at_s <= now_s:
                await self._end(generation_id)

    async def _left_behind(self) -> list[int]:
        """What was too old already when the bot started."""
        before_ms = self._clock() - self._longest_life_ms
        # A late orphan is adopted long after it was asked for; its own time counts.
        return [
            generation.id
            for generation in await self._store.open_since(before_ms)
            if not generation.free or generation.state_since_ms < before_ms
        ]

    async def _end(self, generation_id: int) -> None:
        generation = await self._store.generation(generation_id)
        if generation is None or generation.is_final:
            return
        try:
            failed = await self._store.fail(
                generation_id, failure=_WORDS[generation.state], now_ms=self._clock()
            )
        except StaleStateError:
            return
        _log.error("generation.given_up", generation=generation_id, state=generation.state)
        self._changed(failed)
