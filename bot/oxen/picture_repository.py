"""A public Oxen repository as a lasting home for reference pictures."""

from __future__ import annotations

from dataclasses import dataclass

from bot.oxen.client import Committer, OxenClient, RepositoryPlace


@dataclass(frozen=True, slots=True)
class PictureRepository:
    """Commits pictures to one place."""

    client: OxenClient
    place: RepositoryPlace

    async def commit(self, content: bytes, *, media_type: str, path: str) -> str:
        """Commit a picture; the address under which it is served. Raises ``OxenError``."""
        return await self.client.upload(
            content,
            media_type=media_type,
            place=self.place,
            path=path,
            message="Add a reference picture",
            committer=Committer("Clapperboard", "clapperboard@localhost"),
        )
