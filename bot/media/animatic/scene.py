"""Pictures under a moving camera: slow pans and zooms over one prepared canvas each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from PIL import Image, ImageEnhance, ImageFilter

CANVAS_SCALE: Final = 1.16
"""A canvas is this much larger than the frame, so that a close view is still sharp."""
_FILL_UP_TO: Final = 1.4
"""Pictures whose shape differs by no more than this fill the frame (3:4 in 9:16 is 1.33)."""
_ENLARGE: Final = 1.25
"""How far pictures of more different shapes are enlarged past fitting in."""

_View: TypeAlias = tuple[float, float, float]
"""Zoom (1 shows the whole canvas), then where the view lies, 0 to 1 across and down."""

_MOVES: Final[tuple[tuple[_View, _View], ...]] = (
    ((1.0, 0.5, 0.5), (1.16, 0.5, 0.35)),
    ((1.14, 0.0, 0.5), (1.14, 1.0, 0.4)),
    ((1.18, 0.5, 0.6), (1.02, 0.5, 0.5)),
    ((1.14, 1.0, 0.4), (1.14, 0.0, 0.5)),
)
_GRADINGS: Final = (
    (1.0, 1.0, 1.0),
    (1.14, 1.0, 0.84),
    (0.84, 1.0, 1.14),
    (1.08, 0.9, 1.1),
    (0.92, 1.08, 0.88),
)
"""Factors of red, green and blue: as it is, then warm, cool, dusk, forest."""
_PUSH_IN: Final[tuple[_View, _View]] = _MOVES[0]
_PULL_OUT: Final[tuple[_View, _View]] = ((1.14, 0.5, 0.4), (1.0, 0.5, 0.5))


@dataclass(frozen=True, slots=True)
class CameraMove:
    """A view at the beginning and one at the end."""

    begins: _View
    ends: _View


def choose_move(number: int, *, begins_whole: bool, ends_whole: bool) -> CameraMove:
    """Vary the moves from stretch to stretch; show the whole picture where it is a given frame."""
    if begins_whole and ends_whole:
        return CameraMove((1.0, 0.5, 0.5), (1.0, 0.5, 0.5))
    if begins_whole:
        return CameraMove(*_PUSH_IN)
    if ends_whole:
        return CameraMove(*_PULL_OUT)
    return CameraMove(*_MOVES[number % len(_MOVES)])


def moves_apart(variation: int) -> int:
    """By how many camera moves a variation is apart from the first."""
    return variation // len(_GRADINGS)


def grade(canvas: Image.Image, variation: int) -> Image.Image:
    """The canvas in the colours of a variation; 0 changes nothing."""
    factors = _GRADINGS[variation % len(_GRADINGS)]
    if factors == _GRADINGS[0]:
        return canvas
    return canvas.point([min(255, round(value * by)) for by in factors for value in range(256)])


def look(canvas: Image.Image, size: tuple[int, int], move: CameraMove, at: float) -> Image.Image:
    """See the canvas through the camera, ``at`` 0 to 1 of its move."""
    eased = at * at * (3 - 2 * at) * 0.6 + at * 0.4
    zoom, across, down = (a + (b - a) * eased for a, b in zip(move.begins, move.ends, strict=True))
    width, height = canvas.width / zoom, canvas.height / zoom
    left, top = (canvas.width - width) * across, (canvas.height - height) * down
    return canvas.resize(
        size, Image.Resampling.BILINEAR, box=(left, top, left + width, top + height)
    )


def canvas_size(size: tuple[int, int]) -> tuple[int, int]:
    """Size of the canvas for a frame."""
    return round(size[0] * CANVAS_SCALE), round(size[1] * CANVAS_SCALE)


def lay_out(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Bring a picture of any shape onto a canvas of the frame's shape.

    A slightly different shape is cropped to fill. A very different one is cropped a little and lies
    on a darkened blur of itself.
    """
    width, height = size
    fit = min(width / picture.width, height / picture.height)
    cover = max(width / picture.width, height / picture.height)
    scale = cover if cover <= fit * _FILL_UP_TO else fit * _ENLARGE
    front = _scaled(picture, scale)
    if scale < cover:
        canvas = _soft_fill(picture, size)
        _drop_shadow(canvas, front.size)
    else:
        canvas = Image.new("RGB", size)
    canvas.paste(front, ((width - front.width) // 2, (height - front.height) // 2))
    return canvas


def _scaled(picture: Image.Image, scale: float) -> Image.Image:
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _soft_fill(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    # Blurred at an eighth of the size: the same to the eye, and sixty times faster.
    small_size = (max(1, size[0] // 8), max(1, size[1] // 8))
    cover = max(small_size[0] / picture.width, small_size[1] / picture.height)
    small = _scaled(picture, cover)
    left, top = (small.width - small_size[0]) // 2, (small.height - small_size[1]) // 2
    small = small.crop((left, top, left + small_size[0], top + small_size[1]))
    small = ImageEnhance.Brightness(small.filter(ImageFilter.GaussianBlur(5))).enhance(0.6)
    return small.resize(size, Image.Resampling.BICUBIC)


def _drop_shadow(canvas: Image.Image, front: tuple[int, int]) -> None:
    reach = round(min(canvas.size) * 0.03)
    left, top = (canvas.width - front[0]) // 2, (canvas.height - front[1]) // 2
    shade = Image.new("L", canvas.size)
    shade.paste(140, (left, top, left + front[0], top + front[1]))
    canvas.paste("black", mask=shade.filter(ImageFilter.BoxBlur(reach)))
