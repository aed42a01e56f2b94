"""The form that makes a video again with changes: everything known is filled in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import discord
from discord import ui

from bot.generations.extras import Extras, read, with_sound, written
from bot.generations.wording import lengths_of
from bot.models.generation import VideoSettings
from bot.models.kling import KLING_FORM
from bot.models.model_form import ModelForm
from bot.ui.forms import MOST_OPTIONS, Failed, Form, choice, paragraph
from bot.ui.text import plain, shorten

_HINT_CHARS = 100
"""Discord's limit for a placeholder."""
_DESCRIPTION_CHARS = 100
_TITLE_CHARS = 45
_MOST_FIELDS = 5
"""Discord's limits for a form."""


@dataclass(frozen=True, slots=True)
class VideoForm:
    """What the form shows and gives back: as typed, checked by nobody yet."""

    prompt: str
    negative_prompt: str
    """Empty leaves the model's own default."""
    duration_s: int
    aspect_ratio: str
    audio: bool
    extra: Extras = ()


Submitted: TypeAlias = Callable[[discord.Interaction[Any], VideoForm], Awaitable[None]]


def what_happens_next(before: VideoSettings) -> str:
    """What an empty prompt field says: the scene before, for who has forgotten its words."""
    return shorten(f"After: {plain(before.words())}", _HINT_CHARS)


class VideoModal(Form):
    """The form, with a field for whatever the model takes.

    ``submitted`` gets what was entered, and what has no field as it was; ``failed`` gets whatever
    ``submitted`` raises.
    """

    def __init__(
        self,
        filled_in: VideoForm,
        *,
        submitted: Submitted,
        failed: Failed,
        takes: ModelForm = KLING_FORM,
        title: str = "Edit video",
        prompt_hint: str | None = None,
        pictures_note: str = "",
    ) -> None:
        super().__init__(shorten(plain(title), _TITLE_CHARS), failed=failed)
        self._submitted = submitted
        self._before = filled_in
        self._takes = takes
        self._prompt: ui.TextInput[Any] = paragraph(
            filled_in.prompt, "prompt", required=True, hint=prompt_hint
        )
        self._negative: ui.TextInput[Any] | None = None
        self._duration: ui.Select[Any] | None = None
        self._aspect_ratio: ui.Select[Any] | None = None
        self._audio: ui.Checkbox[Any] | None = None
        self._extra: ui.TextInput[Any] | None = None
        most = takes.prompt.max_chars
        said = f"At most {most:,} characters" if most else "What happens"
        self.ask("Prompt", f"{said}{pictures_note}", self._prompt)
        if takes.negative_prompt is not None:
            self._negative = paragraph(filled_in.negative_prompt, "negative_prompt", required=False)
            self.ask("Negative prompt", "What to avoid; empty for the usual", self._negative)
        self._ask_look(takes)

    def _ask_look(self, takes: ModelForm) -> None:
        before = self._before
        if takes.duration is not None:
            lengths = takes.duration.choices_s
            self._duration = choice(
                "duration",
                {str(length): f"{length} s" for length in _spread(lengths, before.duration_s)},
                str(before.duration_s),
                "{} s",
            )
            said = shorten(f"{lengths_of(lengths)} seconds", _DESCRIPTION_CHARS)
            self.ask("Length", said, self._duration)
        if takes.aspect_ratio is not None:
            shapes = {shape: shape for shape in takes.aspect_ratio.choices}
            self._aspect_ratio = choice("aspect_ratio", shapes, before.aspect_ratio)
            self.ask("Aspect ratio", "Width to height", self._aspect_ratio)
        # Where there are extras and no room for both, the sound is one of them.
        room = _MOST_FIELDS - len(self.children)
        extra = before.extra
        if takes.audio is not None and (room > 1 or not takes.extras):
            self._audio = ui.Checkbox(custom_id="audio", default=before.audio)
            self.ask("Sound", "With sound", self._audio)
        elif takes.audio is not None:
            extra = ((takes.audio, before.audio), *extra)
        if takes.extras:
            names = ", ".join(field.parameter for field in takes.extras)
            self._extra = paragraph(written(extra), "extra", required=False)
            said = shorten(f"As name=value: {names}", _DESCRIPTION_CHARS)
            self.ask("Extra", said, self._extra)

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        """Hand over what was entered."""
        before = self._before
        audio, extra = self._sound_and_extra()
        await self._submitted(
            interaction,
            VideoForm(
                prompt=self._prompt.value,
                negative_prompt=(
                    self._negative.value if self._negative else before.negative_prompt
                ),
                duration_s=(int(self._duration.values[0]) if self._duration else before.duration_s),
                aspect_ratio=(
                    self._aspect_ratio.values[0] if self._aspect_ratio else before.aspect_ratio
                ),
                audio=audio,
                extra=extra,
            ),
        )

    def _sound_and_extra(self) -> tuple[bool, Extras]:
        before, audio = self._before, self._takes.audio
        if self._audio is not None:
            before = replace(before, audio=self._audio.value)
        if self._extra is None:
            return before.audio, before.extra
        typed = read(self._extra.value, with_sound(self._takes))
        if self._audio is not None or audio is None:
            return before.audio, typed
        sound = dict(typed).get(audio, before.audio)
        if not isinstance(sound, bool):
            return before.audio, typed
        return sound, tuple(pair for pair in typed if pair[0] != audio)


def _spread(lengths: Sequence[int], chosen: int) -> list[int]:
    """As many lengths as a select holds, over the whole range, the chosen one among them."""
    step = -(-len(lengths) // (MOST_OPTIONS - 1))
    if len(lengths) <= MOST_OPTIONS:
        return list(lengths)
    return sorted({*lengths[::step], *({chosen} & set(lengths))})
