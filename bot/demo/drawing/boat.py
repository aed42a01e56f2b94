"""A paper boat on a calm sea at sunset."""

from __future__ import annotations

import random

from bot.demo.drawing.brush import Brush, Point, ellipse

_HORIZON = 360.0


def draw() -> Brush:
    """Landscape, 1200 by 900."""
    brush = Brush(1200, 900)
    brush.sky((0, "#5a87c5"), (0.5, "#f4b8a0"), (1, "#ffe3b0"), bottom=_HORIZON)
    _sun_and_clouds(brush)
    _hills(brush)
    brush.sky((0, "#f3bf9f"), (0.12, "#8fb8c0"), (0.45, "#3f8ea6"), (1, "#175a7c"), top=_HORIZON)
    _glitter(brush)
    _boat(brush)
    return brush


def _sun_and_clouds(brush: Brush) -> None:
    brush.glow((850, 270), 330, "#fff1c4", opacity=0.9)
    brush.dot((850, 270), 62, "#fffaf0")
    for x, y, size in ((210, 120, 1.0), (520, 72, 0.62), (1050, 122, 0.75)):
        for a, b, radius in ((-84, 12, 34), (-40, -8, 48), (20, -16, 56), (74, 4, 40)):
            brush.dot((x + a * size, y + b * size), radius * size, "#fdeee6")
        left, right = x - 118 * size, x + 114 * size
        brush.stroke(
            [(left + 24, y + 24 * size), (right - 24, y + 24 * size)], 44 * size, "#fdeee6"
        )
    for x, y, size in ((610, 190, 1.0), (668, 164, 0.7), (560, 150, 0.6)):
        for side in (-1, 1):
            wing = [
                (x, y),
                (x + side * 16 * size, y - 13 * size),
                (x + side * 36 * size, y - 5 * size),
            ]
            brush.curve(wing, 4 * size, "#4d5b7c")


def _hills(brush: Brush) -> None:
    far = [(-50, 420), (-50, 300), (90, 262), (230, 310), (400, 338), (520, 372), (500, 420)]
    brush.blob(far, "#b58aa0")
    near = [(-60, 420), (-60, 330), (60, 318), (200, 346), (330, 372), (300, 420)]
    brush.blob(near, "#8a6e92")
    right = [(960, 420), (1000, 356), (1080, 330), (1180, 296), (1260, 300), (1260, 420)]
    brush.blob(right, "#a57f9a")


def _glitter(brush: Brush) -> None:
    chance = random.Random(11)  # noqa: S311  the same sea every time
    brush.soft([(800, 360), (900, 360), (1010, 640), (690, 640)], 34, "#ffe9b8", opacity=0.7)
    for _ in range(46):
        y = _HORIZON + 8 + 300 * chance.random() ** 1.4
        spread = 20 + (y - _HORIZON) * 0.4
        x = 850 + chance.uniform(-spread, spread)
        brush.oval(
            (x, y), chance.uniform(8, 34), 1.5 + (y - _HORIZON) / 160, "#fff6da", opacity=0.8
        )
    for row in range(11):
        y = _HORIZON + 34 + row * 22 + row * row * 2.6
        depth = (y - _HORIZON) / 540
        for _ in range(7 - row // 3):
            x, length = chance.uniform(-40, 1240), 46 + 130 * depth * chance.uniform(0.6, 1.2)
            lift = 3 + 9 * depth
            wave = [
                (x, y),
                (x + length * 0.3, y - lift),
                (x + length * 0.7, y - lift),
                (x + length, y),
            ]
            colour = chance.choice(("#9fd0d2", "#6fb3c0", "#bfe2dc"))
            brush.curve(wave, 2 + 3.4 * depth, colour, opacity=0.6)


def _boat(brush: Brush) -> None:
    # Left and right tips, the keel's corners, the fold in the middle, the mast's top.
    waterline = 690.0
    brush.soft(ellipse((590, waterline + 26), 290, 34), 14, "#0d3f5c", opacity=0.65)
    with brush.inside([(0, waterline + 4), (1200, waterline + 4), (1200, 900), (0, 900)]):
        _paper(brush, waterline + 8, upside_down=True)
    for y, across in ((waterline + 66, 250), (waterline + 104, 190), (waterline + 142, 130)):
        brush.curve(
            [
                (590 - across, y),
                (590 - across / 2, y - 7),
                (590, y),
                (590 + across / 2, y - 7),
                (590 + across, y),
            ],
            9,
            "#2b769a",
            opacity=0.75,
        )
    _paper(brush, waterline, upside_down=False)
    for y, across in ((waterline + 12, 225), (waterline + 30, 300)):
        for side in (-1, 1):
            ripple = [
                (590 + side * across * 0.55, y + 9),
                (590 + side * across * 0.85, y + 4),
                (590 + side * across * 1.12, y - 6),
            ]
            brush.curve(ripple, 5, "#d9f0ec", opacity=0.85)
    brush.curve(
        [(400, waterline + 8), (500, waterline + 15), (680, waterline + 15), (786, waterline + 8)],
        6,
        "#e6f6f2",
        opacity=0.9,
    )


def _paper(brush: Brush, waterline: float, *, upside_down: bool) -> None:
    def at(x: float, above: float) -> Point:
        return (590 + x, waterline + above * 0.62) if upside_down else (590 + x, waterline - above)

    opacity = 0.32 if upside_down else 1.0
    sail_left = [at(-8, 352), at(-128, 92), at(-8, 78)]
    sail_right = [at(-8, 352), at(122, 96), at(-8, 78)]
    brush.polygon(sail_left, "#fffdf7", opacity=opacity)
    brush.polygon(sail_right, "#dcd3dc", opacity=opacity)
    hull_back = [at(-292, 152), at(-8, 62), at(282, 158), at(160, 40), at(-170, 40)]
    brush.polygon(hull_back, "#c9bdcb", opacity=opacity)
    left = [at(-292, 152), at(-8, 96), at(-8, -6), at(-176, -6)]
    right = [at(282, 158), at(-8, 96), at(-8, -6), at(180, -6)]
    brush.polygon(left, "#fffaf0", opacity=opacity)
    brush.polygon(right, "#eadfe2", opacity=opacity)
    if upside_down:
        return
    brush.polygon([at(-292, 152), at(-8, 96), at(-8, 82), at(-270, 134)], "#e9dfe4")
    brush.polygon([at(282, 158), at(-8, 96), at(-8, 82), at(262, 139)], "#d3c6d2")
    brush.stroke([at(-8, 96), at(-8, -4)], 2.5, "#cabfce")
    brush.stroke([at(-8, 350), at(-8, 98)], 2.5, "#cabfce")
    brush.stroke([at(-8, 352), at(-8, 412)], 6, "#8a5a44")
    brush.blob(
        [at(-6, 412), at(30, 402), at(64, 408), at(70, 380), at(34, 372), at(-6, 380)], "#e4574c"
    )
    for row, length in enumerate((70, 92, 60)):  # what the paper was used for before
        y = 66 - row * 18
        brush.stroke(
            [at(-196 + row * 14, y + 20), at(-196 + row * 14 + length, y + 20 - length * 0.12)],
            4,
            "#c4d2e4",
        )
