"""What publishers call the things for which the bot has options of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.oxen.schemas import Kind, Parameter

_RATIO = re.compile(r"\d{1,3}(\.\d+)?:\d{1,3}(\.\d+)?")
_NOT_A_PICTURE = re.compile(r"video|audio|mask|voice|sound|style|result|output")
_OF_PICTURES = re.compile(r"image|img|photo|picture|reference|frame")
_FIRST = re.compile(r"(first|start|begin|init|initial|head)_?(frame|image|picture|photo)")
_LAST = re.compile(r"(last|end|tail|final)_?(frame|image|picture|photo)")

NOT_OF_THE_VIDEO = frozenset(
    {
        "model",
        "response_format",
        "num_generations",
        "target_namespace",
        "n",
        "num_videos",
        "num_outputs",
        "num_samples",
        "num_images",
        "num_results",
        "number_of_videos",
        "video_count",
        "samples",
        "batch_size",
        "batch_count",
        "sync_mode",
        "webhook",
        "webhook_url",
        "webhook_secret",
        "webhook_events",
        "callback",
        "callback_url",
    }
)
"""How many, for whom and in which wrapping: the bot decides these itself.

Several videos for one request would be paid for several times, and one of them seen.
"""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one option may be called. Earlier names are surer; ``looks`` decides without a name."""

    names: tuple[str, ...]
    fits: Callable[[Parameter], bool]
    looks: Callable[[Parameter], bool] = lambda _: False


class Picker:
    """Hands out each parameter once."""

    def __init__(self, published: Iterable[Parameter]) -> None:
        self._left = list(published)

    def take(self, meaning: Meaning) -> Parameter | None:
        """The parameter with this meaning, by name first, or ``None``."""
        return self.take_named(meaning.names, meaning.fits) or self.take_if(
            lambda one: meaning.fits(one) and meaning.looks(one)
        )

    def take_named(
        self, names: Iterable[str], fits: Callable[[Parameter], bool]
    ) -> Parameter | None:
        """The parameter that has the first of these names that there is, and fits."""
        fitting = {one.plain_name: one for one in reversed(self._left) if fits(one)}
        found = next((fitting[name] for name in names if name in fitting), None)
        if found is not None:
            self._left.remove(found)
        return found

    def take_if(self, is_it: Callable[[Parameter], bool]) -> Parameter | None:
        """The first parameter that is it, or ``None``."""
        found = next((one for one in self._left if is_it(one)), None)
        if found is not None:
            self._left.remove(found)
        return found

    def left(self) -> tuple[Parameter, ...]:
        """What nobody has taken."""
        return tuple(self._left)


def _is_free_text(one: Parameter) -> bool:
    return one.kind is Kind.TEXT and not one.choices


def _is_one_address(one: Parameter) -> bool:
    return one.kind is Kind.ADDRESS or _is_free_text(one)


def _is_addresses(one: Parameter) -> bool:
    return one.kind is Kind.LIST and one.item is not None and _is_one_address(one.item)


def _is_shape(one: Parameter) -> bool:
    return bool(one.choices) and any(_RATIO.fullmatch(str(choice)) for choice in one.choices)


def _shows_pictures(one: Parameter) -> bool:
    name = one.plain_name
    return bool(_OF_PICTURES.search(name)) and not _NOT_A_PICTURE.search(name)


PROMPT = Meaning(
    ("prompt", "text", "text_prompt", "prompt_text", "input_text", "description"), _is_free_text
)
NEGATIVE_PROMPT = Meaning(
    ("negative_prompt", "negative", "negative_text", "text_negative", "avoid"),
    _is_free_text,
    lambda one: "negative" in one.plain_name,
)
LENGTH_NAMES = (
    "duration",
    "duration_seconds",
    "seconds",
    "length",
    "duration_s",
    "video_length",
    "length_seconds",
    "video_duration",
    "num_seconds",
)
ASPECT_RATIO = Meaning(
    ("aspect_ratio", "ratio", "aspect", "video_aspect_ratio"),
    lambda one: one.kind is Kind.TEXT and (not one.choices or _is_shape(one)),
    _is_shape,
)
AUDIO = Meaning(
    (
        "generate_audio",
        "audio",
        "with_audio",
        "enable_audio",
        "sound",
        "generate_sound",
        "include_audio",
    ),
    lambda one: one.kind is Kind.FLAG,
    lambda one: "audio" in one.plain_name or "sound" in one.plain_name,
)
START_FRAME = Meaning(
    (
        "start_image_url",
        "first_frame_url",
        "start_image",
        "first_frame_image",
        "first_frame",
        "start_frame",
        "image_url",
        "image",
    ),
    _is_one_address,
    lambda one: bool(_FIRST.search(one.plain_name)),
)
END_FRAME = Meaning(
    (
        "tail_image_url",
        "end_image_url",
        "last_frame_url",
        "end_image",
        "last_frame_image",
        "last_frame",
        "end_frame",
        "tail_image",
    ),
    _is_one_address,
    lambda one: bool(_LAST.search(one.plain_name)),
)
IMAGES = Meaning(
    (
        "input_images",
        "input_image",
        "image_urls",
        "reference_images",
        "reference_image_urls",
        "images",
        "input_image_urls",
    ),
    lambda one: _is_addresses(one) or _is_one_address(one),
    lambda one: _shows_pictures(one) and (_is_addresses(one) or one.kind is Kind.ADDRESS),
)
