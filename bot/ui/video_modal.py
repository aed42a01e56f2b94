"""The form that makes a video again with changes: everything known is filled in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import discord
from discord import ui

from bot.models.generation import VideoSettings
from bot.ui.forms import Failed, Form, choice, paragraph
from bot.ui.text import plain, shorten

_HINT_CHARS = 100
"""Discord's limit for a placeholder."""


@dataclass(frozen=True, slots=True)
class VideoForm:
    """What the form shows and gives back: as typed, checked by nobody yet."""

    prompt: str
    negative_prompt: str
    """Empty leaves the model's own default."""
    duration_s: int
    aspect_ratio: str
    audio: bool


Submitted: TypeAlias = Callable[[discord.Interaction[Any], VideoForm], Awaitable[None]]


def what_happens_next(before: VideoSettings) -> str:
    """What an empty prompt field says: the scene before, for who has forgotten its words."""
    return shorten(f"After: {plain(before.words())}", _HINT_CHARS)


class VideoModal(Form):
    """The form. ``submitted`` gets what was entered; ``failed`` whatever ``submitted`` raises."""

    def __init__(
        self,
        filled_in: VideoForm,
        *,
        submitted: Submitted,
        failed: Failed,
        durations_s: Sequence[int] = range(3, 16),
        aspect_ratios: Sequence[str] = ("16:9", "9:16", "1:1"),
        prompt_limit: int = 512,
        title: str = "Edit video",
        prompt_hint: str | None = None,
        pictures_note: str = "",
    ) -> None:
        super().__init__(title, failed=failed)
        self._submitted = submitted
        self._prompt: ui.TextInput[Any] = paragraph(
            filled_in.prompt, "prompt", required=True, hint=prompt_hint
        )
        self._negative: ui.TextInput[Any] = paragraph(
            filled_in.negative_prompt, "negative_prompt", required=False
        )
        self._duration = choice(
            "duration", {str(s): f"{s} s" for s in durations_s}, str(filled_in.duration_s), "{} s"
        )
        self._aspect_ratio = choice(
            "aspect_ratio", {ratio: ratio for ratio in aspect_ratios}, filled_in.aspect_ratio, "{}"
        )
        self._audio: ui.Checkbox[Any] = ui.Checkbox(custom_id="audio", default=filled_in.audio)
        shortest, longest = min(durations_s), max(durations_s)
        for name, description, item in (
            ("Prompt", f"At most {prompt_limit} characters{pictures_note}", self._prompt),
            ("Negative prompt", "What to avoid; empty for the usual", self._negative),
            ("Length", f"{shortest} to {longest} seconds", self._duration),
            ("Aspect ratio", "Width to height", self._aspect_ratio),
            ("Sound", "With sound; voices in Chinese and English", self._audio),
        ):
            self.ask(name, description, item)

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        """Hand over what was entered."""
        await self._submitted(
            interaction,
            VideoForm(
                prompt=self._prompt.value,
                negative_prompt=self._negative.value,
                duration_s=int(self._duration.values[0]),
                aspect_ratio=self._aspect_ratio.values[0],
                audio=self._audio.value,
            ),
        )
