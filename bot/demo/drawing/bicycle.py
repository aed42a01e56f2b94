"""A red bicycle leans by a sunny wall."""

from __future__ import annotations

import math

from bot.demo.drawing.brush import Brush, Point, ellipse

_RED = "#d8383f"
_STEEL = "#5b6470"
_REAR: Point = (330, 690)
_FRONT: Point = (720, 690)
_WHEEL = 142.0


def draw() -> Brush:
    """Square, 1000 by 1000."""
    brush = Brush(1000, 1000)
    _wall(brush)
    _window(brush)
    _pavement(brush)
    _shadow(brush)
    for hub in (_REAR, _FRONT):
        _wheel(brush, hub)
    _frame(brush)
    _basket(brush)
    return brush


def _wall(brush: Brush) -> None:
    brush.sky((0, "#f7d48b"), (1, "#f2bd74"), bottom=790)
    for x, y in (
        (70, 470),
        (168, 500),
        (880, 380),
        (790, 520),
        (930, 600),
        (60, 120),
        (120, 690),
        (860, 90),
    ):
        for row, shift in enumerate((0, 30)):
            left = x + shift
            brush.polygon(
                [
                    (left, y + row * 24),
                    (left + 52, y + row * 24),
                    (left + 52, y + row * 24 + 18),
                    (left, y + row * 24 + 18),
                ],
                "#e3a661",
            )
    brush.soft([(0, 0), (300, 0), (760, 790), (260, 790)], 50, "#fff0c0", opacity=0.5)


def _window(brush: Brush) -> None:
    brush.polygon([(352, 76), (648, 76), (648, 384), (352, 384)], "#fff6e3")
    brush.polygon([(370, 94), (630, 94), (630, 372), (370, 372)], "#7fc4d6")
    with brush.inside([(370, 94), (630, 94), (630, 372), (370, 372)]):
        brush.polygon([(370, 372), (540, 94), (600, 94), (430, 372)], "#b5e2e8", opacity=0.8)
        brush.blob(
            [(360, 80), (470, 80), (440, 180), (400, 290), (360, 340)], "#fffdf5", opacity=0.9
        )
        brush.blob(
            [(640, 80), (530, 80), (560, 180), (600, 290), (640, 340)], "#fffdf5", opacity=0.9
        )
    brush.stroke([(500, 94), (500, 372)], 12, "#fff6e3")
    brush.stroke([(370, 226), (630, 226)], 12, "#fff6e3")
    for left in (238, 656):
        brush.polygon([(left, 76), (left + 106, 76), (left + 106, 384), (left, 384)], "#2f8f8b")
        for row in range(11):
            slat = 102 + row * 25
            brush.stroke([(left + 18, slat), (left + 88, slat)], 8, "#23736f")
    brush.polygon([(340, 398), (660, 398), (642, 456), (358, 456)], "#b8683f")
    brush.polygon([(332, 388), (668, 388), (668, 406), (332, 406)], "#cf7d4e")
    for index in range(13):
        x = 352 + index * 24.5
        y = 372 - 15 * math.sin(index * 1.9)
        brush.dot((x, 388), 19, "#3f8f57")
        _flower(brush, (x, y), 13, ("#e8505b", "#ffffff", "#f48fb1", "#ffd166")[index % 4])


def _pavement(brush: Brush) -> None:
    brush.sky((0, "#c9b8ae"), (1, "#a8948c"), top=790)
    brush.polygon([(0, 776), (1000, 776), (1000, 800), (0, 800)], "#e6d6c6")
    for row in range(5):
        y, height = 812 + row * 26 + row * row * 5, 18 + row * 9
        width = 92 + row * 18
        for column in range(-1, 13):
            left = column * width + (row % 2) * width // 2
            tone = ("#bba9a0", "#b29f96", "#c4b3a9")[(column * 7 + row * 5) % 3]
            brush.polygon(_cobble(left + 4, y, width - 8, height), tone)


def _shadow(brush: Brush) -> None:
    brush.soft(ellipse((545, 838), 390, 20), 10, "#5e4a48", opacity=0.6)
    for x, y in (_REAR, _FRONT):
        outline = ellipse((x + 54, y - 24), _WHEEL, _WHEEL)
        brush.stroke([*outline, outline[0]], 11, "#c98f4d", opacity=0.38)
    brush.stroke([(476, 668), (680, 480), (730, 450)], 13, "#c98f4d", opacity=0.38)


def _wheel(brush: Brush, hub: Point) -> None:
    x, y = hub
    for spoke in range(18):
        angle = math.tau * spoke / 18
        rim = (x + (_WHEEL - 8) * math.cos(angle), y + (_WHEEL - 8) * math.sin(angle))
        brush.stroke([hub, rim], 1.8, "#e9e4de")
    brush.ring(hub, _WHEEL, 15, "#39323a")
    brush.ring(hub, _WHEEL - 10, 5, "#e6dfd6")
    brush.dot(hub, 14, _STEEL)
    brush.dot(hub, 6, "#d9d4cd")
    start = 200 if hub == _REAR else 215
    guard = [
        (
            x + (_WHEEL + 17) * math.cos(math.radians(a)),
            y + (_WHEEL + 17) * math.sin(math.radians(a)),
        )
        for a in range(start, start + 125, 5)
    ]
    brush.stroke(guard, 10, _RED)


def _frame(brush: Brush) -> None:
    crank, seat, head, fork = (482, 712), (424, 506), (640, 486), (664, 556)
    brush.stroke([_REAR, crank], 8, _STEEL)
    brush.stroke([(_REAR[0], _REAR[1] - 13), (crank[0], crank[1] - 36)], 3, "#39323a")
    brush.stroke([(_REAR[0], _REAR[1] + 13), (crank[0], crank[1] + 36)], 3, "#39323a")
    brush.stroke([_REAR, (438, 556)], 11, _RED)
    brush.stroke([_REAR, crank], 11, _RED)
    brush.stroke([crank, seat], 17, _RED)
    brush.curve([(434, 548), (530, 596), (652, 520)], 16, _RED)
    brush.curve([crank, (590, 640), fork], 18, _RED)
    brush.curve([(486, 704), (588, 630), (656, 554)], 4, "#f2777a")
    brush.curve([head, fork, (694, 626), _FRONT], 15, _RED)
    brush.stroke([head, fork], 20, _RED)
    brush.stroke([seat, (412, 462)], 10, "#c9c3bd")
    brush.blob(
        [
            (340, 452),
            (360, 432),
            (420, 440),
            (478, 446),
            (484, 458),
            (430, 464),
            (396, 482),
            (352, 478),
        ],
        "#7a4a33",
    )
    brush.curve([(352, 446), (400, 448), (462, 452)], 4, "#a8714f")
    brush.stroke([head, (628, 436)], 11, "#c9c3bd")
    brush.curve([(628, 438), (660, 414), (640, 392), (588, 398)], 10, "#c9c3bd")
    brush.stroke([(604, 396), (562, 404)], 18, "#7a4a33")
    brush.dot((650, 410), 11, "#f2bf4b")
    brush.dot(crank, 38, "#39323a")
    brush.dot(crank, 29, "#8a8f96")
    for spoke in range(5):
        angle = math.tau * spoke / 5 + 0.3
        brush.dot(
            (crank[0] + 19 * math.cos(angle), crank[1] + 19 * math.sin(angle)), 6.5, "#39323a"
        )
    brush.dot(crank, 9, "#e6dfd6")
    brush.stroke([crank, (530, 758)], 9, "#c9c3bd")
    brush.stroke([(508, 762), (554, 758)], 12, "#39323a")
    brush.stroke([(264, 528), (408, 528)], 8, _STEEL)
    brush.stroke([(276, 528), _REAR], 5, _STEEL)


def _basket(brush: Brush) -> None:
    for x, y, colour in (
        (690, 408, "#f48fb1"),
        (722, 384, "#ffffff"),
        (758, 372, "#ffd166"),
        (794, 388, "#b388eb"),
        (822, 412, "#ff8a5c"),
        (740, 412, "#e8505b"),
        (778, 418, "#ffffff"),
    ):
        brush.stroke([(x, y), (756 + (x - 756) * 0.5, 470)], 5, "#4d9a5c")
        brush.oval((x + 14, y + 30), 17, 7, "#5fae6c", turn=38)
        _flower(brush, (x, y), 21, colour)
    body = [(664, 446), (852, 446), (826, 566), (690, 566)]
    brush.polygon(body, "#c98d52")
    with brush.inside(body):
        for row in range(6):
            for column in range(11):
                left, top = 656 + column * 19 + (row % 2) * 9.5, 452 + row * 20
                brush.stroke(
                    [(left, top), (left + 11, top)],
                    6,
                    "#e2b276" if (row + column) % 2 else "#a9713c",
                )
        brush.soft([(650, 440), (690, 440), (712, 580), (650, 580)], 12, "#7a4a2a", opacity=0.5)
    brush.stroke([(660, 446), (856, 446)], 15, "#b57a42")
    brush.stroke([(664, 443), (852, 443)], 4, "#dcab6c")


def _flower(brush: Brush, centre: Point, size: float, colour: str) -> None:
    x, y = centre
    for petal in range(6):
        angle = math.tau * petal / 6
        brush.dot(
            (x + size * 0.55 * math.cos(angle), y + size * 0.55 * math.sin(angle)),
            size * 0.46,
            colour,
        )
    brush.dot(centre, size * 0.36, "#f2a93b" if colour != "#ffd166" else "#c96f2e")


def _cobble(left: float, top: float, width: float, height: float) -> list[Point]:
    """Outline of a cobble: a box with its corners taken off."""
    cut = min(width, height) * 0.3
    right, bottom = left + width, top + height
    return [
        (left + cut, top),
        (right - cut, top),
        (right, top + cut),
        (right, bottom - cut),
        (right - cut, bottom),
        (left + cut, bottom),
        (left, bottom - cut),
        (left, top + cut),
    ]
