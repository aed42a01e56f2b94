"""A quiet drawn landscape for shots that have no picture."""

from __future__ import annotations

import math
import random
import zlib
from typing import Final, TypeAlias

from PIL import Image, ImageDraw, ImageFilter

_Colour: TypeAlias = tuple[int, int, int]

_PALETTES: Final[tuple[tuple[_Colour, _Colour, _Colour, _Colour], ...]] = (
    ((38, 46, 92), (239, 146, 110), (255, 221, 171), (24, 26, 58)),  # dusk
    ((22, 60, 84), (128, 196, 190), (250, 240, 202), (12, 36, 56)),  # lagoon
    ((70, 42, 94), (226, 134, 160), (255, 216, 196), (40, 22, 62)),  # heather
    ((34, 70, 66), (196, 210, 150), (252, 240, 190), (16, 40, 44)),  # meadow
    ((18, 24, 52), (84, 110, 178), (236, 240, 252), (10, 12, 32)),  # night
)
"""Sky above, sky at the horizon, sun, nearest ridge."""
_RIDGES: Final = 4


def draw_backdrop(size: tuple[int, int], seed_text: str) -> Image.Image:
    """Draw sky, sun and ridges; the same text always gives the same landscape."""
    # Not for secrets: a landscape has to come out the same again.
    chance = random.Random(zlib.crc32(seed_text.encode("utf-8", "replace")))  # noqa: S311
    above, horizon, sun, near = chance.choice(_PALETTES)
    picture = _sky(size, above, horizon)
    _draw_sun(picture, sun, chance)
    width, height = size
    for ridge in range(_RIDGES):
        nearness = (ridge + 1) / _RIDGES
        colour = _mixed(_mixed(horizon, above, 0.45), near, nearness)
        base = height * (0.56 + 0.30 * ridge / _RIDGES)
        _draw_ridge(picture, colour, base, width * (0.9 - 0.35 * nearness), chance)
    return picture


def _sky(size: tuple[int, int], above: _Colour, horizon: _Colour) -> Image.Image:
    width, height = size
    column = Image.new("RGB", (1, height))
    for y in range(height):
        column.putpixel((0, y), _mixed(above, horizon, min(1.0, y / (height * 0.7)) ** 1.3))
    return column.resize((width, height))


def _draw_sun(picture: Image.Image, colour: _Colour, chance: random.Random) -> None:
    width, height = picture.size
    radius = min(width, height) * 0.11
    x, y = width * chance.uniform(0.28, 0.72), height * chance.uniform(0.34, 0.44)
    for spread, strength in ((2.6, 70), (1.0, 235)):
        glow = Image.new("L", picture.size)
        reach = radius * (1.6 if spread > 1 else 1.0)
        ImageDraw.Draw(glow).ellipse((x - reach, y - reach, x + reach, y + reach), fill=strength)
        blur = radius * 0.7 if spread > 1 else 1.0
        picture.paste(colour, mask=glow.filter(ImageFilter.GaussianBlur(blur)))


def _draw_ridge(
    picture: Image.Image,
    colour: _Colour,
    base: float,
    wavelength: float,
    chance: random.Random,
) -> None:
    width, height = picture.size
    waves = [
        (height * 0.055 / octave, math.tau * octave / wavelength, chance.uniform(0, math.tau))
        for octave in (1, 2.3, 5.1)
    ]
    scale = 2  # drawn at twice the size and shrunk: smooth edges
    outline = [
        (x, scale * (base + sum(a * math.sin(f * x / scale + p) for a, f, p in waves)))
        for x in range(0, width * scale + 8, 8)
    ]
    mask = Image.new("L", (width * scale, height * scale))
    ImageDraw.Draw(mask).polygon(
        [(0, height * scale), *outline, (width * scale, height * scale)], fill=255
    )
    picture.paste(colour, mask=mask.resize((width, height), Image.Resampling.BOX))


def _mixed(one: _Colour, other: _Colour, share: float) -> _Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
