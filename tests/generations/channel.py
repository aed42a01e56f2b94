"""A place to post in, in memory: keeps the services' ports as Discord would, faults included."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum, auto

from bot.errors import (
    PostAmbiguousError,
    PostDeletedError,
    PostImpossibleError,
    PostPlaceGoneError,
    PostTooLargeError,
)
from bot.generations.ports import FinishedVideo, Progress
from bot.models.generation import Generation, RequestWithTakes, Surface
from tests.generations.ticking import TestClock

NONCE_WINDOW_S = 130.0
"""A little more than the two minutes that the deliverer relies on, so that going over shows."""


class Mishap(Enum):
    """What happens to one send."""

    LOST_BEFORE = auto()
    """It never arrives, and the caller does not learn that."""
    LOST_AFTER = auto()
    """It arrives, and the caller does not learn that."""
    TOO_LARGE = auto()


@dataclass(slots=True)
class Post:
    """A message with a video."""

    id: int
    generation_id: int
    surface: Surface
    nonce: str
    at_s: float
    """By Discord's clock, which nobody sets."""
    size_bytes: int | None
    deleted: bool = False


@dataclass
class Channel:
    """Keeps ``Placeholders`` and ``ResultPosts``."""

    clock: TestClock
    limit_bytes: int = 10 * 2**20
    surface: Surface = Surface.REPLY
    """What is chosen for a first send."""
    closed: set[Surface] = field(default_factory=set)
    """Where the bot may neither post nor look, though what is there stays visible."""
    mute: set[Surface] = field(default_factory=set)
    """Where the bot may look, and not post."""
    gone: set[Surface] = field(default_factory=set)
    """Where the channel was deleted, with all that was in it."""
    mishaps: list[Mishap] = field(default_factory=list)
    """Of the next sends, in order."""
    upload_ms: int = 0
    """How long a send takes, arrived or not."""
    edit_mishaps: list[type[Exception]] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    sends: Counter[int] = field(default_factory=Counter)
    """Sends tried for each generation, whether or not they arrived."""
    cards: list[Progress] = field(default_factory=list)
    """Every picture that a placeholder showed, in order."""
    looks: int = 0
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(5_000))

    def visible(self, generation_id: int) -> list[Post]:
        """The posts of a generation that people see."""
        return [p for p in self.posts if p.generation_id == generation_id and not p.deleted]

    def shown(self, request_id: int) -> list[Progress]:
        """What the placeholder of a request has shown, in order."""
        return [card for card in self.cards if card.request.request.id == request_id]

    async def show_progress(self, progress: Progress) -> int | None:
        if self.edit_mishaps:
            raise self.edit_mishaps.pop(0)
        self.cards.append(progress)
        return progress.request.request.placeholder_message_id

    async def choose_surface(self, request: RequestWithTakes) -> Surface:
        return self.surface

    async def upload_limit_bytes(self, request: RequestWithTakes, surface: Surface) -> int:
        return self.limit_bytes

    async def post(self, finished: FinishedVideo, surface: Surface, *, nonce: str) -> int:
        assert 1 <= len(nonce) <= 25
        generation_id = finished.generation.id
        self.sends[generation_id] += 1
        mishap = self.mishaps.pop(0) if self.mishaps else None
        self._enter(surface)
        if surface in self.mute:
            raise PostImpossibleError("mute")
        self.clock.pass_minutes(self.upload_ms / 60_000)
        if mishap is Mishap.LOST_BEFORE:
            raise PostAmbiguousError("lost")
        size_bytes = finished.file.stat().st_size if finished.file is not None else None
        if mishap is Mishap.TOO_LARGE or (size_bytes or 0) > self.limit_bytes:
            raise PostTooLargeError("too large")
        post = self._put(generation_id, surface, nonce, size_bytes)
        if mishap is Mishap.LOST_AFTER:
            raise PostAmbiguousError("lost")
        return post.id

    async def find(
        self, request: RequestWithTakes, generation: Generation, surface: Surface
    ) -> int | None:
        self.looks += 1
        self._enter(surface)
        found = [p for p in self.visible(generation.id) if p.surface is surface]
        return found[0].id if found and surface is not Surface.PLACEHOLDER else None

    async def delete(self, request: RequestWithTakes, generation: Generation) -> None:
        for post in self.visible(generation.id):
            post.deleted = True

    def _enter(self, surface: Surface) -> None:
        if surface in self.gone:
            for post in self.posts:
                post.deleted = post.deleted or post.surface is surface
            raise PostPlaceGoneError("gone")
        if surface in self.closed:
            raise PostImpossibleError("closed")

    def _put(self, generation_id: int, surface: Surface, nonce: str, size: int | None) -> Post:
        """An edit makes no second message; elsewhere the nonce prevents it, for a while."""
        now_s = self.clock.steady_s()
        for post in self.posts:
            if post.surface is not surface:
                continue
            if surface is Surface.PLACEHOLDER and post.generation_id == generation_id:
                return post
            if post.nonce == nonce and now_s - post.at_s < NONCE_WINDOW_S:
                if post.deleted:
                    raise PostDeletedError("unknown message")
                return post
        post = Post(next(self._ids), generation_id, surface, nonce, now_s, size)
        self.posts.append(post)
        return post
