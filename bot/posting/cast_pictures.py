"""Pictures of the cast as files that travel with a card."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping, Sequence
from typing import Protocol

import discord

from bot.errors import MediaError
from bot.models.references import StoredImage

_STRIP_PX = 160
_TILE_PX = 160


class KeptPictures(Protocol):
    """Kept pictures, drawn small. Raises ``MediaError``."""

    async def strip(self, sha256s: Sequence[str], height_px: int) -> bytes:
        """One small WebP of at most four pictures."""
        ...

    async def tile(self, sha256: str, side_px: int) -> bytes:
        """The middle square of a picture, as WebP."""
        ...


class CastPictures:
    """Draws what cards show; a picture that cannot be had is left out."""

    def __init__(self, pictures: KeptPictures) -> None:
        self._pictures = pictures

    async def strip(self, images: Sequence[StoredImage]) -> list[discord.File]:
        """All views side by side, in one file at most."""
        try:
            drawn = await self._pictures.strip([image.sha256 for image in images], _STRIP_PX)
        except MediaError:
            return []
        return [discord.File(io.BytesIO(drawn), filename="cast.webp")]

    async def tiles(
        self, images: Mapping[int, StoredImage]
    ) -> tuple[list[discord.File], dict[int, str]]:
        """A small square of each, and the files' names by the same numbers."""
        drawn = await asyncio.gather(
            *(self._tile(number, image) for number, image in images.items())
        )
        files = {
            number: file for number, file in zip(images, drawn, strict=True) if file is not None
        }
        return list(files.values()), {number: file.filename for number, file in files.items()}

    async def _tile(self, number: int, image: StoredImage) -> discord.File | None:
        try:
            drawn = await self._pictures.tile(image.sha256, _TILE_PX)
        except MediaError:
            return None
        return discord.File(io.BytesIO(drawn), filename=f"cast{number}.webp")
