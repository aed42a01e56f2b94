"""Housekeeping: pictures that nobody means any more do not stay on the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Protocol

import structlog

from bot.errors import ClapperboardError

_log = structlog.get_logger(__name__)

_EVERY_S = 3_600.0
_KEPT_S = 24 * 3_600.0
"""How long what was attached stays although nothing came of it: much longer than any command."""
_AT_HAND_S = 30.0
"""A picture handed in so lately may be about to be written down; otherwise it can go at once."""


class PictureShelf(Protocol):
    """Pictures on disk, by their SHA-256."""

    async def untouched(self, for_s: float) -> tuple[str, ...]:
        """The pictures that nobody has handed in for so many seconds."""
        ...

    async def forget(self, sha256s: Collection[str], *, untouched_s: float) -> int:
        """Delete those that are still untouched for so long; the bytes that this frees."""
        ...


class PictureUses(Protocol):
    """What the database says of pictures."""

    async def unused(self, sha256s: Collection[str]) -> frozenset[str]:
        """Those of the pictures that no request, draft or cast member means."""
        ...


class Housekeeper:
    """Deletes the pictures of requests that were refused, and of drafts that are gone.

    ``lapse`` forgets what has waited too long in the database, before each look.
    """

    def __init__(
        self, shelf: PictureShelf, uses: PictureUses, *, lapse: Callable[[], Awaitable[None]]
    ) -> None:
        self._shelf = shelf
        self._uses = uses
        self._lapse = lapse

    async def run(self) -> None:
        """Tidy up for ever."""
        while True:
            try:
                await self.tidy()
            except ClapperboardError as error:
                _log.warning("housekeeping.failed", error=type(error).__name__)
            await asyncio.sleep(_EVERY_S)

    async def tidy(self) -> None:
        """Tidy up once. A picture that is handed in again meanwhile is left alone."""
        await self._lapse()
        old = await self._shelf.untouched(_KEPT_S)
        unused = await self._uses.unused(old) if old else frozenset()
        if unused:
            freed_bytes = await self._shelf.forget(unused, untouched_s=_KEPT_S)
            _log.info("housekeeping.pictures", count=len(unused), freed_bytes=freed_bytes)

    async def let_go(self, sha256s: Collection[str]) -> None:
        """Delete at once those that nothing means any more; a failure leaves them to ``tidy``."""
        try:
            unused = await self._uses.unused(sha256s)
            await self._shelf.forget(unused, untouched_s=_AT_HAND_S)
        except ClapperboardError as error:
            _log.warning("housekeeping.failed", error=type(error).__name__)
