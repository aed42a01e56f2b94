"""An astronaut takes a walk on the moon."""

from __future__ import annotations

import random

from bot.demo.drawing.brush import Brush, Point, closed_curve, ellipse


def draw() -> Brush:
    """Portrait, 900 by 1200."""
    brush = Brush(900, 1200)
    brush.sky((0, "#0b1030"), (0.55, "#25265c"), (0.8, "#4b3d7c"))
    _stars(brush)
    _earth(brush, (655, 265), 150)
    _ground(brush)
    _astronaut(brush)
    return brush


def _stars(brush: Brush) -> None:
    chance = random.Random(7)  # noqa: S311  the same stars every time
    for _ in range(150):
        where = (chance.uniform(0, 900), chance.uniform(0, 760))
        size = chance.choice((1.0, 1.2, 1.4, 1.8, 2.6))
        brush.dot(where, size, "#fdf6e3", opacity=chance.uniform(0.4, 1))
    for x, y, size in ((140, 170, 13), (330, 92, 9), (236, 396, 10), (826, 522, 9)):
        across = [(x - size, y), (x, y - 1.6), (x + size, y), (x, y + 1.6)]
        down = [(x, y - size), (x + 1.6, y), (x, y + size), (x - 1.6, y)]
        brush.polygon(across, "#ffffff")
        brush.polygon(down, "#ffffff")
        brush.glow((x, y), size * 1.8, "#bcd4ff", opacity=0.35)


def _earth(brush: Brush, centre: Point, radius: float) -> None:
    x, y = centre
    brush.glow(centre, radius * 2.1, "#6fa8ff", opacity=0.5)
    outline = ellipse(centre, radius, radius)
    brush.polygon(outline, "#3f8fe0")
    with brush.inside(outline):
        brush.glow((x - 70, y - 70), radius * 1.7, "#7cc4f5", opacity=0.8)
        for land in (
            [(-120, -70), (-60, -118), (10, -100), (22, -58), (-22, -30), (-34, 12), (-84, -8)],
            [(-26, 30), (26, 22), (52, 58), (30, 112), (2, 128), (-20, 84)],
            [(62, -92), (118, -64), (138, 2), (102, 36), (66, 0), (84, -40)],
        ):
            brush.blob([(x + a, y + b) for a, b in land], "#63b56c")
        for a, b, across in ((-74, 52, 58), (38, -22, 66), (-40, -84, 44), (74, 92, 52)):
            brush.oval((x + a, y + b), across, 11, "#ffffff", turn=-14, opacity=0.88)
            brush.oval((x + a + 22, y + b + 13), across * 0.6, 8, "#ffffff", turn=-14, opacity=0.8)
        brush.soft(ellipse((x + 128, y + 112), radius, radius), 46, "#0c1440", opacity=0.78)


def _ground(brush: Brush) -> None:
    far = [(-60, 1300), (-60, 800), (140, 752), (380, 792), (620, 742), (960, 800), (960, 1300)]
    brush.blob(far, "#7d76a8")
    middle = [(-80, 1320), (-80, 872), (200, 838), (520, 862), (980, 826), (980, 1320)]
    brush.blob(middle, "#a39cc6")
    near = [(-90, 1360), (-90, 960), (210, 905), (520, 902), (760, 930), (990, 975), (990, 1360)]
    brush.blob(near, "#c9c3df")
    brush.soft([(0, 1120), (900, 1080), (900, 1260), (0, 1260)], 60, "#8f87b8", opacity=0.7)
    for x, y, size in (
        (150, 812, 30),
        (742, 796, 24),
        (130, 1010, 58),
        (770, 1050, 74),
        (300, 1140, 44),
        (610, 905, 22),
        (850, 940, 26),
        (560, 1165, 30),
    ):
        brush.oval((x, y), size, size * 0.32, "#9d95c2")
        brush.oval((x, y + size * 0.07), size * 0.88, size * 0.24, "#857daf")
        brush.oval((x, y + size * 0.14), size * 0.66, size * 0.15, "#958dbd")
    for step, (x, y) in enumerate(((262, 978), (222, 1012), (176, 1068), (120, 1108), (56, 1172))):
        brush.oval((x, y), 13 + step * 2, 5 + step, "#9a92bf", turn=-18)


def _astronaut(brush: Brush) -> None:
    suit, shade, accent = "#f7f5fb", "#cfcbe4", "#f0803c"
    brush.soft(ellipse((508, 1020), 172, 24), 12, "#5d5590", opacity=0.75)
    brush.polygon(_rounded(302, 600, 140, 224, 44), "#b4aecf")  # life-support pack
    brush.polygon(_rounded(302, 600, 46, 224, 22), "#9790b8")
    brush.stroke([(320, 602), (306, 528)], 5, "#b4aecf")
    brush.dot((304, 524), 9, accent)
    # The leg behind, then the one in front, in mid-stride.
    brush.curve([(428, 830), (386, 908), (338, 968)], 78, shade)
    brush.blob(
        [(290, 958), (332, 934), (388, 968), (380, 1004), (312, 1010), (282, 992)], "#8f88b4"
    )
    brush.curve([(492, 832), (528, 910), (520, 976)], 84, suit)
    brush.curve([(470, 850), (494, 912), (486, 968)], 18, shade)
    brush.blob(
        [(474, 980), (516, 960), (562, 970), (606, 1004), (590, 1026), (486, 1026)], "#a9a2ca"
    )
    brush.stroke([(484, 950), (558, 950)], 13, accent)
    body = [
        (352, 640),
        (400, 594),
        (506, 594),
        (556, 646),
        (560, 780),
        (528, 854),
        (400, 856),
        (354, 784),
    ]
    brush.blob(body, suit)
    with brush.inside(closed_curve(body)):
        brush.soft([(330, 600), (392, 600), (400, 880), (330, 880)], 16, "#b9b3d6", opacity=0.9)
        brush.stroke([(340, 806), (570, 806)], 13, accent)
    brush.polygon(_rounded(420, 694, 98, 66, 14), "#dcd8ec")
    for x, colour in ((442, "#e8555a"), (468, "#f2bf4b"), (494, "#4fb0a5")):
        brush.dot((x, 715), 8, colour)
    brush.stroke([(440, 741), (498, 741)], 6, "#a9a2ca")
    # One arm hangs, the other waves.
    brush.curve([(376, 660), (330, 728), (340, 790)], 62, shade)
    brush.curve([(382, 660), (340, 728), (348, 784)], 46, suit)
    brush.dot((346, 806), 31, "#a9a2ca")
    brush.curve([(538, 668), (618, 664), (654, 586), (662, 552)], 62, suit)
    brush.curve([(560, 690), (622, 684), (664, 622)], 12, shade)
    brush.stroke([(634, 562), (690, 572)], 13, accent)
    for finger in ([(664, 520), (640, 476)], [(668, 516), (664, 464)], [(672, 520), (692, 474)]):
        brush.stroke(finger, 20, "#a9a2ca")
    brush.stroke([(680, 530), (710, 512)], 19, "#a9a2ca")
    brush.dot((668, 522), 30, "#a9a2ca")
    _helmet(brush, (458, 500))


def _helmet(brush: Brush, centre: Point) -> None:
    x, y = centre
    brush.oval((x, y + 92), 86, 26, "#b4aecf")
    brush.dot(centre, 116, "#f7f5fb")
    with brush.inside(ellipse(centre, 116, 116)):
        brush.soft(ellipse((x - 96, y + 70), 74, 90), 26, "#b9b3d6", opacity=0.9)
    brush.oval((x - 110, y + 8), 15, 32, "#f0803c")
    visor = ellipse((x + 20, y + 4), 86, 74)
    brush.polygon(ellipse((x + 20, y + 4), 95, 83), "#cfcbe4")
    brush.polygon(visor, "#2a2350")
    with brush.inside(visor):
        brush.soft(ellipse((x + 10, y + 76), 120, 56), 22, "#f2a65a", opacity=0.95)
        brush.blob(
            [
                (x - 90, y + 90),
                (x - 60, y + 46),
                (x + 20, y + 38),
                (x + 120, y + 52),
                (x + 120, y + 110),
            ],
            "#c9a7b8",
            opacity=0.8,
        )
        brush.dot((x + 66, y - 26), 17, "#5aa2ea")
        brush.dot((x + 62, y - 30), 8, "#8ed0a0", opacity=0.9)
        brush.curve(
            [(x - 46, y + 12), (x - 36, y - 30), (x - 2, y - 52)], 12, "#ffffff", opacity=0.75
        )
        brush.dot((x - 44, y + 34), 6, "#ffffff", opacity=0.7)


def _rounded(left: float, top: float, width: float, height: float, radius: float) -> list[Point]:
    """Outline of a rectangle with round corners."""
    right, bottom = left + width, top + height
    outline: list[Point] = []
    for centre, quarter in (
        ((right - radius, bottom - radius), 0),
        ((left + radius, bottom - radius), 1),
        ((left + radius, top + radius), 2),
        ((right - radius, top + radius), 3),
    ):
        outline += ellipse(centre, radius, radius)[quarter * 24 : quarter * 24 + 25]
    return outline
