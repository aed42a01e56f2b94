"""Smooth shapes, gradients and glows on a canvas, for the sample pictures."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Final, TypeAlias

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Point: TypeAlias = tuple[float, float]
Colour: TypeAlias = str | tuple[int, int, int]

_FINER: Final = 3
"""Everything is drawn this much larger and shrunk at the end, which smooths all edges."""
_CURVE_STEPS: Final = 14


class Brush:
    """A canvas of ``width`` by ``height`` pixels; later strokes cover earlier ones."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._canvas = Image.new("RGB", (width * _FINER, height * _FINER))
        self._clip: Image.Image | None = None

    def picture(self) -> Image.Image:
        """Return the finished picture."""
        return self._canvas.resize((self.width, self.height), Image.Resampling.LANCZOS)

    def sky(
        self, *stops: tuple[float, Colour], top: float = 0, bottom: float | None = None
    ) -> None:
        """Fill from ``top`` to ``bottom`` with colours at shares (0 to 1) of that height."""
        bottom = self.height if bottom is None else bottom
        first, last = round(top * _FINER), round(bottom * _FINER)
        column = Image.new("RGB", (1, last - first))
        for y in range(last - first):
            column.putpixel((0, y), _colour_at(y / (last - first), stops))
        self._paste_picture(column.resize((self._canvas.width, last - first)), (0, first))

    def polygon(self, points: Sequence[Point], colour: Colour, *, opacity: float = 1) -> None:
        """Fill straight edges."""
        self._stamp(points, 0, colour, opacity, lambda draw, at: draw.polygon(at, fill=255))

    def blob(self, points: Sequence[Point], colour: Colour, *, opacity: float = 1) -> None:
        """Fill a smooth closed curve through the points."""
        self.polygon(closed_curve(points), colour, opacity=opacity)

    def oval(
        self,
        centre: Point,
        across: float,
        down: float,
        colour: Colour,
        *,
        turn: float = 0,
        opacity: float = 1,
    ) -> None:
        """Fill an ellipse with these radii, turned clockwise by degrees."""
        self.polygon(ellipse(centre, across, down, turn=turn), colour, opacity=opacity)

    def dot(self, centre: Point, radius: float, colour: Colour, *, opacity: float = 1) -> None:
        """Fill a circle."""
        self.oval(centre, radius, radius, colour, opacity=opacity)

    def stroke(
        self, points: Sequence[Point], width: float, colour: Colour, *, opacity: float = 1
    ) -> None:
        """Draw a line with round joints and ends."""

        def draw_line(draw: ImageDraw.ImageDraw, at: list[Point]) -> None:
            thick = width * _FINER
            draw.line(at, fill=255, width=max(1, round(thick)))
            for x, y in at:
                reach = thick / 2 - 0.5
                draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=255)

        self._stamp(points, width, colour, opacity, draw_line)

    def curve(
        self, points: Sequence[Point], width: float, colour: Colour, *, opacity: float = 1
    ) -> None:
        """Draw a smooth line through the points."""
        self.stroke(open_curve(points), width, colour, opacity=opacity)

    def ring(self, centre: Point, radius: float, width: float, colour: Colour) -> None:
        """Draw a circle's outline."""
        points = ellipse(centre, radius, radius)
        self.stroke([*points, points[0]], width, colour)

    def soft(
        self, points: Sequence[Point], blur: float, colour: Colour, *, opacity: float = 1
    ) -> None:
        """Fill straight edges, blurred: shadows, light, mist."""
        # Blurred at the final size or smaller: the same to the eye, and much faster.
        scale = 0.5
        mask = Image.new("L", (round(self.width * scale), round(self.height * scale)))
        ImageDraw.Draw(mask).polygon(
            [(x * scale, y * scale) for x, y in points], fill=round(255 * opacity)
        )
        mask = mask.filter(ImageFilter.GaussianBlur(blur * scale))
        self._paste_colour(colour, mask.resize(self._canvas.size, Image.Resampling.BICUBIC), (0, 0))

    def glow(self, centre: Point, radius: float, colour: Colour, *, opacity: float = 1) -> None:
        """Light that fades out at about ``radius``."""
        self.soft(
            ellipse(centre, radius * 0.5, radius * 0.5), radius * 0.28, colour, opacity=opacity
        )

    @contextmanager
    def inside(self, points: Sequence[Point]) -> Iterator[None]:
        """Keep the strokes of a ``with`` block inside an outline."""
        mask = Image.new("L", self._canvas.size)
        ImageDraw.Draw(mask).polygon(_fine(points), fill=255)
        outer = self._clip
        self._clip = mask if outer is None else ImageChops.multiply(mask, outer)
        try:
            yield
        finally:
            self._clip = outer

    def _stamp(
        self,
        points: Sequence[Point],
        margin: float,
        colour: Colour,
        opacity: float,
        draw_shape: Callable[[ImageDraw.ImageDraw, list[Point]], None],
    ) -> None:
        """Draw a shape's mask no larger than the shape, and lay the colour through it."""
        fine = _fine(points)
        reach = margin * _FINER + 2
        left = max(0, math.floor(min(x for x, _ in fine) - reach))
        top = max(0, math.floor(min(y for _, y in fine) - reach))
        right = min(self._canvas.width, math.ceil(max(x for x, _ in fine) + reach))
        bottom = min(self._canvas.height, math.ceil(max(y for _, y in fine) + reach))
        if right <= left or bottom <= top:
            return
        mask = Image.new("L", (right - left, bottom - top))
        draw_shape(ImageDraw.Draw(mask), [(x - left, y - top) for x, y in fine])
        if opacity < 1:
            mask = mask.point([round(level * opacity) for level in range(256)])
        self._paste_colour(colour, mask, (left, top))

    def _paste_colour(self, colour: Colour, mask: Image.Image, corner: tuple[int, int]) -> None:
        self._canvas.paste(colour, corner + _far(corner, mask), self._clipped(mask, corner))

    def _paste_picture(self, picture: Image.Image, corner: tuple[int, int]) -> None:
        full = Image.new("L", picture.size, 255)
        self._canvas.paste(picture, corner, self._clipped(full, corner))

    def _clipped(self, mask: Image.Image, corner: tuple[int, int]) -> Image.Image:
        if self._clip is None:
            return mask
        return ImageChops.multiply(mask, self._clip.crop(corner + _far(corner, mask)))


def ellipse(centre: Point, across: float, down: float, *, turn: float = 0) -> list[Point]:
    """Outline of an ellipse with these radii, turned clockwise by degrees."""
    x, y = centre
    cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    steps = 96
    circle = [
        (across * math.cos(math.tau * step / steps), down * math.sin(math.tau * step / steps))
        for step in range(steps)
    ]
    return [(x + a * cosine - b * sine, y + a * sine + b * cosine) for a, b in circle]


def closed_curve(points: Sequence[Point]) -> list[Point]:
    """Catmull-Rom curve through the points and back to the first."""
    return _spline([points[-1], *points, points[0], points[1]])


def open_curve(points: Sequence[Point]) -> list[Point]:
    """Catmull-Rom curve through the points."""
    return [*_spline([points[0], *points, points[-1]]), points[-1]]


def _spline(knots: Sequence[Point]) -> list[Point]:
    outline: list[Point] = []
    for before, start, end, after in zip(knots, knots[1:], knots[2:], knots[3:], strict=False):
        for step in range(_CURVE_STEPS):
            t = step / _CURVE_STEPS
            x, y = (
                0.5
                * (
                    2 * b
                    + (c - a) * t
                    + (2 * a - 5 * b + 4 * c - d) * t**2
                    + (3 * b - a - 3 * c + d) * t**3
                )
                for a, b, c, d in zip(before, start, end, after, strict=True)
            )
            outline.append((x, y))
    return outline


def _fine(points: Sequence[Point]) -> list[Point]:
    return [(x * _FINER, y * _FINER) for x, y in points]


def _far(corner: tuple[int, int], mask: Image.Image) -> tuple[int, int]:
    return corner[0] + mask.width, corner[1] + mask.height


def _colour_at(share: float, stops: Sequence[tuple[float, Colour]]) -> tuple[int, int, int]:
    swatch = [(at, _rgb(colour)) for at, colour in stops]
    for (at, one), (then, other) in pairwise(swatch):
        if share <= then:
            part = max(0.0, (share - at) / (then - at))
            red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
            return red, green, blue
    return swatch[-1][1]


def _rgb(colour: Colour) -> tuple[int, int, int]:
    if isinstance(colour, tuple):
        return colour
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
