"""What a model accepts, checked before anything is spent.

Oxen checks parameters only when a generation runs, minutes after it was sent. So every rule that
is known stands here, and a request that passes is one that the model takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.errors import BeyondFormError, InvalidRequestError
from bot.generations import extras
from bot.generations.mentions import as_elements, named, numbered, spelled_as_the_model_reads
from bot.generations.wording import code, count, lengths_of, listed
from bot.models.generation import Shot, VideoSettings
from bot.models.kling import KLING_FORM
from bot.models.model_form import ModelForm, TextField

MAX_TAKES = 4
_SHAPE = re.compile(r"\d{1,4}:\d{1,4}")


@dataclass(frozen=True, slots=True)
class Attached:
    """How many pictures a request brings, by what they are for."""

    images: int = 0
    """Reference images, ``@Image1`` onwards; frames and the cast not counted."""
    start_frame: bool = False
    end_frame: bool = False
    cast: Mapping[str, int] | None = None
    """Pictures of each cast member by name; ``None`` while nobody has been looked up."""


def tidy(settings: VideoSettings) -> VideoSettings:
    """Strip stray white space, spell ``@image1`` as ``@Image1``, and add up the shots' lengths."""
    negative = (settings.negative_prompt or "").strip()
    shots = tuple(
        Shot(spelled_as_the_model_reads(shot.prompt), shot.duration_s) for shot in settings.shots
    )
    return replace(
        settings,
        prompt="" if shots else spelled_as_the_model_reads(settings.prompt),
        negative_prompt=negative or None,
        shots=shots,
        duration_s=sum(shot.duration_s for shot in shots) if shots else settings.duration_s,
    )


def check_settings(
    settings: VideoSettings,
    attached: Attached,
    *,
    takes: int = 1,
    form: ModelForm = KLING_FORM,
) -> None:
    """Raise ``InvalidRequestError``, in words for the person, unless the model would take this.

    The settings are tidy.
    """
    for check in _checks(settings, attached, takes, form):
        check()


def mistakes_in(
    settings: VideoSettings, attached: Attached, *, form: ModelForm = KLING_FORM
) -> list[str]:
    """Everything that ``check_settings`` would refuse, one sentence or two for each."""
    found: list[str] = []
    for check in _checks(settings, attached, 1, form):
        try:
            check()
        except InvalidRequestError as error:
            found.append(str(error))
    return found


def _checks(
    settings: VideoSettings, attached: Attached, takes: int, form: ModelForm
) -> tuple[Callable[[], None], ...]:
    cast = named(settings.prompts())
    return (
        lambda: _check_usable(form),
        lambda: _check_cast(cast, attached.cast, form),
        lambda: _check_prompts(settings, as_elements(settings, cast), attached.images, form),
        lambda: _check_negative_prompt(settings.negative_prompt, form),
        lambda: _check_length(settings, form),
        lambda: _check_look(settings, form),
        lambda: _check_images(attached, len(cast), form),
        lambda: _check_frames(attached, form),
        lambda: extras.check(settings.extra, form),
        lambda: _check_takes(takes),
    )


def _check_takes(takes: int) -> None:
    if not 1 <= takes <= MAX_TAKES:
        raise BeyondFormError(
            f"You can have 1 to {MAX_TAKES} takes of a video; you asked for {takes}."
        )


def _check_usable(form: ModelForm) -> None:
    if form.unfillable:
        missing = listed([code(name) for name in form.unfillable], "and")
        raise InvalidRequestError(
            f"This model needs {missing}, which cannot be given from here. Choose another model."
        )


def _check_cast(names: Sequence[str], cast: Mapping[str, int] | None, form: ModelForm) -> None:
    if names and form.elements is None:
        raise InvalidRequestError(
            f"@{names[0]} is in the prompt, but this model works without a cast. "
            "Describe who is seen in words, or choose a model that takes a cast."
        )
    if cast is None:
        return
    known = {name.casefold() for name in cast}
    for name in names:
        if name.casefold() not in known:
            raise InvalidRequestError(
                f"@{name} is in the prompt, but nobody in the cast has that name."
            )
    most = form.elements.max_angles + 1 if form.elements else 0
    for name, pictures in cast.items():
        if pictures > most:
            raise InvalidRequestError(
                f"@{name} has {pictures} pictures; of one cast member this model takes "
                f"{most} at most."
            )


def _check_prompts(typed: VideoSettings, wire: VideoSettings, images: int, form: ModelForm) -> None:
    if typed.shots and form.shots is None:
        raise InvalidRequestError(
            "This model makes one shot at a time, so it takes no storyboard. "
            "Choose another model, or make the shots one by one and continue each."
        )
    prompts = zip(typed.prompts(), wire.prompts(), strict=True)
    for number, (prompt, sent) in enumerate(prompts, start=1):
        if not typed.shots:
            _check_prompt(prompt, sent, images, form.prompt, what="prompt")
            continue
        _check_prompt(prompt, sent, images, form.prompt, what=f"prompt of shot {number}")


def _check_prompt(prompt: str, sent: str, images: int, field: TextField, *, what: str) -> None:
    if not prompt.strip():
        raise InvalidRequestError(f"The {what} is empty. Describe what should happen in the video.")
    _check_chars(f"The {what}" if " " in what else f"That {what}", sent, field)
    for kind, number in numbered(prompt):
        if kind == "element":
            raise InvalidRequestError(
                f"@Element{number} is in the {what}, but elements go by their names here. "
                "Write the name of a cast member, such as @luna, or @Image1 for a picture."
            )
        if number < 1:
            raise InvalidRequestError(f"@Image0 is in the {what}; the first image is @Image1.")
        if number > images:
            raise BeyondFormError(f"@Image{number} is in the {what}, but {_attached(images)}.")


def _check_negative_prompt(negative: str | None, form: ModelForm) -> None:
    if not negative:
        return
    if form.negative_prompt is None:
        raise InvalidRequestError(
            "This model takes no negative prompt. Leave it out, and say in the prompt what is seen."
        )
    _check_chars("That negative prompt", negative, form.negative_prompt)


def _check_length(settings: VideoSettings, form: ModelForm) -> None:
    shots, field = settings.shots, form.shots
    for number, shot in enumerate(shots, start=1):
        if field and not field.min_shot_s <= shot.duration_s <= field.max_shot_s:
            raise InvalidRequestError(
                f"Shot {number} is {shot.duration_s} s long; "
                f"a shot can be {field.min_shot_s} to {field.max_shot_s} s."
            )
    if form.duration is None:
        if not shots and settings.duration_s != form.default_duration_s:
            raise InvalidRequestError(
                "This model decides on the length itself. Leave the duration out."
            )
        return
    if settings.duration_s in form.duration.choices_s:
        return
    lengths = lengths_of(form.duration.choices_s)
    if shots:
        raise InvalidRequestError(
            f"The shots are {settings.duration_s} s long together; a video can be {lengths} s."
        )
    raise InvalidRequestError(
        f"A video can be {lengths} seconds long; you asked for {settings.duration_s}."
    )


def _check_look(settings: VideoSettings, form: ModelForm) -> None:
    field = form.aspect_ratio
    asked = settings.aspect_ratio
    if field is None and asked:
        raise InvalidRequestError(
            "This model decides on the shape itself. Leave the aspect ratio out."
        )
    if field is not None and asked not in field.choices:
        shown = asked if _SHAPE.fullmatch(asked) else code(asked)
        raise InvalidRequestError(
            f"The aspect ratio can be {listed(field.choices)}; you asked for {shown}."
        )
    if settings.audio and form.audio is None:
        raise InvalidRequestError("This model makes no sound. Ask for the video without it.")


def _check_images(attached: Attached, names: int, form: ModelForm) -> None:
    field, images = form.images, attached.images
    if images and field is None:
        raise BeyondFormError(
            "This model takes no reference images. Leave them out, or choose another model."
        )
    if field is not None and field.most is not None and images > field.most:
        raise BeyondFormError(
            f"The model takes {count(field.most, 'reference image')} at most; "
            f"you attached {images}."
        )
    if field is not None and images < field.least:
        raise BeyondFormError(
            f"This model needs at least {count(field.least, 'reference image')}; "
            f"{_attached(images)}."
        )
    of_cast = names if attached.cast is None else sum(attached.cast.values())
    most = form.max_images_in_all
    if most is not None and images + of_cast > most:
        raise BeyondFormError(
            f"The model takes {most} images in all, and the cast's pictures count too. "
            f"{_who_brings(attached, of_cast)}: {images + of_cast - most} too many."
        )


def _who_brings(attached: Attached, of_cast: int) -> str:
    """``1 attached, @luna 4 and @rex 1 are 6``."""
    parts = [f"{attached.images} attached"] if attached.images else []
    if attached.cast is None:
        parts.append(f"{of_cast} of the cast")
    parts += [f"@{name} {pictures}" for name, pictures in (attached.cast or {}).items()]
    return f"{listed(parts, 'and')} are {attached.images + of_cast}"


def _check_frames(attached: Attached, form: ModelForm) -> None:
    start, end = form.start_frame, form.end_frame
    if attached.start_frame and start is None:
        raise BeyondFormError("This model takes no start frame. Leave it out.")
    if attached.end_frame and end is None:
        raise BeyondFormError("This model takes no end frame. Leave it out.")
    if start is not None and start.required and not attached.start_frame:
        raise BeyondFormError("This model needs a start frame. Attach one as start_frame.")
    if end is not None and end.required and not attached.end_frame:
        raise BeyondFormError("This model needs an end frame. Attach one as end_frame.")
    if attached.end_frame and not attached.start_frame:
        raise BeyondFormError(
            "An end frame needs a start frame beside it. Attach both, or leave the end frame out."
        )


def _check_chars(what: str, text: str, field: TextField) -> None:
    if field.max_chars is not None and len(text) > field.max_chars:
        raise InvalidRequestError(
            f"{what} is {len(text):,} characters, {len(text) - field.max_chars:,} too many."
        )


def _attached(images: int) -> str:
    if images == 0:
        return "no image is attached"
    return "1 image is attached" if images == 1 else f"{images} images are attached"
