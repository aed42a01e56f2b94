"""Faces for the people of the demo, and one for the bot."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageDraw, ImageFont

_SIDE_PX: Final = 128


def initial(name: str, colour: str) -> bytes:
    """Draw the first letter of a name on a colour, as PNG."""
    picture = Image.new("RGB", (_SIDE_PX, _SIDE_PX), colour)
    ImageDraw.Draw(picture).text(
        (_SIDE_PX / 2, _SIDE_PX / 2),
        name[:1],
        fill="white",
        font=ImageFont.load_default(_SIDE_PX * 0.55),
        anchor="mm",
    )
    return _png(picture)


def clapperboard() -> bytes:
    """Draw the bot's own sign: a clapperboard on blue, as PNG."""
    picture = Image.new("RGB", (_SIDE_PX, _SIDE_PX), "#3b82f6")
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((30, 62, 98, 98), 6, fill="white")
    draw.rectangle((30, 46, 98, 59), fill="white")
    for left_px in range(30, 98, 23):
        draw.polygon(
            ((left_px + 6, 46), (left_px + 15, 46), (left_px + 9, 59), (left_px, 59)),
            fill="#1e3a8a",
        )
    return _png(picture)


def _png(picture: Image.Image) -> bytes:
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()
