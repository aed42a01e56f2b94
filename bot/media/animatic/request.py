"""What an animatic is made from."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

_AREA_PX: Final = 576 * 576
"""Small enough to render faster than it plays, large enough to read the captions."""
_RATIO: Final = re.compile(r"(\d{1,3}):(\d{1,3})")


@dataclass(frozen=True, slots=True)
class AnimaticShot:
    """One shot: what happens in it, and for how long."""

    prompt: str
    duration_s: float


@dataclass(frozen=True, slots=True)
class AnimaticElement:
    """Somebody or something that prompts call by name."""

    name: str
    """Without the ``@``: ``luna``, or ``Element1``. Upper and lower case are one name."""
    front: bytes
    """JPEG, PNG or WebP."""


@dataclass(frozen=True, slots=True)
class AnimaticRequest:
    """Everything that a video is asked for with, as far as an animatic can show it."""

    shots: tuple[AnimaticShot, ...]
    """At least one, each longer than nothing."""
    aspect_ratio: str
    """``16:9``, ``9:16``, ``1:1`` or another ``width:height``; anything else counts as 16:9."""
    images: tuple[bytes, ...] = ()
    """JPEG, PNG or WebP, in the order of ``@Image1``, ``@Image2`` and so on."""
    elements: tuple[AnimaticElement, ...] = ()
    """Each is seen where a prompt names it."""
    start_frame: bytes | None = None
    end_frame: bytes | None = None
    audio: bool = False
    variation: int = 0
    """Another number, another grading and other camera moves: takes of one request differ."""


def frame_size(aspect_ratio: str) -> tuple[int, int]:
    """Width and height in pixels, both even as H.264 needs them: 768 by 432 for ``16:9``."""
    found = _RATIO.fullmatch(aspect_ratio)
    across, down = (int(found[1]), int(found[2])) if found else (16, 9)
    if not across or not down:
        across, down = 16, 9
    ratio = min(4.0, max(0.25, across / down))
    return _even(math.sqrt(_AREA_PX * ratio)), _even(math.sqrt(_AREA_PX / ratio))


def _even(length: float) -> int:
    return 2 * round(length / 2)
