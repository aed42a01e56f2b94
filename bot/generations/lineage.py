"""Lineage: the tree of requests that came out of one another, as one person may see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

from bot.errors import NotFoundError
from bot.generations.actor import Actor
from bot.generations.history import HistoryService
from bot.models.generation import OriginKind, RequestWithTakes
from bot.models.lineage import Family, Relative

NEAREST = 20
"""What a card has room for on a phone."""
_COMPLETED = 25
"""Discord shows this many suggestions."""

Readable = Callable[[int, int], bool]
"""Whether the person may read a channel, by the ids of its server and its own."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One request in its place in the tree."""

    depth: int
    kind: OriginKind | None
    relative: Relative | None
    """``None`` where it is not for this person's eyes."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """A tree in the order in which it is read: every request before what came out of it."""

    branches: tuple[Branch, ...]
    marked_id: int
    """The request that was asked about."""
    is_whole: bool


class LineageStore(Protocol):
    """Requests by kinship."""

    async def family(self, request_id: int, *, most: int) -> Family | None:
        """The requests nearest to one, that one included."""
        ...

    async def public_in(self, channel_id: int, *, most: int) -> tuple[RequestWithTakes, ...]:
        """The latest public requests of a channel."""
        ...


class LineageService:
    """Who came after whom. Everything raises ``UserError`` with words for the person."""

    def __init__(self, store: LineageStore, history: HistoryService) -> None:
        self._store = store
        self._history = history

    async def lineage(self, request_id: int, actor: Actor, readable: Readable) -> Lineage:
        """The tree around a request; raises ``NotFoundError`` where the person may not see it.

        Requests that they may not see stand in it only where others, which they may, hang on them.
        """
        family = await self._store.family(request_id, most=NEAREST)
        seen = {
            relative.request_id: relative
            for relative in (family.relatives if family else ())
            if _may_see(relative, actor, readable)
        }
        if family is None or request_id not in seen:
            raise NotFoundError("There is no such video here.")
        return Lineage(tuple(_branches(family, seen)), request_id, family.is_whole)

    async def suggestions(
        self, actor: Actor, channel_id: int, typed: str
    ) -> Sequence[RequestWithTakes]:
        """One's own requests, and the channel's latest, that match what was typed so far."""
        own = await self._history.suggestions(actor.user_id, typed)
        around = await self._store.public_in(channel_id, most=2 * _COMPLETED)
        found = {asked.request.id: asked for asked in own}
        for asked in around:
            if actor.may_see(asked.request) and _matches(asked, typed):
                found.setdefault(asked.request.id, asked)
        return sorted(found.values(), key=lambda asked: -asked.request.id)[:_COMPLETED]


def _may_see(relative: Relative, actor: Actor, readable: Readable) -> bool:
    if relative.user_id == actor.user_id:
        return True
    if relative.private or relative.guild_id is None or relative.guild_id != actor.guild_id:
        return False
    return readable(relative.guild_id, relative.channel_id)


def _matches(asked: RequestWithTakes, typed: str) -> bool:
    wanted = typed.strip().removeprefix("#")
    if wanted.isdecimal():
        return str(asked.request.id).startswith(wanted)
    return wanted.casefold() in asked.request.settings.words().casefold()


def _branches(family: Family, seen: dict[int, Relative]) -> list[Branch]:
    by_id = {relative.request_id: relative for relative in family.relatives}
    children: dict[int | None, list[Relative]] = {}
    for relative in family.relatives:
        parent_id = relative.parent_id if relative.parent_id in by_id else None
        children.setdefault(parent_id, []).append(relative)

    def grown(relative: Relative, depth: int) -> list[Branch]:
        below = [grown(child, depth + 1) for child in children.get(relative.request_id, ())]
        shown = seen.get(relative.request_id)
        if shown is None and not any(below):
            return []
        return [Branch(depth, relative.kind, shown), *chain.from_iterable(below)]

    return list(chain.from_iterable(grown(root, 0) for root in children.get(None, ())))
