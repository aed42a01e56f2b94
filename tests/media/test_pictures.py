from __future__ import annotations

import io
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.errors import InvalidImageError, MediaError
from bot.media.pictures import MIB, PictureRules, inspect_picture, read_picture

RULES = PictureRules()


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def plain(width: int, height: int, kind: str = "PNG", **options: Any) -> bytes:
    return encoded(Image.new("RGB", (width, height), "teal"), kind, **options)


def refusal(data: bytes, rules: PictureRules = RULES, label: str = "image2") -> str:
    with pytest.raises(InvalidImageError) as caught:
        inspect_picture(data, rules, label=label)
    return str(caught.value)


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")],
)
def test_tells_what_a_picture_is(kind: str, media_type: str) -> None:
    data = plain(640, 480, kind)

    image = inspect_picture(data, RULES, label="image1")

    assert (image.media_type, image.width_px, image.height_px) == (media_type, 640, 480)
    assert image.size_bytes == len(data)
    assert len(image.sha256) == 64


def test_sizes_are_as_displayed() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side

    image = inspect_picture(plain(640, 480, "JPEG", exif=exif), RULES, label="image1")

    assert (image.width_px, image.height_px) == (480, 640)


def test_the_sides_are_limited_to_the_pixel() -> None:
    assert inspect_picture(plain(300, 300), RULES, label="image2").width_px == 300
    assert refusal(plain(299, 320)) == (
        "image2 is 299 × 320 px; both sides must be at least 300 px."  # noqa: RUF001
    )


def test_the_shape_is_limited_to_the_pixel() -> None:
    assert inspect_picture(plain(750, 300), RULES, label="image2").width_px == 750
    assert inspect_picture(plain(300, 750), RULES, label="image2").height_px == 750
    assert "too wide; width to height must be from 2:5 to 5:2." in refusal(plain(751, 300))
    assert "too narrow" in refusal(plain(300, 751))


def test_the_size_is_limited_to_the_byte() -> None:
    data = plain(400, 400)

    inspect_picture(data, PictureRules(max_bytes=len(data)), label="image2")

    assert refusal(data, PictureRules(max_bytes=len(data) - 1)).startswith("image2 is 0.1 MiB;")
    over = refusal(bytes(10 * MIB + 1))
    assert over == "image2 is 10.1 MiB; a picture may have at most 10 MiB."


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    # 64 megapixels in 8 kB, whose body is cut off: only the header can have been read.
    bomb = encoded(Image.new("1", (8_000, 8_000)), "PNG")[:5_000]

    assert refusal(bomb).endswith("at most 50 million pixels.")


def test_the_pixels_are_limited_to_the_pixel() -> None:
    data = plain(400, 400)

    inspect_picture(data, PictureRules(max_pixels=160_000), label="image2")

    assert "0.159999 million pixels" in refusal(data, PictureRules(max_pixels=159_999))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_animations_are_refused(kind: str) -> None:
    frames = [Image.new("RGB", (400, 400), colour) for colour in ("red", "blue")]

    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])

    assert refusal(data) == "image2 is animated; attach a still picture."


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (plain(400, 400, "GIF"), "a GIF"),
        (plain(400, 400, "BMP"), "a BMP or TIFF picture"),
        (b"\x00\x00\x00\x1cftypheic" + bytes(40), "a HEIC picture"),
        (b"\x00\x00\x00\x1cftypisom" + bytes(40), "a video"),
        (b"%PDF-1.7", "a PDF"),
        (b"hello", "not a picture"),
    ],
)
def test_other_kinds_are_named(data: bytes, what: str) -> None:
    assert refusal(data) == f"image2 is {what}; attach a JPEG, PNG or WebP."


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"") == "image2 is empty; attach a JPEG, PNG or WebP."


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_cut_pictures_are_refused(fox: bytes, kind: str, share: float) -> None:
    with Image.open(io.BytesIO(fox)) as picture:
        data = encoded(picture, kind)

    assert "damaged or incomplete" in refusal(data[: int(len(data) * share)])


def test_a_flipped_bit_in_a_png_is_found(bicycle: bytes) -> None:
    damaged = bytearray(bicycle)
    damaged[len(damaged) // 2] ^= 1

    assert "damaged or incomplete" in refusal(bytes(damaged))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x01\x00\x00WEBPVP8 "]),
    st.binary(max_size=400),
)
def test_any_bytes_are_answered_kindly(magic: bytes, rest: bytes) -> None:
    assert refusal(magic + rest).startswith("image2 is ")


@settings(max_examples=150, deadline=None)
@given(data=st.data(), kind=st.sampled_from(["JPEG", "PNG", "WEBP"]))
def test_any_damage_is_answered_kindly(data: st.DataObject, kind: str) -> None:
    picture = bytearray(encoded(Image.linear_gradient("L").resize((320, 310)), kind))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(picture) - 1))
        picture[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(len(picture) // 2, len(picture)))

    try:
        image = inspect_picture(bytes(picture[:cut]), RULES, label="image2")
    except InvalidImageError as error:
        assert str(error).startswith("image2 is ")  # noqa: PT017  raising is one of two good ends
    else:
        assert image.size_bytes == cut


@given(
    width=st.integers(1, 900),
    height=st.integers(1, 900),
    least=st.fractions(Fraction(1, 4), 1),
    most=st.fractions(1, 4),
)
@settings(max_examples=60, deadline=None)
def test_accepts_exactly_what_the_rules_allow(
    width: int, height: int, least: Fraction, most: Fraction
) -> None:
    rules = PictureRules(min_side_px=50, min_ratio=least, max_ratio=most)
    allowed = min(width, height) >= 50 and least <= Fraction(width, height) <= most
    data = plain(width, height, compress_level=1)

    if allowed:
        assert inspect_picture(data, rules, label="image1").width_px == width
    else:
        assert "px" in refusal(data, rules)


def test_a_shown_picture_is_small_upright_and_flat() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    see_through = Image.new("RGBA", (800, 400), (0, 0, 0, 0))

    picture = read_picture(encoded(see_through, "PNG", exif=exif), max_side_px=160)

    assert (picture.mode, picture.size) == ("RGB", (80, 160))
    assert picture.getpixel((40, 80)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGB", "RGBA"])
def test_every_kind_of_png_can_be_shown(mode: str) -> None:
    source = Image.linear_gradient("L").resize((400, 400))
    data = encoded(
        source.convert("I").convert("I;16") if mode == "I;16" else source.convert(mode), "PNG"
    )

    inspect_picture(data, RULES, label="image1")

    shown = read_picture(data, max_side_px=200)
    assert (shown.mode, shown.size) == ("RGB", (200, 200))


def test_what_cannot_be_decoded_cannot_be_shown() -> None:
    with pytest.raises(MediaError):
        read_picture(plain(400, 400)[:90], max_side_px=100)
    with pytest.raises(MediaError):
        read_picture(b"GIF89a", max_side_px=100)
