"""Files that are no pictures a model takes: found by their content, told apart in words."""

import io
import struct
import zlib

import pytest
from PIL import Image

from tests.world import World, picture, private_answer, words

FOX = picture(colour="orange")


def animated() -> bytes:
    """A WebP of two frames."""
    buffer = io.BytesIO()
    frames = [Image.new("RGB", (400, 400), colour) for colour in ("red", "blue")]
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:])
    return buffer.getvalue()


def bomb() -> bytes:
    """A few dozen bytes of PNG that claim to be 30,000 pixels square."""
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", header), (b"IDAT", body), (b"IEND", b""))
    )


BAD = {
    "a GIF": (picture(kind="GIF"), "image2 is a GIF; attach a JPEG, PNG or WebP."),
    "a BMP": (picture(kind="BMP"), "image2 is a BMP or TIFF picture"),
    "a PDF": (b"%PDF-1.7 and so on", "image2 is a PDF"),
    "a web page": (b"<html>not a picture</html>", "image2 is not a picture"),
    "too small": (picture(size=(299, 400)), "both sides must be at least 300 px."),
    "too wide": (picture(size=(1000, 399)), "which is too wide; width to height must be from 2:5"),
    "too narrow": (picture(size=(399, 1000)), "which is too narrow"),
    "truncated": (FOX[:-40], "image2 is damaged or incomplete"),
    "animated": (animated(), "image2 is animated; attach a still picture."),
    "a bomb": (bomb(), "a picture may have at most 50 million pixels."),
    "too large": (
        FOX + b"\0" * (10 * 2**20),
        "image2 is 10.1 MiB; a picture may have at most 10 MiB.",
    ),
}


@pytest.mark.parametrize("what", BAD)
async def test_a_file_that_cannot_be_used_is_refused_whatever_its_name(
    world: World, what: str
) -> None:
    content, told = BAD[what]

    refused = await world.create(
        "@Image1 and @Image2", image1=("fox.png", FOX), image2=("holiday.png", content)
    )

    answer = words(private_answer(refused))
    assert told in answer
    assert "image1" not in answer
    assert world.messages() == []
    assert await world.generations() == []
    assert await world.used(world.alice) == (0, 0)


async def test_every_bad_picture_is_named_at_once(world: World) -> None:
    refused = await world.create(
        "a walk",
        image1=("a.png", b"text"),
        image3=("b.png", FOX),
        end_frame=("c.png", picture(size=(10, 10))),
        start_frame=("d.png", picture(kind="GIF")),
    )

    answer = words(private_answer(refused))
    assert "image1 is not a picture" in answer
    assert "end_frame is 10" in answer
    assert "start_frame is a GIF" in answer
    assert "image3" not in answer


async def test_a_picture_that_discord_does_not_hand_over_is_asked_for_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.env.backend.cdn, "get", lambda _: None)

    refused = await world.create("@Image1", image1=("fox.png", FOX))

    assert "image1 could not be fetched from Discord; attach it once more." in words(
        private_answer(refused)
    )
    assert world.messages() == []


async def test_no_form_is_offered_that_would_drop_the_picture_in_silence(world: World) -> None:
    refused = await world.create(
        "the fox and the moon", image1=("fox.png", FOX), image2=("moon.png", b"not a picture")
    )

    told = words(private_answer(refused))

    assert "Send the command again with another picture." in told
    assert "[Edit]" not in told
    assert world.sandbox.generations == ()
