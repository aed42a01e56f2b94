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
_MENTION: Final = re.compile(r"@Image(\d{1,2})(?!\d)", re.IGNORECASE)


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
    """All pictures in the order in which they appear: first frame, references, last frame."""
    first = () if request.start_frame is None else (request.start_frame,)
    last = () if request.end_frame is None else (request.end_frame,)
    return (*first, *request.images, *last)


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
    """Give a shot of several the references that its prompt mentions, else its even share."""
    total = len(pictures_of(request))
    if not total:
        return [None]
    shots = len(request.shots)
    if shots == 1:
        return list(range(total))
    share = range(
        number * total // shots,
        max((number + 1) * total // shots, number * total // shots + 1),
    )
    before = 0 if request.start_frame is None else 1
    mentioned = [
        before + index - 1
        for index in map(int, _MENTION.findall(request.shots[number].prompt))
        if 1 <= index <= len(request.images)
    ]
    if not mentioned:
        return list(share)
    opening = [0] if number == 0 and request.start_frame is not None else []
    closing = [total - 1] if number == shots - 1 and request.end_frame is not None else []
    return list(dict.fromkeys([*opening, *mentioned, *closing]))


def _divide(begins: int, ends: int, parts: int) -> list[tuple[int, int]]:
    marks = [begins + (ends - begins) * part // parts for part in range(parts + 1)]
    return list(pairwise(marks))
