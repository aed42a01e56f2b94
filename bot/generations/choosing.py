"""One of several takes is the best one: the owner picks it, or everybody votes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import structlog

from bot.errors import (
    BeyondFormError,
    InvalidRequestError,
    NotAllowedError,
    NotFoundError,
    StaleStateError,
)
from bot.generations.actor import Actor
from bot.generations.service import GenerationService
from bot.models.choice import Choice
from bot.models.clock import Clock
from bot.models.generation import Generation, GenerationState, RequestWithTakes

_log = structlog.get_logger(__name__)


class ChoiceStore(Protocol):
    """Picks, polls and voices; every method is one transaction."""

    async def choice(self, request_id: int) -> Choice:
        """How far the takes of a request are chosen among."""
        ...

    async def pick(
        self, request_id: int, generation_id: int, *, user_id: int, now_ms: int
    ) -> Choice:
        """Choose a take."""
        ...

    async def vote(
        self, request_id: int, generation_id: int, *, user_id: int, now_ms: int
    ) -> Choice:
        """Take a person's voice; raises ``StaleStateError`` when the poll has been closed."""
        ...

    async def close(self, request_id: int, *, user_id: int, now_ms: int) -> Choice:
        """End a poll; a take with more voices than any other is picked."""
        ...


class ChoosingService:
    """The rules of picks and polls. Everything raises ``UserError`` with words for the person.

    ``changed`` is told of a take whose card has something new to show.
    """

    def __init__(
        self,
        store: ChoiceStore,
        generations: GenerationService,
        *,
        changed: Callable[[Generation], None],
        clock: Clock,
    ) -> None:
        self._store = store
        self._generations = generations
        self._changed = changed
        self._clock = clock

    async def choose(self, generation_id: int, actor: Actor) -> str:
        """Pick a take, or vote for it; what that did, in words for the person."""
        asked, take = await self._generations.take(generation_id, actor)
        if take.state is not GenerationState.DELIVERED:
            raise NotFoundError(f"Take {take.take} is not there yet. Choose among those that are.")
        choice = await self._store.choice(asked.request.id)
        if choice.is_open:
            return await self._vote(asked, take, actor)
        if choice.is_decided:
            chosen = next((g.take for g in asked.generations if g.id == choice.picked), take.take)
            raise InvalidRequestError(f"The poll has chosen take {chosen}.")
        self._only_owner(asked, actor, "picks the take")
        await self._store.pick(
            asked.request.id, take.id, user_id=actor.user_id, now_ms=self._clock()
        )
        _log.info("take.picked", request=asked.request.id, take=take.take)
        self._changed(take)
        return f"You picked take {take.take}."

    async def close(self, request_id: int, actor: Actor) -> str:
        """End a poll; what came out, in words for the person."""
        asked = await self._generations.request(request_id, actor)
        if not actor.moderates(asked.request):
            self._only_owner(asked, actor, "or a moderator closes the poll")
        choice = await self._store.close(request_id, user_id=actor.user_id, now_ms=self._clock())
        self._changed(asked.generations[0])
        _log.info("poll.closed", request=request_id, voices=choice.voices)
        picked = next((g for g in asked.generations if g.id == choice.picked), None)
        if picked is not None:
            return f"The poll is closed: take {picked.take} it is."
        leaders = [str(g.take) for g in asked.generations if g.id in choice.leaders()]
        if leaders:
            return f"The poll is closed with takes {' and '.join(leaders)} level. Pick one of them."
        return "The poll is closed, and nobody has voted. Pick the take that you like."

    async def _vote(self, asked: RequestWithTakes, take: Generation, actor: Actor) -> str:
        try:
            await self._store.vote(
                asked.request.id, take.id, user_id=actor.user_id, now_ms=self._clock()
            )
        except StaleStateError as error:
            raise InvalidRequestError("The poll has just been closed.") from error
        self._changed(take)
        return f"Your vote is for take {take.take}. You can move it until the poll is closed."

    @staticmethod
    def _only_owner(asked: RequestWithTakes, actor: Actor, deed: str) -> None:
        if actor.user_id != asked.request.user_id:
            raise NotAllowedError(
                f"Only <@{asked.request.user_id}>, who asked for these takes, {deed}."
            )


def check_poll(*, takes: int, private: bool) -> None:
    """Raise ``InvalidRequestError`` where a poll makes no sense."""
    if takes < 2:  # noqa: PLR2004  one is no choice
        raise BeyondFormError("A poll needs something to choose from: ask for 2 to 4 takes.")
    if private:
        raise BeyondFormError("In private there is nobody to vote. Leave out private, or the poll.")
