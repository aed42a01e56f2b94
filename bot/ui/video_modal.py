"""The form that makes a video again with changes: everything known is filled in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import discord
from discord import ui

PROMPT_FIELD_CHARS = 1000
"""Room for a prompt. More than the model takes, so that nothing typed is cut off: the check that
follows says by how much it is too long."""

_INPUT_MAX_CHARS = 4000
"""Discord's own limit for one text input."""
_OPEN_S = 3600.0
"""How long a form may stay open; discord.py keeps it in memory until then."""
_MAX_OPTIONS = 25


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
Failed: TypeAlias = Callable[[discord.Interaction[Any], Exception], Awaitable[None]]


class VideoModal(ui.Modal):
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
    ) -> None:
        super().__init__(title=title, timeout=_OPEN_S)
        self._submitted = submitted
        self._failed = failed
        self._prompt: ui.TextInput[Any] = _paragraph(filled_in.prompt, "prompt", required=True)
        self._negative: ui.TextInput[Any] = _paragraph(
            filled_in.negative_prompt, "negative_prompt", required=False
        )
        self._duration = _choice(
            "duration", {str(s): f"{s} s" for s in durations_s}, str(filled_in.duration_s), "{} s"
        )
        self._aspect_ratio = _choice(
            "aspect_ratio", {ratio: ratio for ratio in aspect_ratios}, filled_in.aspect_ratio, "{}"
        )
        self._audio: ui.Checkbox[Any] = ui.Checkbox(custom_id="audio", default=filled_in.audio)
        shortest, longest = min(durations_s), max(durations_s)
        for name, description, item in (
            ("Prompt", f"At most {prompt_limit} characters", self._prompt),
            ("Negative prompt", "What to avoid; empty for the usual", self._negative),
            ("Length", f"{shortest} to {longest} seconds", self._duration),
            ("Aspect ratio", "Width to height", self._aspect_ratio),
            ("Sound", "With sound; voices in Chinese and English", self._audio),
        ):
            self.add_item(ui.Label(text=name, description=description, component=item))

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

    # discord.py's own Modal drops the base class's third argument in the same way.
    async def on_error(  # type: ignore[override]
        self, interaction: discord.Interaction[Any], error: Exception, /
    ) -> None:
        """Hand over what went wrong, so that it is answered where all errors are."""
        await self._failed(interaction, error)


def _paragraph(value: str, custom_id: str, *, required: bool) -> ui.TextInput[Any]:
    known = value[:_INPUT_MAX_CHARS]
    return ui.TextInput(
        style=discord.TextStyle.paragraph,
        custom_id=custom_id,
        default=known or None,
        required=required,
        max_length=max(PROMPT_FIELD_CHARS, len(known)),
    )


def _choice(custom_id: str, choices: dict[str, str], chosen: str, wording: str) -> ui.Select[Any]:
    """A select with the present value chosen, even where the model no longer offers it."""
    offered = choices if chosen in choices else {chosen: wording.format(chosen), **choices}
    return ui.Select(
        custom_id=custom_id,
        options=[
            discord.SelectOption(label=label, value=value, default=value == chosen)
            for value, label in list(offered.items())[:_MAX_OPTIONS]
        ],
    )
