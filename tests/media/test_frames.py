"""The last frame of a video, and what is made of it for a model."""

import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from bot.errors import MediaError
from bot.media.frames import last_frame, suited
from bot.media.pictures import PictureRules, inspect_picture


def numbered_video(path: Path, *, frames: int, size: tuple[int, int], **options: str) -> Path:
    """Each frame is greyer than the one before: the n-th is ``10 * n`` bright."""
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=8, options={"crf": "1", **options})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number in range(frames):
            image = Image.new("RGB", size, (10 * number % 250,) * 3)
            frame = av.VideoFrame.from_image(image)  # type: ignore[no-untyped-call]
            frame.pts, frame.time_base = number, Fraction(1, 8)
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("options", [{}, {"g": "4"}, {"g": "250", "bf": "3"}, {"bf": "0"}])
def test_it_is_the_very_last_one_at_full_size(tmp_path: Path, options: dict[str, str]) -> None:
    film = numbered_video(tmp_path / "a.mp4", frames=24, size=(640, 360), **options)

    found = Image.open(io.BytesIO(last_frame(film)))

    assert (found.format, found.size) == ("PNG", (640, 360))
    brightness: Any = found.getpixel((320, 180))
    assert brightness[0] == pytest.approx(230, abs=4)


def test_a_video_of_one_frame_has_a_last_one_too(tmp_path: Path) -> None:
    film = numbered_video(tmp_path / "a.mp4", frames=1, size=(64, 64))

    assert Image.open(io.BytesIO(last_frame(film))).size == (64, 64)


def test_what_is_no_video_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"no video")

    for name in ("a.mp4", "nowhere.mp4"):
        with pytest.raises(MediaError):
            last_frame(tmp_path / name)


def png(size: tuple[int, int], *, noise: bool = False) -> bytes:
    image = Image.effect_noise(size, 90).convert("RGB") if noise else Image.new("RGB", size)
    drawn = io.BytesIO()
    image.save(drawn, "PNG")
    return drawn.getvalue()


@pytest.mark.parametrize("size", [(64, 36), (36, 64), (299, 299), (301, 200)])
def test_a_small_frame_is_made_large_enough(size: tuple[int, int]) -> None:
    grown = inspect_picture(suited(png(size), PictureRules()), PictureRules(), label="frame")

    assert min(grown.width_px, grown.height_px) == 300
    assert grown.width_px / grown.height_px == pytest.approx(size[0] / size[1], rel=0.01)


def test_a_frame_that_is_good_stays_as_it_is() -> None:
    frame = png((640, 360))

    assert suited(frame, PictureRules()) is frame


def test_a_frame_too_heavy_as_png_is_a_jpeg_of_the_same_size() -> None:
    rules = PictureRules(max_bytes=200_000)

    found = inspect_picture(suited(png((640, 360), noise=True), rules), rules, label="frame")

    assert (found.media_type, found.width_px, found.height_px) == ("image/jpeg", 640, 360)
