"""Looking back: one's own requests, page by page and by their numbers."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.errors import InvalidRequestError, MediaError
from bot.models.generation import GenerationState, RequestWithTakes
from bot.models.history import HistoryFilter, HistoryPage, HistoryState
from bot.models.video import StoredVideo

_log = structlog.get_logger(__name__)

PAGE_SIZE = 5
_COMPLETED = 25
"""Discord shows this many suggestions."""
_POSTERS_AT_ONCE = 2
"""Each decodes a video: more would only keep the two or three cores of a small machine busy."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a person wants to see; days are whole ones, both included."""

    state: HistoryState | None = None
    model: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None


def digest(model: str) -> str:
    """A model's name in eight characters: names are too long for a button."""
    return hashlib.sha256(model.encode()).hexdigest()[:8]


class HistoryStore(Protocol):
    """Requests by person."""

    async def page(
        self, user_id: int, wanted: HistoryFilter, *, number: int, size: int
    ) -> HistoryPage:
        """A page of what the filter lets through, the latest first."""
        ...

    async def models(self, user_id: int) -> tuple[str, ...]:
        """The models that a person has used."""
        ...


class Posters(Protocol):
    """Frames of finished videos."""

    async def poster(self, video: StoredVideo, side_px: int) -> bytes:
        """A JPEG of one frame; raises ``MediaError``."""
        ...


class HistoryService:
    """What a person has asked for. Everything raises ``UserError`` with words for the person."""

    def __init__(self, store: HistoryStore, posters: Posters, *, zone: ZoneInfo) -> None:
        self._store = store
        self._posters = posters
        self._zone = zone
        self._hands = asyncio.Semaphore(_POSTERS_AT_ONCE)

    async def named(self, user_id: int, search: Search) -> Search:
        """The search with its model by name, where a button brought only the digest."""
        used = await self._store.models(user_id)
        name = next((model for model in used if digest(model) == search.model), search.model)
        return replace(search, model=name)

    async def page(self, user_id: int, search: Search, number: int) -> HistoryPage:
        """A page of the person's requests; the last one there is where ``number`` is beyond it."""
        wanted = self._filter(search)
        page = await self._store.page(user_id, wanted, number=number, size=PAGE_SIZE)
        while not page.requests and page.number:
            page = await self._store.page(user_id, wanted, number=page.number - 1, size=PAGE_SIZE)
        return page

    async def suggestions(
        self, user_id: int, typed: str, *, state: HistoryState | None = None
    ) -> Sequence[RequestWithTakes]:
        """The latest requests whose number or prompt holds what was typed so far."""
        wanted = HistoryFilter(state=state, text=typed.strip())
        number = typed.strip().removeprefix("#")
        if number.isdecimal():
            wanted = HistoryFilter(state=state, number=number)
        return (await self._store.page(user_id, wanted, number=0, size=_COMPLETED)).requests

    async def models(self, user_id: int) -> tuple[str, ...]:
        """The models that the person has used."""
        return await self._store.models(user_id)

    async def poster(self, asked: RequestWithTakes, *, side_px: int) -> bytes | None:
        """A frame of the first finished take, or ``None`` where there is none to be had."""
        for take in asked.generations:
            if take.state is not GenerationState.DELIVERED or take.result is None:
                continue
            try:
                async with self._hands:
                    return await self._posters.poster(take.result, side_px)
            except MediaError:
                _log.info("history.no_poster", generation=take.id)
        return None

    def _filter(self, search: Search) -> HistoryFilter:
        if search.since and search.until and search.until < search.since:
            raise InvalidRequestError(
                f"{search.until} is before {search.since}. Swap since and until."
            )
        return HistoryFilter(
            state=search.state,
            model=search.model or None,
            text=search.text,
            from_ms=self._midnight_ms(search.since) if search.since else None,
            before_ms=(
                self._midnight_ms(search.until + timedelta(days=1)) if search.until else None
            ),
        )

    def _midnight_ms(self, day: date) -> int:
        return int(datetime.combine(day, time(), self._zone).timestamp() * 1000)


def parsed_day(typed: str | None, *, option: str) -> date | None:
    """A day as people type it, ``2026-11-22``; raises ``InvalidRequestError``."""
    if not typed or not typed.strip():
        return None
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError as error:
        raise InvalidRequestError(
            f"{option} is a day, such as 2026-11-22; “{typed.strip()[:40]}” is not one."
        ) from error
    if not 1970 < day.year < 9999:  # noqa: PLR2004  what a timestamp can hold
        raise InvalidRequestError(f"{option} is a day between 1971 and 9998.")
    return day


def parsed_number(typed: str) -> int:
    """A request's number, ``17`` or ``#17``; raises ``InvalidRequestError``."""
    number = typed.strip().removeprefix("#")
    if not (number.isascii() and number.isdigit() and len(number) < 19):  # noqa: PLR2004  64 bits
        raise InvalidRequestError(
            "That is not a video's number. Choose one of those shown while you type, "
            "or look through /video history."
        )
    return int(number)
