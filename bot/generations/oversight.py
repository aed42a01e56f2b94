"""What hangs, for moderators: to see it, to try it once more, or to give it up by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.errors import NotFoundError, StaleStateError
from bot.generations.ports import GenerationStore
from bot.models.clock import Clock
from bot.models.generation import (
    AT_OXEN_STATES,
    Failure,
    FailureKind,
    Generation,
    GenerationState,
    RequestWithTakes,
)

_log = structlog.get_logger(__name__)

_MINUTE_MS = 60_000
_EXPECTED_MS = {
    GenerationState.RESERVED: 60 * _MINUTE_MS,
    GenerationState.SUBMITTING: 10 * _MINUTE_MS,
    GenerationState.RENDERING: 30 * _MINUTE_MS,
    GenerationState.READY: 5 * _MINUTE_MS,
    GenerationState.POSTING: 5 * _MINUTE_MS,
}
"""How long a state may last before a moderator should hear of it."""
_SHOWN = 5
_UNDELIVERED_FOR_MS = 7 * 24 * 60 * _MINUTE_MS


@dataclass(frozen=True, slots=True)
class Unsettled:
    """One generation that hangs."""

    request: RequestWithTakes
    generation: Generation


class Oversight:
    """The moderators' view of one server. Raises ``UserError`` with words for them."""

    def __init__(
        self, store: GenerationStore, *, look: Callable[[Generation], None], clock: Clock
    ) -> None:
        self._store = store
        self._look = look
        self._clock = clock

    async def unsettled(self, guild_id: int) -> tuple[list[Unsettled], int]:
        """The oldest that hang in a server, a handful, and how many there are in all."""
        now_ms = self._clock()
        shown, total = await self._store.hanging(
            guild_id,
            before_ms={state: now_ms - longest_ms for state, longest_ms in _EXPECTED_MS.items()},
            undelivered_since_ms=now_ms - _UNDELIVERED_FOR_MS,
            limit=_SHOWN,
        )
        return [Unsettled(asked, generation) for asked, generation in shown], total

    async def try_again(self, generation_id: int, guild_id: int) -> None:
        """Have the engine look at it now; one that could not be delivered is posted, for free."""
        generation = await self._in(generation_id, guild_id)
        if generation.state is GenerationState.FAILED:
            try:
                generation = await self._store.reopen(generation_id, now_ms=self._clock())
            except StaleStateError:
                raise _gone() from None
        elif generation.is_final:
            raise _gone()
        _log.info("oversight.try_again", generation=generation_id)
        self._look(generation)

    async def give_up(self, generation_id: int, guild_id: int) -> bool:
        """End it by hand and give its quota back; whether Oxen may have it.

        The engine then has Oxen stop it. A video that it finishes all the same is posted, for free.
        """
        generation = await self._in(generation_id, guild_id)
        kind = FailureKind.LOST if generation.result is None else FailureKind.UNDELIVERABLE
        failure = Failure(kind, "A moderator gave it up.")
        try:
            ended = await self._store.fail(generation_id, failure=failure, now_ms=self._clock())
        except StaleStateError:
            raise _gone() from None
        _log.info("oversight.given_up", generation=generation_id)
        self._look(ended)
        return generation.state in AT_OXEN_STATES

    async def _in(self, generation_id: int, guild_id: int) -> Generation:
        generation = await self._store.generation(generation_id)
        asked = await self._store.request(generation.request_id) if generation else None
        if generation is None or asked is None or asked.request.guild_id != guild_id:
            raise _gone()
        return generation


def _gone() -> NotFoundError:
    return NotFoundError("That one has settled itself meanwhile.")
