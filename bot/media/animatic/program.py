"""Draws one animatic; a program of its own.

``python -m bot.media.animatic.program TARGET`` reads what to draw as JSON from standard input, with
the pictures as paths: that is how the bot runs it, so that drawing never holds its interpreter.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from bot.errors import MediaError
from bot.media.animatic.film import render_animatic
from bot.media.animatic.request import AnimaticElement, AnimaticRequest, AnimaticShot
from bot.media.carrying_out import carry_out

_NICENESS: Final = 5


@dataclass(frozen=True, slots=True)
class AnimaticOrder:
    """An ``AnimaticRequest`` whose pictures are still files."""

    shots: tuple[tuple[str, float], ...]
    """Prompt and seconds of each."""
    aspect_ratio: str
    images: tuple[str, ...] = ()
    elements: tuple[tuple[str, str], ...] = ()
    """Name and front view of each."""
    start_frame: str | None = None
    end_frame: str | None = None
    audio: bool = False

    def as_json(self) -> bytes:
        """What the program reads."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, told: bytes) -> AnimaticOrder:
        """The same, read."""
        content: dict[str, Any] = json.loads(told)
        return cls(
            **content
            | {
                "shots": tuple((prompt, seconds) for prompt, seconds in content["shots"]),
                "images": tuple(content["images"]),
                "elements": tuple((name, front) for name, front in content["elements"]),
            }
        )

    def read(self) -> AnimaticRequest:
        """The request, its pictures read. Raises ``MediaError`` where one is not there."""
        return AnimaticRequest(
            shots=tuple(AnimaticShot(prompt, seconds) for prompt, seconds in self.shots),
            aspect_ratio=self.aspect_ratio,
            images=tuple(_read(path) for path in self.images),
            elements=tuple(AnimaticElement(name, _read(front)) for name, front in self.elements),
            start_frame=_read(self.start_frame) if self.start_frame else None,
            end_frame=_read(self.end_frame) if self.end_frame else None,
            audio=self.audio,
        )


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise MediaError("a picture is not in the library") from error


def _draw(target: str) -> None:
    render_animatic(AnimaticOrder.from_json(sys.stdin.buffer.read()).read(), Path(target))


if __name__ == "__main__":
    sys.exit(carry_out(_draw, sys.argv[1:], niceness=_NICENESS))
