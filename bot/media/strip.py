"""Several pictures side by side in one small image."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageDraw, ImageFont, ImageOps

from bot.media.pictures import read_picture

TILES: Final = 4
"""How many pictures a strip has room for, shown or not: all strips are equally wide, so that one
picture alone is not drawn four times as large as one of four."""

_GAPS: Final = 20
"""A gap, and the radius of a corner, is a tile's side divided by this."""
_SMOOTHING: Final = 4
_WIDEST: Final = 3
"""Long side to short side up to which the short one is still as large as a tile."""


def strip(pictures: Sequence[bytes], height_px: int, labels: Sequence[str] = ()) -> bytes:
    """Return a WebP with the middle square of each picture, rounded, on nothing.

    Each may have a short label in its corner. Pictures beyond the fourth are left out. Raises
    ``MediaError`` where one cannot be decoded. Synchronous and slow.
    """
    gap_px = max(1, height_px // _GAPS)
    step_px = height_px + gap_px
    canvas = Image.new("RGBA", (TILES * step_px - gap_px, height_px))
    mask = _rounded(height_px, 2 * gap_px)
    for number, data in enumerate(pictures[:TILES]):
        picture = read_picture(data, max_side_px=height_px * _WIDEST)
        canvas.paste(
            ImageOps.fit(picture, (height_px, height_px), Image.Resampling.LANCZOS),
            (number * step_px, 0),
            mask,
        )
        if number < len(labels):
            _label(canvas, labels[number], (number * step_px, 0), height_px)
    drawn = io.BytesIO()
    canvas.save(drawn, "WEBP", quality=80)
    return drawn.getvalue()


def tile(data: bytes, side_px: int) -> bytes:
    """Return a WebP with the middle square of one picture.

    Raises ``MediaError`` where it cannot be decoded. Synchronous and slow.
    """
    picture = read_picture(data, max_side_px=side_px * _WIDEST)
    drawn = io.BytesIO()
    ImageOps.fit(picture, (side_px, side_px), Image.Resampling.LANCZOS).save(
        drawn, "WEBP", quality=80
    )
    return drawn.getvalue()


def _rounded(side_px: int, radius_px: int) -> Image.Image:
    large = Image.new("L", (side_px * _SMOOTHING, side_px * _SMOOTHING))
    ImageDraw.Draw(large).rounded_rectangle(
        (0, 0, large.width - 1, large.height - 1), radius_px * _SMOOTHING, fill=255
    )
    return large.resize((side_px, side_px), Image.Resampling.LANCZOS)


def _label(canvas: Image.Image, label: str, corner: tuple[int, int], side_px: int) -> None:
    """Write a label into a tile's upper left corner, on a dark disc that any picture bears."""
    radius_px = side_px // 9
    middle = (corner[0] + radius_px * 3 // 2, corner[1] + radius_px * 3 // 2)
    draw = ImageDraw.Draw(canvas)
    draw.circle(middle, radius_px, fill=(12, 12, 16, 220))
    font = ImageFont.load_default(radius_px * 1.3)
    draw.text(middle, label, font=font, fill="white", anchor="mm")
