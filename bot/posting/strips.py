"""Small pictures side by side, as cards show what a video is made from."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Protocol

import discord

from bot.errors import MediaError
from bot.models.references import Element, ReferenceImage

HEIGHT_PX = 160
_FILENAME = "references.webp"


class Strips(Protocol):
    """Stored pictures side by side."""

    async def strip(self, sha256s: Sequence[str], height_px: int) -> bytes:
        """One small WebP of at most four pictures; raises ``MediaError``."""
        ...


async def strip_file(
    strips: Strips, references: Sequence[ReferenceImage], elements: Sequence[Element] = ()
) -> list[discord.File]:
    """The pictures and the front views of the cast as one file; none where nothing can be shown."""
    names = [reference.image.sha256 for reference in references]
    names += [element.front.sha256 for element in elements]
    if not names:
        return []
    try:
        drawn = await strips.strip(names, HEIGHT_PX)
    except MediaError:
        return []
    return [discord.File(io.BytesIO(drawn), filename=_FILENAME)]
