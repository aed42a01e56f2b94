"""A lighthouse on its cliff at dusk."""

from __future__ import annotations

import random

from bot.demo.drawing.brush import Brush, Point, closed_curve

_HORIZON = 560.0


def draw() -> Brush:
    """Landscape, 1280 by 860."""
    brush = Brush(1280, 860)
    brush.sky((0, "#1d2150"), (0.45, "#5b4a8c"), (0.75, "#d9788a"), (1, "#ffc08a"), bottom=_HORIZON)
    _sky(brush)
    brush.sky((0, "#e59a8c"), (0.15, "#8a6a9c"), (0.5, "#3c4784"), (1, "#1b2554"), top=_HORIZON)
    _sea(brush)
    _beam(brush)
    _cliff(brush)
    _house(brush)
    _tower(brush)
    _surf(brush)
    return brush


def _sky(brush: Brush) -> None:
    chance = random.Random(3)  # noqa: S311  the same evening every time
    for _ in range(80):
        where = (chance.uniform(0, 1280), chance.uniform(0, 250))
        brush.dot(where, chance.choice((1, 1.3, 1.8)), "#fff6e0", opacity=chance.uniform(0.3, 0.95))
    brush.glow((360, _HORIZON), 420, "#ffe0a0", opacity=0.85)
    brush.dot((360, _HORIZON - 14), 64, "#fff0cc")
    for x, y, length, colour in (
        (130, 380, 300, "#f0a0a0"),
        (330, 420, 380, "#f5b09a"),
        (20, 450, 240, "#f7bc9c"),
        (560, 350, 260, "#c77a9a"),
        (700, 440, 300, "#ee9f98"),
    ):
        cloud = [
            (x, y),
            (x + length * 0.2, y - 13),
            (x + length * 0.5, y - 20),
            (x + length * 0.8, y - 10),
            (x + length, y),
            (x + length * 0.5, y + 8),
        ]
        brush.blob(cloud, colour, opacity=0.8)
    for x, y, size in ((560, 250, 1.1), (616, 222, 0.8), (500, 216, 0.7)):
        for side in (-1, 1):
            brush.curve(
                [
                    (x, y),
                    (x + side * 18 * size, y - 14 * size),
                    (x + side * 40 * size, y - 6 * size),
                ],
                4.5 * size,
                "#2c2a58",
            )


def _sea(brush: Brush) -> None:
    chance = random.Random(8)  # noqa: S311  the same sea every time
    brush.soft(
        [(310, _HORIZON), (410, _HORIZON), (520, 860), (200, 860)], 26, "#ffc79a", opacity=0.55
    )
    for _ in range(48):
        y = _HORIZON + 5 + 260 * chance.random() ** 1.3
        spread = 36 + (y - _HORIZON) * 0.5
        brush.oval(
            (360 + chance.uniform(-spread, spread), y),
            chance.uniform(10, 40),
            1.6 + (y - _HORIZON) / 150,
            "#ffe6bd",
            opacity=0.75,
        )
    for row in range(9):
        y = _HORIZON + 22 + row * 17 + row * row * 2
        for _ in range(6):
            x, length = chance.uniform(-40, 1280), 50 + row * 14
            brush.curve(
                [(x, y), (x + length * 0.3, y - 4), (x + length * 0.7, y - 4), (x + length, y)],
                2 + row * 0.35,
                chance.choice(("#a98fc0", "#7f7cb8", "#c79cb4")),
                opacity=0.5,
            )


def _beam(brush: Brush) -> None:
    lamp = (930, 172)
    for reach, opacity in ((88, 0.2), (44, 0.32)):
        brush.soft([lamp, (-60, 60 - reach), (-60, 60 + reach)], 9, "#fff3c0", opacity=opacity)
    brush.soft([lamp, (1340, 130 - 40), (1340, 130 + 40)], 9, "#fff3c0", opacity=0.34)


def _cliff(brush: Brush) -> None:
    back = [(1340, 900), (1340, 430), (1220, 424), (1110, 470), (1000, 520), (900, 700), (880, 900)]
    brush.blob(back, "#4a3c6c")
    cliff = [
        (620, 910),
        (668, 800),
        (650, 744),
        (716, 690),
        (722, 620),
        (782, 560),
        (870, 520),
        (1010, 508),
        (1140, 536),
        (1250, 560),
        (1350, 570),
        (1350, 910),
    ]
    brush.blob(cliff, "#54406a")
    with brush.inside(closed_curve(cliff)):
        for shade in (
            [
                (716, 690),
                (722, 620),
                (800, 560),
                (820, 640),
                (776, 720),
                (800, 800),
                (740, 900),
                (640, 900),
                (660, 780),
            ],
            [(880, 600), (960, 580), (940, 700), (990, 780), (940, 900), (860, 900), (890, 760)],
            [(1080, 600), (1180, 620), (1150, 720), (1200, 900), (1090, 900), (1110, 740)],
        ):
            brush.blob(shade, "#8a5f80", opacity=0.75)
        grass = [
            (700, 600),
            (782, 556),
            (870, 514),
            (1010, 500),
            (1140, 528),
            (1260, 552),
            (1360, 560),
            (1360, 604),
            (1240, 600),
            (1120, 580),
            (1040, 596),
            (980, 562),
            (900, 584),
            (850, 566),
            (790, 612),
        ]
        brush.blob(grass, "#4f8069")
        brush.curve([(760, 572), (870, 516), (1010, 502), (1140, 530), (1300, 556)], 9, "#8fb87a")
    for x, y in ((800, 552), (826, 542), (1080, 516), (1180, 542), (1232, 556), (1010, 506)):
        for lean in (-6, 0, 6):
            brush.stroke([(x, y), (x + lean, y - 15)], 3, "#7fae74")


def _house(brush: Brush) -> None:
    brush.polygon([(1030, 430), (1166, 430), (1166, 536), (1030, 528)], "#f2dcc8")
    brush.polygon([(1030, 430), (1060, 430), (1060, 530), (1030, 528)], "#c7a6ac")
    brush.polygon([(1012, 436), (1050, 376), (1148, 376), (1186, 436)], "#a8434a")
    brush.polygon([(1012, 436), (1050, 376), (1064, 376), (1036, 436)], "#87353f")
    brush.polygon([(1122, 352), (1142, 352), (1142, 392), (1122, 392)], "#8a4a4c")
    brush.curve([(1132, 344), (1142, 318), (1130, 296), (1144, 268)], 11, "#d9c6d6", opacity=0.6)
    for x in (1080, 1128):
        brush.glow((x + 12, 472), 60, "#ffd98a", opacity=0.7)
        brush.polygon([(x, 456), (x + 25, 456), (x + 25, 490), (x, 490)], "#ffe29a")
        brush.stroke([(x + 12.5, 456), (x + 12.5, 490)], 2.5, "#8a4a4c")
        brush.stroke([(x, 472), (x + 25, 472)], 2.5, "#8a4a4c")


def _tower(brush: Brush) -> None:
    def side(y: float) -> float:
        return 42 + (y - 212) * 0.075

    def slice_of(top: float, bottom: float) -> list[Point]:
        return [
            (930 - side(top), top),
            (930 + side(top), top),
            (930 + side(bottom), bottom),
            (930 - side(bottom), bottom),
        ]

    whole = slice_of(212, 540)
    brush.polygon(whole, "#fbf1e6")
    for top in (256, 344, 432):
        brush.polygon(slice_of(top, top + 44), "#d8484b")
    with brush.inside(whole):
        brush.soft([(944, 200), (1020, 200), (1020, 560), (952, 560)], 14, "#3a2a5c", opacity=0.6)
        brush.soft([(860, 200), (892, 200), (880, 560), (850, 560)], 9, "#ffd9a6", opacity=0.7)
    for y in (322, 410):
        brush.polygon([(920, y - 16), (938, y - 16), (938, y + 12), (920, y + 12)], "#ffdf94")
    brush.polygon([(912, 492), (946, 492), (948, 540), (910, 540)], "#6b3a4a")
    brush.dot((929, 492), 17, "#6b3a4a")
    brush.polygon([(870, 200), (990, 200), (982, 218), (878, 218)], "#3a2e58")
    brush.polygon([(898, 146), (962, 146), (962, 200), (898, 200)], "#fff0b0")
    brush.glow((930, 172), 150, "#fff6cf", opacity=0.95)
    brush.dot((930, 172), 17, "#ffffff")
    for x in (898, 919, 941, 962):
        brush.stroke([(x, 146), (x, 200)], 4, "#3a2e58")
    brush.polygon([(886, 148), (974, 148), (948, 112), (912, 112)], "#b23a44")
    brush.dot((930, 104), 10, "#b23a44")
    brush.stroke([(930, 98), (930, 70)], 4, "#3a2e58")
    for x in range(872, 992, 20):
        brush.stroke([(x, 178), (x, 200)], 2.6, "#3a2e58")
    brush.stroke([(870, 178), (990, 178)], 3.4, "#3a2e58")


def _surf(brush: Brush) -> None:
    for row, (opacity, colour) in enumerate(((0.9, "#f3e3ea"), (0.6, "#b9a9cf"))):
        shift = row * 26
        foam = [
            (560 - shift, 862),
            (604 - shift, 822),
            (642 - shift, 806),
            (640 - shift, 768),
            (676 - shift, 742),
        ]
        brush.curve(foam, 12 - row * 5, colour, opacity=opacity)
    for x, y, radius in ((640, 780, 9), (622, 800, 7), (654, 752, 6), (600, 838, 9), (662, 732, 5)):
        brush.dot((x, y), radius, "#ffffff", opacity=0.9)
