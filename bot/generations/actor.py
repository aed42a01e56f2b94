"""Who does something with videos, and what they may."""

from __future__ import annotations

from dataclasses import dataclass

from bot.models.generation import VideoRequest


@dataclass(frozen=True, slots=True)
class Actor:
    """Who presses a button or gives a command."""

    user_id: int
    guild_id: int | None
    """Where they do it; ``None`` in direct messages."""
    is_moderator: bool = False
    """Whether they may manage messages there."""
    channel_id: int | None = None
    """The channel to which that is limited, as each has permissions of its own."""

    def may_see(self, request: VideoRequest) -> bool:
        """Their own, and what is public in the server that they are in."""
        if request.user_id == self.user_id:
            return True
        return not request.private and request.guild_id == self.guild_id is not None

    def moderates(self, request: VideoRequest) -> bool:
        """Whether they may manage messages where the request stands."""
        is_here = self.channel_id in {None, request.channel_id}
        return self.is_moderator and is_here and request.guild_id == self.guild_id is not None
