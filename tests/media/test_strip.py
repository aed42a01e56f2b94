from __future__ import annotations

import io

import pytest
from PIL import Image

from bot.errors import MediaError
from bot.media.strip import strip


def plain(colour: str, size: tuple[int, int]) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, colour).save(data, "PNG")
    return data.getvalue()


def drawn(*pictures: bytes) -> Image.Image:
    with Image.open(io.BytesIO(strip(pictures, 100))) as picture:
        assert picture.format == "WEBP"
        return picture.convert("RGBA")


def kinds(picture: Image.Image) -> list[str]:
    """What is in the middle of each of the four places."""
    seen = []
    for x in range(50, picture.width, 105):
        red, green, blue, alpha = picture.getpixel((x, 50))  # type: ignore[misc]
        loudest = max((red, "red"), (green, "green"), (blue, "blue"))[1]
        seen.append(loudest if alpha else "nothing")
    return seen


RED, GREEN, BLUE = (
    plain(colour, size)
    for colour, size in (("#f00", (900, 360)), ("#0f0", (360, 900)), ("#00f", (400, 400)))
)


def test_pictures_stand_side_by_side_in_their_order() -> None:
    assert kinds(drawn(RED, GREEN, BLUE)) == ["red", "green", "blue", "nothing"]


def test_a_strip_is_equally_large_however_many_there_are() -> None:
    sizes = {drawn(*[RED] * count).size for count in range(1, 7)}

    assert sizes == {(415, 100)}


def test_a_fifth_picture_is_left_out() -> None:
    assert kinds(drawn(RED, RED, RED, RED, BLUE)) == ["red"] * 4


def test_corners_and_gaps_let_the_card_show_through() -> None:
    picture = drawn(RED, RED)

    corner, gap = picture.getpixel((0, 0)), picture.getpixel((102, 50))
    assert (corner[3], gap[3]) == (0, 0)  # type: ignore[index]


def test_a_picture_that_cannot_be_decoded_is_told() -> None:
    with pytest.raises(MediaError):
        strip([RED, b"GIF89a"], 100)
