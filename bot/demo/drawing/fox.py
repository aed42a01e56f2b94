"""A fox in a scarf, in an autumn wood."""

from __future__ import annotations

import random

from bot.demo.drawing.brush import Brush, Point, closed_curve, ellipse

_ORANGE = "#e8743b"
_DARK = "#c2532a"
_CREAM = "#fff4e4"
_BROWN = "#4a2a2c"


def draw() -> Brush:
    """Portrait, 900 by 1200."""
    brush = Brush(900, 1200)
    brush.sky((0, "#f9d9a0"), (0.55, "#f4b77c"), (1, "#c97a57"))
    _wood(brush)
    _body(brush)
    _scarf(brush)
    _ears(brush)
    _head(brush)
    _face(brush)
    _falling_leaves(brush)
    return brush


def _wood(brush: Brush) -> None:
    chance = random.Random(5)  # noqa: S311  the same wood every time
    brush.glow((450, 380), 620, "#fff3cf", opacity=0.9)
    for _ in range(34):
        where = (chance.uniform(-40, 940), chance.uniform(-40, 420))
        colour = chance.choice(("#e99a4f", "#d97b45", "#f0b75e", "#c9613f"))
        brush.dot(where, chance.uniform(38, 96), colour, opacity=0.42)
    for x, width, lean in ((70, 54, 8), (216, 30, -6), (700, 34, 8), (838, 62, -10)):
        trunk = [(x, -10), (x + width, -10), (x + width + lean, 1210), (x + lean - 6, 1210)]
        brush.polygon(trunk, "#f6ead8", opacity=0.9)
        with brush.inside(trunk):
            brush.soft(
                [(x - 20, 0), (x + width * 0.2, 0), (x + width * 0.3, 1200), (x - 20, 1200)],
                9,
                "#b98f76",
                opacity=0.7,
            )
            for _ in range(9):
                y, reach = chance.uniform(0, 1150), chance.uniform(0.3, 0.7) * width
                brush.oval((x + chance.choice((0, width)), y), reach, 5, "#6b4a43", opacity=0.8)
    for _ in range(26):
        where = (chance.uniform(-20, 920), chance.uniform(-30, 130))
        _leaf(
            brush,
            where,
            chance.uniform(20, 38),
            chance.uniform(0, 360),
            chance.choice(("#d9582f", "#eaa13c", "#c9452f", "#f0bf55")),
        )
    brush.blob(
        [(-60, 1260), (-60, 1040), (200, 1004), (470, 1030), (760, 1000), (960, 1040), (960, 1260)],
        "#a9573d",
    )


def _body(brush: Brush) -> None:
    tail = [
        (640, 1190),
        (770, 1120),
        (838, 970),
        (800, 812),
        (728, 742),
        (716, 850),
        (672, 960),
        (600, 1060),
    ]
    brush.blob(tail, _DARK)
    with brush.inside(closed_curve(tail)):
        brush.blob([(700, 860), (850, 870), (840, 700), (700, 700), (690, 790)], _CREAM)
        brush.blob(
            [(708, 850), (744, 884), (776, 846), (812, 884), (860, 840), (840, 700), (700, 700)],
            _CREAM,
        )
    body = [(270, 1230), (252, 1060), (300, 900), (450, 830), (600, 900), (650, 1060), (632, 1230)]
    brush.blob(body, _ORANGE)
    with brush.inside(closed_curve(body)):
        brush.soft([(210, 880), (310, 880), (300, 1240), (210, 1240)], 26, _DARK, opacity=0.85)
        brush.soft([(600, 880), (690, 880), (690, 1240), (620, 1240)], 26, _DARK, opacity=0.7)
    chest = [
        (340, 900),
        (560, 900),
        (590, 1000),
        (544, 1040),
        (560, 1092),
        (496, 1110),
        (452, 1176),
        (408, 1110),
        (344, 1092),
        (360, 1040),
        (312, 1000),
    ]
    brush.blob(chest, _CREAM)
    for x in (400, 452, 506):
        brush.curve([(x, 1010), (x + 4, 1040), (x, 1066)], 5, "#ead2b8")


def _scarf(brush: Brush) -> None:
    tail = [(548, 920), (626, 908), (664, 1080), (586, 1106)]
    brush.polygon(tail, "#1f7d80")
    for x in (592, 612, 632, 652):
        brush.stroke([(x, 1094 - (x - 592) * 0.3), (x + 5, 1130 - (x - 592) * 0.3)], 9, "#1f7d80")
    brush.polygon([(572, 1030), (644, 1010), (650, 1034), (578, 1056)], "#f3d27a")
    band = [
        (268, 852),
        (300, 934),
        (450, 976),
        (606, 930),
        (634, 846),
        (560, 880),
        (450, 898),
        (340, 880),
    ]
    brush.blob(band, "#2a9a9b")
    with brush.inside(closed_curve(band)):
        for x in range(290, 650, 62):
            brush.stroke([(x, 840), (x - 26 + (x - 290) * 0.14, 990)], 13, "#f3d27a", opacity=0.9)
        brush.soft(
            [(250, 840), (650, 840), (600, 890), (450, 908), (300, 890)],
            10,
            "#125a60",
            opacity=0.75,
        )


def _ears(brush: Brush) -> None:
    for side in (-1, 1):

        def at(x: float, y: float, side: int = side) -> Point:
            return 450 + side * x, y

        ear = [at(70, 440), at(120, 330), at(214, 196), at(246, 208), at(276, 340), at(272, 500)]
        brush.blob(ear, _ORANGE)
        with brush.inside(closed_curve(ear)):
            brush.blob(
                [
                    at(140, 312),
                    at(190, 290),
                    at(230, 300),
                    at(290, 320),
                    at(260, 150),
                    at(180, 170),
                ],
                _BROWN,
            )
        brush.blob(
            [at(130, 440), at(160, 362), at(212, 290), at(238, 380), at(240, 480)], "#f6c7a6"
        )
        brush.blob(
            [at(150, 460), at(176, 390), at(206, 350), at(214, 420), at(210, 490)],
            _BROWN,
            opacity=0.28,
        )


def _head(brush: Brush) -> None:
    head = [
        (450, 392), (560, 408), (668, 470), (716, 590), (786, 668), (716, 690), (726, 734),
        (652, 742), (560, 826), (450, 872), (340, 826), (248, 742), (174, 734), (184, 690),
        (114, 668), (184, 590), (232, 470), (340, 408),
    ]  # fmt: skip
    brush.soft([(x, y + 26) for x, y in head], 16, "#7a2f20", opacity=0.4)
    brush.blob(head, _ORANGE)
    with brush.inside(closed_curve(head)):
        brush.glow((450, 440), 260, "#f59a58", opacity=0.8)
        for side in (-1, 1):
            cheek = [
                (450 + side * x, y)
                for x, y in (
                    (22, 742),
                    (70, 664),
                    (168, 612),
                    (262, 618),
                    (350, 660),
                    (330, 800),
                    (200, 880),
                    (20, 900),
                )
            ]
            brush.blob(cheek, _CREAM)
            brush.soft(ellipse((450 + side * 226, 702), 46, 30), 16, "#f29c7a", opacity=0.6)
        brush.polygon([(400, 700), (500, 700), (500, 900), (400, 900)], _CREAM)
    snout = [
        (450, 560),
        (492, 640),
        (524, 720),
        (500, 782),
        (450, 800),
        (400, 782),
        (376, 720),
        (408, 640),
    ]
    brush.blob(snout, "#f08a4c")
    with brush.inside(closed_curve(snout)):
        brush.blob(
            [(360, 742), (410, 716), (450, 736), (490, 716), (540, 742), (520, 830), (380, 830)],
            _CREAM,
        )


def _face(brush: Brush) -> None:
    for side in (-1, 1):
        eye = (450 + side * 122, 610)
        brush.oval(eye, 40, 46, _BROWN)
        brush.oval((eye[0], eye[1] + 8), 30, 33, "#6e3d2c")
        brush.oval((eye[0], eye[1] + 4), 22, 26, "#1d1014")
        brush.dot((eye[0] + 13, eye[1] - 17), 12, "#ffffff")
        brush.dot((eye[0] - 12, eye[1] + 18), 6, "#ffffff", opacity=0.85)
        lash = [
            (eye[0] + side * x, eye[1] + y) for x, y in ((-32, -32), (2, -50), (34, -36), (58, -48))
        ]
        brush.curve(lash, 9, _BROWN)
        brush.curve(
            [
                (eye[0] - 26, eye[1] - 84),
                (eye[0] + side * 6, eye[1] - 98),
                (eye[0] + 26, eye[1] - 88),
            ],
            13,
            "#f9b27e",
        )
        for y, reach in ((738, 170), (760, 160)):
            brush.curve(
                [
                    (450 + side * 96, y),
                    (450 + side * reach, y - 2),
                    (450 + side * (reach + 60), y - 14),
                ],
                2.6,
                "#b58e78",
            )
    brush.blob([(410, 726), (450, 714), (490, 726), (484, 756), (450, 778), (416, 756)], "#2a171b")
    brush.oval((436, 735), 14, 6, "#ffffff", turn=-12, opacity=0.65)
    brush.stroke([(450, 776), (450, 800)], 5, _BROWN)
    brush.curve([(398, 800), (424, 818), (450, 800), (476, 818), (502, 800)], 6, _BROWN)


def _falling_leaves(brush: Brush) -> None:
    for x, y, size, turn, colour in (
        (122, 470, 34, 30, "#d9582f"),
        (800, 360, 40, 120, "#eaa13c"),
        (96, 900, 46, 200, "#eaa13c"),
        (196, 1130, 44, 80, "#d9582f"),
        (760, 1150, 52, 10, "#f0bf55"),
        (60, 1120, 38, 320, "#c9452f"),
        (560, 250, 26, 300, "#c9452f"),
    ):
        _leaf(brush, (x, y), size, turn, colour)


def _leaf(brush: Brush, where: Point, size: float, turn: float, colour: str) -> None:
    outline = ellipse(where, size, size * 0.46, turn=turn)
    brush.polygon(outline, colour)
    brush.stroke([outline[0], outline[48]], 2.4, "#8a3a26", opacity=0.7)
