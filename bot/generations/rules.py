"""What a model accepts, checked before anything is spent.

Oxen checks parameters only when a generation runs, minutes after it was sent. So every rule that
is known stands here, and a request that passes is one that the model takes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.errors import InvalidRequestError
from bot.models.generation import VideoSettings

_MENTIONED = re.compile(r"@(image|element)(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ModelRules:
    """Limits of one model. The defaults are Kling O3 Pro's, from Oxen's page of the model."""

    prompt_max_chars: int = 512
    negative_prompt_max_chars: int = 512
    """Oxen names no limit; the prompt's own is assumed."""
    min_duration_s: int = 3
    max_duration_s: int = 15
    aspect_ratios: tuple[str, ...] = ("16:9", "9:16", "1:1")
    max_images: int = 4
    max_takes: int = 4


KLING_O3_PRO = ModelRules()


def tidy(settings: VideoSettings) -> VideoSettings:
    """Strip stray white space, and spell ``@image1`` the way the model reads it: ``@Image1``."""
    prompt = _MENTIONED.sub(lambda m: f"@{m[1].capitalize()}{m[2]}", settings.prompt.strip())
    negative = (settings.negative_prompt or "").strip()
    return replace(settings, prompt=prompt, negative_prompt=negative or None)


def check_settings(
    settings: VideoSettings,
    *,
    images: int,
    start_frame: bool = False,
    end_frame: bool = False,
    takes: int = 1,
    rules: ModelRules = KLING_O3_PRO,
) -> None:
    """Raise ``InvalidRequestError``, in words for the person, unless the model would take this.

    ``images`` is the number of reference images, first and last frame not counted.
    """
    _check_prompt(settings.prompt, images, rules)
    negative = settings.negative_prompt or ""
    if len(negative) > rules.negative_prompt_max_chars:
        raise InvalidRequestError(
            _too_long("negative prompt", len(negative), rules.negative_prompt_max_chars)
        )
    if not rules.min_duration_s <= settings.duration_s <= rules.max_duration_s:
        raise InvalidRequestError(
            f"A video can be {rules.min_duration_s} to {rules.max_duration_s} seconds long; "
            f"you asked for {settings.duration_s}."
        )
    if settings.aspect_ratio not in rules.aspect_ratios:
        raise InvalidRequestError(
            f"The aspect ratio can be {_listed(rules.aspect_ratios)}; you asked for something else."
        )
    if images > rules.max_images:
        raise InvalidRequestError(
            f"The model takes {rules.max_images} reference images at most; you attached {images}."
        )
    if end_frame and not start_frame:
        raise InvalidRequestError(
            "An end frame needs a start frame beside it. Attach both, or leave the end frame out."
        )
    if not 1 <= takes <= rules.max_takes:
        raise InvalidRequestError(
            f"You can have 1 to {rules.max_takes} takes of a video; you asked for {takes}."
        )


def _check_prompt(prompt: str, images: int, rules: ModelRules) -> None:
    if not prompt.strip():
        raise InvalidRequestError("The prompt is empty. Describe what should happen in the video.")
    if len(prompt) > rules.prompt_max_chars:
        raise InvalidRequestError(_too_long("prompt", len(prompt), rules.prompt_max_chars))
    for kind, digits in _MENTIONED.findall(prompt):
        number = int(digits[:4])
        if kind.lower() == "element":
            raise InvalidRequestError(
                f"@Element{number} is in the prompt, but elements cannot be attached here. "
                "Attach the picture as an image and write @Image1 instead."
            )
        if number < 1:
            raise InvalidRequestError("@Image0 is in the prompt; the first image is @Image1.")
        if number > images:
            raise InvalidRequestError(f"@Image{number} is in the prompt, but {_attached(images)}.")


def _attached(images: int) -> str:
    if images == 0:
        return "no image is attached"
    return "1 image is attached" if images == 1 else f"{images} images are attached"


def _too_long(what: str, length: int, limit: int) -> str:
    return f"That {what} is {length:,} characters, {length - limit:,} too many."


def _listed(words: tuple[str, ...]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
