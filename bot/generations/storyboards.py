"""Edits of a storyboard: from a draft to the draft after it. No I/O, no checks of the model's.

A draft keeps whatever was typed, too long or not: the card says what is wrong with it, and nothing
is lost. A form may have been open while the storyboard changed elsewhere, so an edit says what the
shot was when the form was opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.errors import InvalidRequestError
from bot.generations.mentions import as_elements, named, with_images_renumbered
from bot.generations.rules import tidy
from bot.models.draft import Draft
from bot.models.generation import Shot, VideoSettings
from bot.models.model_form import ModelForm
from bot.models.preset import PresetContent
from bot.models.references import ReferenceImage, ReferenceRole

MAX_SHOTS = 15
"""As many as fit into the longest video, at a second each."""
MAX_PICTURES = 10
"""Kept in one storyboard; the models take fewer, which the card says."""


@dataclass(frozen=True, slots=True)
class BoardSettings:
    """What holds for all shots."""

    aspect_ratio: str
    audio: bool
    negative_prompt: str
    """Empty leaves the model's own default."""
    takes: int
    private: bool


def empty_storyboard(user_id: int, model: str, form: ModelForm) -> Draft:
    """A storyboard without shots; raises ``InvalidRequestError`` where the model takes none."""
    if form.shots is None:
        raise InvalidRequestError(
            "This model makes one shot at a time, so it takes no storyboard. "
            "Choose another model, or use /video create."
        )
    ratio = form.aspect_ratio.default if form.aspect_ratio else ""
    return Draft(
        user_id=user_id,
        settings=VideoSettings(model=model, prompt="", aspect_ratio=ratio, duration_s=0),
        references=(),
        takes=1,
        private=False,
    )


def with_options(draft: Draft, given: PresetContent) -> Draft:
    """Change what is named; a length has no meaning here, as the shots have their own."""
    settings = draft.settings
    changed = replace(
        settings,
        model=given.model or settings.model,
        aspect_ratio=given.aspect_ratio or settings.aspect_ratio,
        audio=settings.audio if given.audio is None else given.audio,
        negative_prompt=given.negative_prompt or settings.negative_prompt,
        # Another model's own parameters do not come along.
        extra=given.extra or (settings.extra if given.model in {None, settings.model} else ()),
    )
    return replace(
        draft,
        settings=changed,
        takes=given.takes or draft.takes,
        private=draft.private if given.private is None else given.private,
    )


def is_storyboard(draft: Draft) -> bool:
    """Whether a draft is made of shots, or is still to be; a form always holds a prompt."""
    return bool(draft.settings.shots) or not draft.settings.prompt


def with_shot(draft: Draft, shot: Shot, *, place: int) -> Draft:
    """Put a new shot at a place, 1 for the first."""
    shots = draft.settings.shots
    if len(shots) >= MAX_SHOTS:
        raise InvalidRequestError(
            f"A storyboard holds {MAX_SHOTS} shots. Take one out before you add another."
        )
    at = max(place - 1, 0)
    return _with(draft, (*shots[:at], shot, *shots[at:]))


def with_shot_changed(draft: Draft, before: Shot, after: Shot, *, number: int, place: int) -> Draft:
    """Change a shot and move it; ``number`` is where it was seen.

    One that is gone meanwhile comes back as it was typed.
    """
    return with_shot(without_shot(draft, before, number=number), after, place=place)


def without_shot(draft: Draft, shot: Shot, *, number: int) -> Draft:
    """Take a shot out, wherever it has moved; one that is gone already is fine."""
    shots = draft.settings.shots
    if 0 < number <= len(shots) and shots[number - 1] == shot:
        at = number - 1
    elif shot in shots:
        at = shots.index(shot)
    else:
        return draft
    return _with(draft, (*shots[:at], *shots[at + 1 :]))


def with_settings(draft: Draft, chosen: BoardSettings) -> Draft:
    """Change what holds for all shots."""
    return replace(
        draft,
        settings=replace(
            draft.settings,
            aspect_ratio=chosen.aspect_ratio,
            audio=chosen.audio,
            negative_prompt=chosen.negative_prompt.strip() or None,
        ),
        takes=chosen.takes,
        private=chosen.private,
    )


def with_pictures(
    draft: Draft, new: Sequence[ReferenceImage], *, out: Sequence[ReferenceImage] = ()
) -> Draft:
    """Take pictures out and put new ones in; what the shots call ``@Image2`` stays that picture.

    A new reference image takes the number of one that is taken out, so that it can be replaced. A
    new frame replaces the one before. The number of a picture that is gone for good comes after
    those that are there: the shots that name it are told to be short of one.
    """
    gone = {(one.role, one.image.sha256) for one in out}
    frames = {
        one.role: one
        for one in (*(r for r in draft.references if (r.role, r.image.sha256) not in gone), *new)
        if one.role is not ReferenceRole.IMAGE
    }
    before = images_of(draft)
    fresh = [one for one in new if one.role is ReferenceRole.IMAGE]
    kept: list[ReferenceImage] = []
    numbers: dict[int, int] = {}
    missed: list[int] = []
    for number, image in enumerate(before, start=1):
        if (image.role, image.image.sha256) not in gone:
            kept.append(image)
        elif fresh:
            kept.append(fresh.pop(0))
        else:
            missed.append(number)
            continue
        numbers[number] = len(kept)
    kept.extend(fresh)
    numbers |= {number: len(kept) + nth for nth, number in enumerate(missed, start=1)}
    references = (
        *(replace(image, position=at) for at, image in enumerate(kept, start=1)),
        *(frames[role] for role in sorted(frames, key=list(ReferenceRole).index)),
    )
    if len(references) > MAX_PICTURES:
        raise InvalidRequestError(
            f"A storyboard holds {MAX_PICTURES} pictures; these would be {len(references)}."
        )
    shots = tuple(
        replace(shot, prompt=with_images_renumbered(shot.prompt, numbers))
        for shot in draft.settings.shots
    )
    return replace(draft, references=references, settings=replace(draft.settings, shots=shots))


def images_of(draft: Draft) -> tuple[ReferenceImage, ...]:
    """Its reference images, ``@Image1`` onwards."""
    images = (one for one in draft.references if one.role is ReferenceRole.IMAGE)
    return tuple(sorted(images, key=lambda one: one.position))


def chars_by_shot(settings: VideoSettings) -> tuple[int, ...]:
    """How long each shot's prompt is as the model counts it, ``@luna`` as ``@Element1``."""
    tidied = tidy(settings)
    sent = as_elements(tidied, named(tidied.prompts()))
    return tuple(len(shot.prompt) for shot in sent.shots)


def suggested_length_s(settings: VideoSettings, form: ModelForm) -> int:
    """A length for the next shot: the model's usual one, or what is left of the longest video."""
    usual_s = form.duration.default_s if form.duration else 5
    if form.shots is None or form.duration is None:
        return usual_s
    left_s = form.duration.choices_s[-1] - sum(shot.duration_s for shot in settings.shots)
    return max(form.shots.min_shot_s, min(usual_s, left_s, form.shots.max_shot_s))


def _with(draft: Draft, shots: tuple[Shot, ...]) -> Draft:
    total_s = sum(shot.duration_s for shot in shots)
    return replace(draft, settings=replace(draft.settings, shots=shots, duration_s=total_s))
