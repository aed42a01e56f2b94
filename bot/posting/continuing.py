"""The last frame of a video as a picture that a wish brings along."""

from __future__ import annotations

from dataclasses import dataclass

from bot.generations.actor import Actor
from bot.generations.scenes import SceneService
from bot.models.generation import Origin
from bot.models.references import ReferenceRole
from bot.posting.wishes import Picture


@dataclass(frozen=True, slots=True)
class LastFrame:
    """A ``PictureFile``: read only once the interaction is acknowledged, for it takes a while."""

    scenes: SceneService
    origin: Origin
    actor: Actor
    model: str
    size: int = 0
    url: str | None = None

    async def read(self) -> bytes:
        """The picture; raises ``UserError``."""
        return await self.scenes.last_frame(self.origin, self.actor, model=self.model)


def last_frame_of(scenes: SceneService, origin: Origin, actor: Actor, model: str) -> Picture:
    """The start frame of what continues the video that the origin names."""
    return Picture(
        label="The last frame",
        role=ReferenceRole.START_FRAME,
        position=1,
        attachment=LastFrame(scenes, origin, actor, model),
        comes_again=True,
    )
