"""Where requests came from and what became of them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.models.generation import Generation, OriginKind, VideoSettings


@dataclass(frozen=True, slots=True)
class Relative:
    """A request as its relatives see it."""

    request_id: int
    parent_id: int | None
    kind: OriginKind | None
    """How it came out of its parent; ``None`` for a first one."""
    user_id: int
    user_name: str
    """Display name at the time; untrusted text."""
    guild_id: int | None
    channel_id: int
    private: bool
    settings: VideoSettings
    generations: tuple[Generation, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """The requests nearest to one of them, which is among them."""

    relatives: tuple[Relative, ...]
    is_whole: bool
    """Whether there are no others beyond these."""
