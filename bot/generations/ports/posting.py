"""The cards and the videos that people see."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.models.choice import Choice
from bot.models.generation import Generation, RequestWithTakes, Surface
from bot.models.video import VideoFacts


@dataclass(frozen=True, slots=True)
class Progress:
    """All that a placeholder shows."""

    request: RequestWithTakes
    waiting_position: int | None = None
    """1 for next in line; ``None`` when nothing of the request is waiting."""
    expected_at_ms: int | None = None
    """When the request is expected to be finished, from recent generations like it."""
    oxen_away: bool = False
    """Oxen is not answering; the request is safe and goes out when it is back."""
    waiting_total: int = 0
    """Generations waiting in all, for the text that goes with ``oxen_away``."""
    choice: Choice | None = None
    """How far its takes are chosen among; ``None`` where there is one only."""


@dataclass(frozen=True, slots=True)
class FinishedVideo:
    """All that a result card shows."""

    request: RequestWithTakes
    generation: Generation
    file: Path | None
    """``None`` where no version of the video is small enough for the channel."""
    facts: VideoFacts
    """Of ``file``, which may be smaller than the original; of the original without a file."""
    shrunk: bool
    """The channel's limit did not admit the original; a button fetches a link to it."""


class Placeholders(Protocol):
    """The cards that show how far requests are. Raises the ``PostError`` family."""

    async def show_progress(self, progress: Progress) -> int | None:
        """Bring the placeholder in step; its message id, or ``None`` where there is none."""
        ...


class ResultPosts(Protocol):
    """The messages with the videos. Raises the ``PostError`` family."""

    async def choose_surface(self, request: RequestWithTakes) -> Surface:
        """Where the result can be posted, by what the bot may do there now."""
        ...

    async def upload_limit_bytes(self, request: RequestWithTakes, surface: Surface) -> int:
        """How large a file may be there."""
        ...

    async def post(self, finished: FinishedVideo, surface: Surface, *, nonce: str) -> int:
        """Post the result; the message id.

        Again with the same nonce within the nonce window it does not post twice; an edited
        placeholder stays one message in any case. Raises ``PostDeletedError`` when the message was
        there and has been deleted.
        """
        ...

    async def find(
        self, request: RequestWithTakes, generation: Generation, surface: Surface
    ) -> int | None:
        """Look for the bot's own post of this generation; its message id."""
        ...

    async def delete(self, request: RequestWithTakes, generation: Generation) -> None:
        """Take the post away, and a placeholder that only points to it; gone already is fine."""
        ...
