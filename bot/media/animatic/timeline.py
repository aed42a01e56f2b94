"""Which picture is seen when: the cut of an animatic, counted in frames."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bot.media.animatic.request import AnimaticRequest, AnimaticShot

FPS: Final = 24
_FADE_FRAMES: Final = 14
_MENTION: Final = re.compile(
    r"(?<![\w@.])@(?:Image(\d{1,2})(?!\d)|([^\W\d_][\w-]*))", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of frames that shows one picture in one shot."""

    shot: int
    picture: int | None
    """Index into ``pictures_of(request)``; ``None`` for a drawn backdrop."""
    begins: int
    """First frame."""
    ends: int
    """One past the last frame."""
    fade_in: int
    """Frames of cross-fade around ``begins``, half of them before it; 0 at the start."""
    fade_out: int
    """The same around ``ends``."""


def pictures_of(request: AnimaticRequest) -> tuple[bytes, ...]:
    """All pictures in the order in which they appear, the first frame first, the last one last."""
    first = () if request.start_frame is None else (request.start_frame,)
    last = () if request.end_frame is None else (request.end_frame,)
    fronts = (element.front for element in request.elements)
    return (*first, *request.images, *fronts, *last)


def cut(request: AnimaticRequest) -> tuple[Stretch, ...]:
    """Lay the pictures out over the shots, gapless, to the exact number of frames."""
    plan: list[tuple[int, int | None, int, int]] = []
    for number, (begins, ends) in enumerate(_shot_bounds(request.shots)):
        pictures = _pictures_for_shot(request, number)
        bounds = _divide(begins, ends, len(pictures))
        plan += [(number, picture, *bound) for picture, bound in zip(pictures, bounds, strict=True)]
    lengths = [ends - begins for _, _, begins, ends in plan]
    fades = [0]
    fades += [
        2 * (min(_FADE_FRAMES, before // 2, after // 2) // 2) for before, after in pairwise(lengths)
    ]
    fades.append(0)
    return tuple(
        Stretch(shot, picture, begins, ends, fades[index], fades[index + 1])
        for index, (shot, picture, begins, ends) in enumerate(plan)
    )


def _shot_bounds(shots: Sequence[AnimaticShot]) -> list[tuple[int, int]]:
    """First frame and one past the last of each shot, rounded without adding up errors."""
    bounds: list[tuple[int, int]] = []
    elapsed_s = 0.0
    begins = 0
    for shot in shots:
        elapsed_s += shot.duration_s
        ends = max(begins + 1, round(elapsed_s * FPS))
        bounds.append((begins, ends))
        begins = ends
    return bounds


def _pictures_for_shot(request: AnimaticRequest, number: int) -> list[int | None]:
    """Indices of the pictures of one shot, in order.

    A single shot has all of them. Of several, each has what its prompt names; what none names is
    shared out among those that name nothing, frames too where there is nothing else. The first shot
    begins with the first frame, and the last ends with the last one.
    """
    total = len(pictures_of(request))
    opening = [] if request.start_frame is None else [0]
    closing = [] if request.end_frame is None else [total - 1]
    shots = len(request.shots)
    if shots == 1:
        return list(range(total)) or [None]
    named = [_named(request, shot.prompt) for shot in request.shots]
    shown: list[int] = named[number]
    if not shown:
        silent = [other for other in range(shots) if not named[other]]
        frames_alone = total == len(opening) + len(closing)
        unnamed = [
            picture
            for picture in range(total)
            if (frames_alone or picture not in {*opening, *closing})
            and not any(picture in pictures for pictures in named)
        ]
        shown = _share(unnamed, silent.index(number), len(silent))
    before = opening if number == 0 else []
    after = closing if number == shots - 1 else []
    return list(dict.fromkeys([*before, *shown, *after])) or [None]


def _named(request: AnimaticRequest, prompt: str) -> list[int]:
    """Indices of the pictures that a prompt names, in the order in which it does."""
    before = 0 if request.start_frame is None else 1
    images = len(request.images)
    places = {
        element.name.casefold(): before + images + position
        for position, element in enumerate(request.elements)
    }
    found: list[int] = []
    for image, name in _MENTION.findall(prompt):
        if image and 1 <= int(image) <= images:
            found.append(before + int(image) - 1)
        elif name.casefold() in places:
            found.append(places[name.casefold()])
    return found


def _share(pictures: Sequence[int], part: int, parts: int) -> list[int]:
    """One of several even shares, none of them empty while there is a picture at all."""
    begins = part * len(pictures) // parts
    ends = max((part + 1) * len(pictures) // parts, begins + 1)
    return list(pictures[begins:ends])


def _divide(begins: int, ends: int, parts: int) -> list[tuple[int, int]]:
    marks = [begins + (ends - begins) * part // parts for part in range(parts + 1)]
    return list(pairwise(marks))
