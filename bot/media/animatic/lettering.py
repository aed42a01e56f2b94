"""What is written over an animatic: the caption, the shot's number, and always its name."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw, ImageFont

NAME: Final = "animatic"
_WHITE: Final = (255, 255, 255)
_SCRIM: Final = (8, 8, 14)
_CAPTION_SIZES: Final = (0.052, 0.045, 0.038)
"""Of the frame's shorter side; the largest that fits."""
_CAPTION_SHARE: Final = 0.34
"""How much of the frame's height a caption may take."""
_LINE_HEIGHT: Final = 1.32


@dataclass(frozen=True, slots=True)
class Overlay:
    """Lettering that is laid over every frame of a shot."""

    layers: tuple[tuple[Image.Image, Image.Image, tuple[int, int]], ...]
    """Colour, mask, position."""

    def lay_over(self, frame: Image.Image) -> None:
        """Write onto a frame, in place."""
        for colour, mask, position in self.layers:
            frame.paste(colour, position, mask)


def letter(size: tuple[int, int], *, caption: str, shot: int, shots: int) -> Overlay:
    """Set the lettering of shot number ``shot`` (from 1) of ``shots``."""
    width, height = size
    unit = min(size)
    margin = round(unit * 0.045)
    layers = [_pill(NAME, unit, (width - margin, margin), to_the_left=True)]
    if shots > 1:
        text = f"shot {shot} of {shots}"
        layers.append(_pill(text, unit, (margin, margin), to_the_left=False))
    lines, font = _set_caption(caption, width - 2 * margin, height * _CAPTION_SHARE, unit)
    if lines:
        layers.append(_caption(lines, font, size, margin))
    return Overlay(tuple(layers))


def _set_caption(
    text: str, width: float, height: float, unit: int
) -> tuple[list[str], ImageFont.FreeTypeFont]:
    """Break a text into lines, in the largest size that fits; cut what never fits."""
    font = _font(_CAPTION_SIZES[0] * unit)
    text = _drawable(" ".join(text.split()), font)
    lines: list[str] = []
    room = 1
    for share in _CAPTION_SIZES:
        font = _font(share * unit)
        lines = _wrapped(text, font, width)
        room = max(1, int(height / (share * unit * _LINE_HEIGHT)))
        if len(lines) <= room:
            return lines, font
    last = lines[room - 1]
    while last and font.getlength(last + " …") > width:
        last = last[:-1]
    return [*lines[: room - 1], last.rstrip(" ,.;") + " …"], font


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        candidate = f"{line} {word}" if line else word
        if font.getlength(candidate) <= width:
            line = candidate
            continue
        if line:
            lines.append(line)
        line = word
        while font.getlength(line) > width:  # a word longer than a line, or a script without spaces
            fits = bisect_right(range(len(line)), width, key=_length_of(line, font)) - 1
            lines.append(line[: max(1, fits)])
            line = line[max(1, fits) :]
    return [*lines, line] if line else lines


def _length_of(line: str, font: ImageFont.FreeTypeFont) -> Callable[[int], float]:
    return lambda characters: font.getlength(line[:characters])


def _caption(
    lines: Sequence[str], font: ImageFont.FreeTypeFont, size: tuple[int, int], margin: int
) -> tuple[Image.Image, Image.Image, tuple[int, int]]:
    """Draw white lines, centred at the bottom, on a shade that fades in from above."""
    width, height = size
    line_px = round(font.size * _LINE_HEIGHT)
    fade_px = line_px * 2
    strip_px = min(height, fade_px + line_px * len(lines) + margin)
    shade = Image.new("L", (1, strip_px))
    for y in range(strip_px):
        shade.putpixel((0, y), round(178 * min(1.0, y / (fade_px * 1.3)) ** 1.4))
    mask = shade.resize((width, strip_px))
    colour = Image.new("RGB", (width, strip_px), _SCRIM)
    letters = Image.new("L", (width, strip_px))
    draw = ImageDraw.Draw(letters)
    for number, line in enumerate(lines):
        middle = strip_px - margin - line_px * (len(lines) - number) + line_px / 2
        draw.text((width / 2, middle), line, font=font, fill=255, anchor="mm")
    colour.paste(_WHITE, mask=letters)
    mask.paste(letters, mask=letters)
    return colour, mask, (0, height - strip_px)


def _pill(
    text: str, unit: int, corner: tuple[int, int], *, to_the_left: bool
) -> tuple[Image.Image, Image.Image, tuple[int, int]]:
    font = _font(unit * 0.036)
    padding = round(font.size * 0.62)
    width = round(font.getlength(text)) + 2 * padding
    height = round(font.size * 1.75)
    scale = 4
    plate = Image.new("L", (width * scale, height * scale))
    ImageDraw.Draw(plate).rounded_rectangle(
        (0, 0, width * scale - 1, height * scale - 1), radius=height * scale / 2, fill=150
    )
    mask = plate.resize((width, height), Image.Resampling.BOX)
    letters = Image.new("L", (width, height))
    ImageDraw.Draw(letters).text((width / 2, height / 2), text, font=font, fill=255, anchor="mm")
    colour = Image.new("RGB", (width, height), _SCRIM)
    colour.paste(_WHITE, mask=letters)
    mask.paste(letters, mask=letters)
    left = corner[0] - width if to_the_left else corner[0]
    return colour, mask, (left, corner[1])


def _font(size_px: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size_px)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType")
    return font


def _drawable(text: str, font: ImageFont.FreeTypeFont) -> str:
    """Leave out what the font has no glyph for: better a shorter caption than rows of boxes."""
    missing = bytes(font.getmask("\U0010ffff"))
    drawable = {
        character
        for character in set(text)
        if character == " " or bytes(font.getmask(character)) != missing
    }
    return " ".join("".join(filter(drawable.__contains__, text)).split())
