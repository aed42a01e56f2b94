"""Previews: free animatics of drafts, a few at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

import structlog

from bot.errors import MediaError, UnavailableError
from bot.generations.rules import tidy
from bot.models.draft import Draft
from bot.models.generation import VideoSettings
from bot.models.references import Element, ReferenceImage

_log = structlog.get_logger(__name__)

_AT_ONCE = 2
"""Each keeps a core busy for a third of the video's length."""
_ALL = 10
"""Those being drawn and those waiting: the last in line waits half a minute at most."""


class Animatics(Protocol):
    """Draws animatics."""

    async def animatic(
        self,
        settings: VideoSettings,
        references: Sequence[ReferenceImage],
        elements: Sequence[Element],
    ) -> bytes:
        """An MP4 of the request; raises ``MediaError``."""
        ...


class PreviewService:
    """Lets drafts be seen before they cost anything. Raises ``UnavailableError`` with words."""

    def __init__(self, animatics: Animatics) -> None:
        self._animatics = animatics
        self._people: set[int] = set()
        self._hands = asyncio.Semaphore(_AT_ONCE)

    async def animatic(self, draft: Draft, elements: Sequence[Element]) -> bytes:
        """Draw the animatic of a draft with its cast; an MP4."""
        if draft.user_id in self._people:
            raise UnavailableError(
                "I am still drawing another animatic for you. Press Preview once it is there."
            )
        if len(self._people) >= _ALL:
            raise UnavailableError(
                f"{len(self._people)} animatics are being drawn already. "
                "Press Preview again in half a minute; nothing is lost."
            )
        self._people.add(draft.user_id)
        try:
            async with self._hands:
                return await self._animatics.animatic(
                    tidy(draft.settings), draft.references, elements
                )
        except MediaError as error:
            _log.error("preview.failed", error=str(error))
            raise UnavailableError(
                "I could not draw the animatic. Nothing was charged; "
                "the video itself does not need it."
            ) from error
        finally:
            self._people.discard(draft.user_id)
