"""Takes pictures into the library by the rules of the model that they are for."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from bot.media.picture_library import PictureLibrary
from bot.media.pictures import PictureRules, check_size
from bot.models.references import StoredImage


@dataclass(frozen=True, slots=True)
class PictureDesk:
    """A library with the rules for each model; ``rules_for`` takes Oxen's name of the model."""

    library: PictureLibrary
    rules_for: Callable[[str], PictureRules]

    async def take_in(self, data: bytes, *, model: str, label: str) -> StoredImage:
        """Check a picture and keep it; raises as ``PictureLibrary.take_in``."""
        return await self.library.take_in(data, self.rules_for(model), label=label)

    def check_size(self, size_bytes: int, *, model: str, label: str) -> None:
        """Raise ``InvalidImageError`` for a file that is too large to be worth fetching."""
        check_size(size_bytes, self.rules_for(model), label=label)

    async def hold(self, sha256s: Collection[str]) -> frozenset[str]:
        """Keep pictures from being forgotten just now; those that are not there."""
        return await self.library.hold(sha256s)

    async def suited(self, data: bytes, *, model: str) -> bytes:
        """A PNG of our own made as large, or as small, as the model wants it."""
        return await self.library.suited(data, self.rules_for(model))
