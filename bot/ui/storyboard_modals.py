"""The forms of a storyboard: one shot, its pictures, and what holds for all shots."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import discord
from discord import ui

from bot.generations.rules import MAX_TAKES
from bot.generations.storyboards import MAX_PICTURES, BoardSettings
from bot.models.draft import Draft
from bot.models.generation import Shot
from bot.models.model_form import ModelForm, PicturesField
from bot.models.references import ReferenceImage, ReferenceRole
from bot.ui.forms import Failed, Form, choice, paragraph
from bot.ui.storyboard_card import role_name

_MAX_FILES = 10
"""Discord's own limit for one field."""
_LENGTHS_OFFERED = 25
"""Discord's own limit for a select."""


@dataclass(frozen=True, slots=True)
class ShotPlace:
    """Where a shot stands among the others."""

    number: int
    """1 for the first."""
    of: int
    """How many shots there are, this one included."""
    left_s: int | None
    """What the other shots leave of the longest video; ``None`` where no limit is known."""


@dataclass(frozen=True, slots=True)
class ShotEntered:
    """A shot as it was entered: checked by nobody yet."""

    shot: Shot
    place: int
    removed: bool = False


@dataclass(frozen=True, slots=True)
class PicturesEntered:
    """Pictures that were attached, and those to take out."""

    images: tuple[discord.Attachment, ...]
    start_frame: discord.Attachment | None
    end_frame: discord.Attachment | None
    out: tuple[ReferenceImage, ...]


ShotSubmitted: TypeAlias = Callable[[discord.Interaction[Any], ShotEntered], Awaitable[None]]
PicturesSubmitted: TypeAlias = Callable[
    [discord.Interaction[Any], PicturesEntered], Awaitable[None]
]
SettingsSubmitted: TypeAlias = Callable[[discord.Interaction[Any], BoardSettings], Awaitable[None]]


class ShotModal(Form):
    """One shot; a new one cannot be taken out."""

    def __init__(
        self,
        shot: Shot,
        place: ShotPlace,
        form: ModelForm,
        *,
        submitted: ShotSubmitted,
        failed: Failed,
        is_new: bool = False,
    ) -> None:
        super().__init__("Add a shot" if is_new else f"Shot {place.number}", failed=failed)
        self._submitted = submitted
        self._number = place.number
        self._prompt = paragraph(
            shot.prompt, "prompt", required=True, hint="What happens in this shot"
        )
        self._length = _lengths(shot.duration_s, form)
        self._place: ui.Select[Any] | None = None
        self._removed: ui.Checkbox[Any] | None = None
        limit = form.prompt.max_chars
        most = f"At most {limit} characters. " if limit else ""
        self.ask(
            "Prompt", f"{most}@Image1 is the first picture, @luna one of your cast", self._prompt
        )
        self.ask("Length", _length_hint(place, form), self._length)
        if place.of > 1:
            self._place = _places(place)
            self.ask("Place", "Where it comes in the story", self._place)
        if not is_new:
            self._removed = ui.Checkbox(custom_id="remove", default=False)
            self.ask("Remove", "Take this shot out of the storyboard", self._removed)

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        """Hand over what was entered."""
        shot = Shot(self._prompt.value, int(self._length.values[0]))
        place = int(self._place.values[0]) if self._place else self._number
        removed = bool(self._removed and self._removed.value)
        await self._submitted(interaction, ShotEntered(shot, place, removed))


class PicturesModal(Form):
    """What is attached, and what to take out of what is there."""

    def __init__(
        self, draft: Draft, form: ModelForm, *, submitted: PicturesSubmitted, failed: Failed
    ) -> None:
        super().__init__("Pictures", failed=failed)
        self._submitted = submitted
        self._there = draft.references
        self._images: ui.FileUpload[Any] | None = None
        self._start: ui.FileUpload[Any] | None = None
        self._end: ui.FileUpload[Any] | None = None
        self._out: ui.CheckboxGroup[Any] | None = None
        if form.images is not None:
            self._images = _upload("images", most=min(form.images.most or _MAX_FILES, _MAX_FILES))
            self.ask("Reference pictures", _images_hint(form.images, form), self._images)
        if form.start_frame is not None:
            self._start = _upload("start_frame")
            self.ask("First frame", "The video begins with this picture", self._start)
        if form.end_frame is not None:
            self._end = _upload("end_frame")
            self.ask("Last frame", "It ends with this one; needs a first frame", self._end)
        if self._there:
            self._out = ui.CheckboxGroup(
                custom_id="take_out",
                required=False,
                min_values=0,
                options=[
                    discord.CheckboxGroupOption(label=_option_name(one), value=str(at))
                    for at, one in enumerate(self._there[:MAX_PICTURES])
                ],
            )
            self.ask("Take out", "A picture attached above comes in its place", self._out)

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        """Hand over what was entered."""
        chosen = self._out.values if self._out else ()
        await self._submitted(
            interaction,
            PicturesEntered(
                images=tuple(self._images.values) if self._images else (),
                start_frame=_only(self._start),
                end_frame=_only(self._end),
                out=tuple(self._there[int(at)] for at in chosen),
            ),
        )


class SettingsModal(Form):
    """What holds for all shots."""

    def __init__(
        self, draft: Draft, form: ModelForm, *, submitted: SettingsSubmitted, failed: Failed
    ) -> None:
        super().__init__("Settings", failed=failed)
        self._submitted = submitted
        self._draft = draft
        self._ratio: ui.Select[Any] | None = None
        self._audio: ui.Checkbox[Any] | None = None
        self._negative: ui.TextInput[Any] | None = None
        settings = draft.settings
        if form.aspect_ratio is not None:
            ratios = {ratio: ratio for ratio in form.aspect_ratio.choices}
            self._ratio = choice("aspect_ratio", ratios, settings.aspect_ratio)
            self.ask("Aspect ratio", "Width to height", self._ratio)
        if form.audio is not None:
            self._audio = ui.Checkbox(custom_id="audio", default=settings.audio)
            self.ask("Sound", "With sound; voices in Chinese and English", self._audio)
        if form.negative_prompt is not None:
            self._negative = paragraph(
                settings.negative_prompt or "", "negative_prompt", required=False
            )
            self.ask("Negative prompt", "What to avoid; empty for the usual", self._negative)
        takes = {str(n): str(n) for n in range(1, MAX_TAKES + 1)}
        self._takes = choice("takes", takes, str(draft.takes))
        self.ask("Takes", f"1 to {MAX_TAKES} different videos, each at full cost", self._takes)
        self._private: ui.Checkbox[Any] = ui.Checkbox(custom_id="private", default=draft.private)
        self.ask("Private", "Only for you, by direct message", self._private)

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        """Hand over what was entered."""
        known = self._draft.settings
        negative = self._negative.value if self._negative else known.negative_prompt
        await self._submitted(
            interaction,
            BoardSettings(
                aspect_ratio=self._ratio.values[0] if self._ratio else known.aspect_ratio,
                audio=self._audio.value if self._audio else known.audio,
                negative_prompt=negative or "",
                takes=int(self._takes.values[0]),
                private=self._private.value,
            ),
        )


def _lengths(chosen_s: int, form: ModelForm) -> ui.Select[Any]:
    shortest, longest = (form.shots.min_shot_s, form.shots.max_shot_s) if form.shots else (1, 15)
    offered = range(shortest, min(longest, shortest + _LENGTHS_OFFERED - 2) + 1)
    return choice("duration", {str(s): f"{s} s" for s in offered}, str(chosen_s), "{} s")


def _length_hint(place: ShotPlace, form: ModelForm) -> str:
    shots = form.shots
    limit = f"{shots.min_shot_s} to {shots.max_shot_s} seconds" if shots else "In seconds"
    if place.left_s is None or place.of == 1:
        return limit
    return f"{limit}; the other shots leave {max(place.left_s, 0)} s"


def _places(place: ShotPlace) -> ui.Select[Any]:
    names = {str(n): str(n) for n in range(1, place.of + 1)}
    names["1"], names[str(place.of)] = "1, the first", f"{place.of}, the last"
    return choice("place", names, str(place.number))


def _upload(custom_id: str, *, most: int = 1) -> ui.FileUpload[Any]:
    return ui.FileUpload(custom_id=custom_id, required=False, min_values=0, max_values=most)


def _images_hint(field: PicturesField, form: ModelForm) -> str:
    most = form.max_images_in_all or field.most
    limit = f"; at most {most}" if most else ""
    cast = ", the cast's included" if form.max_images_in_all and form.elements else ""
    return f"@Image1 onwards, as JPEG, PNG or WebP{limit}{cast}"


def _option_name(reference: ReferenceImage) -> str:
    name = role_name(reference)
    return name if reference.role is ReferenceRole.IMAGE else name.capitalize()


def _only(upload: ui.FileUpload[Any] | None) -> discord.Attachment | None:
    values: Sequence[discord.Attachment] = upload.values if upload else ()
    return values[0] if values else None
