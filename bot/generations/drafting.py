"""Drafts: requests in preparation, each its author's own until it becomes a request or expires."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

from bot.errors import InvalidRequestError, NotFoundError, StaleStateError
from bot.generations.actor import Actor
from bot.models.clock import Clock
from bot.models.draft import Draft

Edit: TypeAlias = Callable[[Draft], Draft]
"""Pure and quick: it runs inside a transaction, and again after a deadlock."""

_GONE = "That was discarded, or left alone for too long. Start again with /video create."
_BEGUN = (
    "That has become a video already, so it stays as it is. "
    "Press Edit below the video to make another one from it."
)


class DraftStore(Protocol):
    """Drafts, kept for a while after they were last touched. Raises ``StoreError``."""

    async def keep(self, draft: Draft, *, now_ms: int) -> int:
        """Write a draft down; its id."""
        ...

    async def draft(self, draft_id: int, *, now_ms: int) -> Draft | None:
        """A draft, if it is still there."""
        ...

    async def change(self, draft_id: int, user_id: int, edit: Edit, *, now_ms: int) -> Draft | None:
        """Change a person's draft in one transaction and keep it from expiring; how it is now.

        ``None`` where it is not there, or not theirs. What ``edit`` raises reaches the caller with
        nothing changed; ``StaleStateError`` is raised for a draft that has become a request.
        """
        ...

    async def latest_storyboard(self, user_id: int, *, now_ms: int) -> tuple[int, Draft] | None:
        """The draft with shots that a person last touched and that has not become a request."""
        ...

    async def discard(self, draft_id: int, user_id: int) -> None:
        """Forget a person's draft."""
        ...


class DraftService:
    """A person's drafts; everything raises ``UserError`` with words for the person."""

    def __init__(self, store: DraftStore, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def keep(self, draft: Draft) -> int:
        """Write a draft down, for buttons that come back to it; its id."""
        return await self._store.keep(draft, now_ms=self._clock())

    async def draft(self, draft_id: int, actor: Actor) -> Draft:
        """A draft of the person's own; raises ``NotFoundError``."""
        draft = await self._store.draft(draft_id, now_ms=self._clock())
        if draft is None or draft.user_id != actor.user_id:
            raise NotFoundError(_GONE)
        return draft

    async def change(self, draft_id: int, actor: Actor, edit: Edit) -> Draft:
        """Change a draft of the person's own; how it is now.

        Raises ``NotFoundError``, ``InvalidRequestError`` where it has become a video, and whatever
        ``UserError`` the edit raises.
        """
        try:
            changed = await self._store.change(draft_id, actor.user_id, edit, now_ms=self._clock())
        except StaleStateError as error:
            raise InvalidRequestError(_BEGUN) from error
        if changed is None:
            raise NotFoundError(_GONE)
        return changed

    async def latest_storyboard(self, actor: Actor) -> tuple[int, Draft] | None:
        """The storyboard that the person last worked on and has not rendered, with its id."""
        return await self._store.latest_storyboard(actor.user_id, now_ms=self._clock())

    async def discard(self, draft_id: int, actor: Actor) -> None:
        """Forget a draft of the person's own; gone already is fine."""
        await self._store.discard(draft_id, actor.user_id)
