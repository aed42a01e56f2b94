"""What a person typed and attached, kept so that a failed check loses nothing."""

from __future__ import annotations

from dataclasses import dataclass

from bot.models.generation import Origin, VideoSettings
from bot.models.references import ReferenceImage


@dataclass(frozen=True, slots=True)
class Draft:
    """A request that is not one yet: nothing in it has been checked."""

    user_id: int
    settings: VideoSettings
    references: tuple[ReferenceImage, ...]
    takes: int
    private: bool
    origin: Origin | None = None
    poll: bool = False
    """Whether everybody chooses among the takes."""
