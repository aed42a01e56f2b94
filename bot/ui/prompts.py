"""What a video was asked for, as cards quote it: a prompt, or a storyboard shot by shot."""

from __future__ import annotations

from bot.models.generation import VideoSettings
from bot.ui import figures
from bot.ui.figures import DOT
from bot.ui.text import PROMPT_SHOWN_CHARS, neutralise, quote_prompt

_SHOTS_SHOWN = 6
"""A line or two each on a phone; more would push the video out of sight."""
_ALL_SHOTS_CHARS = 360
_SHORTEST_CHARS = 60


def quoted(settings: VideoSettings) -> str:
    """The prompt as a quotation of one line; of a storyboard, a line for each shot."""
    shots = settings.shots
    if not shots:
        return quote_prompt(settings.prompt)
    shown = shots[:_SHOTS_SHOWN]
    limit = shot_shown_chars(len(shown))
    lines = [
        f"> **Shot {number}**{DOT}{shot.duration_s} s{DOT}{neutralise(shot.prompt, limit) or '…'}"
        for number, shot in enumerate(shown, start=1)
    ]
    if more := len(shots) - len(shown):
        lines.append(f"> and {figures.shots(more)} more")
    return "\n".join(lines)


def shot_shown_chars(shots: int) -> int:
    """How much of each of so many shots a card shows, so that it fits a phone's screen."""
    return max(_SHORTEST_CHARS, min(PROMPT_SHOWN_CHARS, _ALL_SHOTS_CHARS // max(shots, 1)))
