"""Which of several takes is the best one: picked by the owner, or voted for by everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Choice:
    """How far the takes of one request are chosen among."""

    picked: int | None = None
    """The generation that was picked."""
    is_poll: bool = False
    """Whether everybody chooses."""
    is_open: bool = False
    """Whether votes are still taken."""
    votes: Mapping[int, int] = field(default_factory=dict, hash=False)
    """Voices by generation; those without any may be missing."""

    @property
    def voices(self) -> int:
        """How many people have voted."""
        return sum(self.votes.values())

    @property
    def is_decided(self) -> bool:
        """Whether a poll has chosen: then nobody picks another. One that ended level has not."""
        return self.is_poll and not self.is_open and len(self.leaders()) == 1

    def leaders(self) -> tuple[int, ...]:
        """The generations with the most voices; none where nobody has voted."""
        most = max(self.votes.values(), default=0)
        return tuple(g for g, voices in sorted(self.votes.items()) if voices == most > 0)
