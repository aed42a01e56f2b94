"""What a video model takes, and what it calls it: options of the bot beside parameter names."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

ExtraValue: TypeAlias = str | int | float | bool
"""A value of a parameter that only one model has."""

ASSUMED_DURATION_S = 5
"""How long a video counts as, for quotas and prices, where the model decides on the length."""


@dataclass(frozen=True, slots=True)
class TextField:
    """A text. ``parameter`` is the model's name for it, here and below."""

    parameter: str
    max_chars: int | None = None
    """``None`` where no limit is known."""


@dataclass(frozen=True, slots=True)
class DurationField:
    """The length of the video in whole seconds."""

    parameter: str
    choices_s: tuple[int, ...]
    """Every length that the model makes, ascending."""
    default_s: int
    as_text: bool = False
    """Whether the model wants ``"5"`` rather than ``5``."""
    unit: str = ""
    """What follows the number in such a text: ``s`` where the model wants ``"5s"``."""


@dataclass(frozen=True, slots=True)
class ChoiceField:
    """One of several words."""

    parameter: str
    choices: tuple[str, ...]
    default: str


@dataclass(frozen=True, slots=True)
class PicturesField:
    """Reference images, ``@Image1`` onwards."""

    parameter: str
    most: int | None
    """``None`` where no limit is known."""
    least: int = 0
    as_list: bool = True
    """Whether the parameter is an array; otherwise it takes one address."""


@dataclass(frozen=True, slots=True)
class FrameField:
    """A first or last frame."""

    parameter: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class ElementsField:
    """The cast: a front view and further angles each."""

    parameter: str
    max_angles: int = 3
    """Beside the front view."""


@dataclass(frozen=True, slots=True)
class ShotsField:
    """A storyboard: a list of prompts with their lengths."""

    parameter: str
    min_shot_s: int = 1
    max_shot_s: int = 15


class ExtraKind(StrEnum):
    """What kind of value an extra parameter takes."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "flag"
    ADDRESS = "address"
    """An http(s) address, as a text."""


@dataclass(frozen=True, slots=True)
class ExtraField:
    """A parameter for which the bot has no option of its own."""

    parameter: str
    kind: ExtraKind
    choices: tuple[ExtraValue, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    max_chars: int | None = None
    default: ExtraValue | None = None
    required: bool = False
    description: str = ""
    """The publisher's own words, untrusted; or empty."""


@dataclass(frozen=True, slots=True)
class ModelForm:
    """One model's form. What is ``None`` the model does not have."""

    prompt: TextField
    duration: DurationField | None = None
    aspect_ratio: ChoiceField | None = None
    negative_prompt: TextField | None = None
    audio: str | None = None
    """Name of the flag for sound."""
    says_silent: bool = False
    """Whether a video without sound must be asked for: there is sound by default."""
    images: PicturesField | None = None
    start_frame: FrameField | None = None
    end_frame: FrameField | None = None
    elements: ElementsField | None = None
    shots: ShotsField | None = None
    max_images_in_all: int | None = None
    """Over reference images and all pictures of the cast together; frames do not count."""
    extras: tuple[ExtraField, ...] = ()
    unfillable: tuple[str, ...] = ()
    """Required parameters of a kind that the bot cannot fill: with any, the model is of no use."""

    @property
    def default_duration_s(self) -> int:
        """The length of a video for which none was asked."""
        return self.duration.default_s if self.duration else ASSUMED_DURATION_S

    @property
    def default_aspect_ratio(self) -> str:
        """The shape of a video for which none was asked; empty where the model decides."""
        return self.aspect_ratio.default if self.aspect_ratio else ""

    @property
    def most_images(self) -> int | None:
        """How many reference images it takes, without a cast; ``None`` where no limit is known."""
        if self.images is None:
            return 0
        known = [one for one in (self.images.most, self.max_images_in_all) if one is not None]
        return min(known, default=None)

    def extra_named(self, name: str) -> ExtraField | None:
        """The extra parameter of this name, whatever its case."""
        wanted = name.casefold()
        return next((one for one in self.extras if one.parameter.casefold() == wanted), None)
