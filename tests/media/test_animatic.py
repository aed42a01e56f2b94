from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path

import av
import pytest
from PIL import Image, ImageChops, ImageStat

from bot.errors import MediaError
from bot.media.animatic import AnimaticElement, AnimaticRequest, AnimaticShot, render_animatic
from bot.media.probe import probe_video

WALK = AnimaticShot("a calm walk on the moon", 3)


def picture(colour: str, size: tuple[int, int] = (640, 360)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


def frames(path: Path) -> list[Image.Image]:
    with av.open(str(path)) as film:
        return [frame.to_image() for frame in film.decode(video=0)]  # type: ignore[no-untyped-call]


def middle(frame: Image.Image) -> list[float]:
    """Mean colour of the middle of a frame, away from the lettering."""
    width, height = frame.size
    return ImageStat.Stat(frame.crop((width // 4, height // 4, width * 3 // 4, height // 2))).mean


def shows(frame: Image.Image, colour: str) -> bool:
    expected = Image.new("RGB", (1, 1), colour).getpixel((0, 0))
    assert isinstance(expected, tuple)
    return all(abs(a - b) < 14 for a, b in zip(middle(frame), expected, strict=True))


@pytest.mark.parametrize(
    ("aspect_ratio", "size"),
    [("16:9", (768, 432)), ("9:16", (432, 768)), ("1:1", (576, 576)), ("auto", (768, 432))],
)
@pytest.mark.parametrize("audio", [True, False])
def test_has_the_shape_length_and_sound_asked_for(
    tmp_path: Path, fox: bytes, aspect_ratio: str, size: tuple[int, int], *, audio: bool
) -> None:
    request = AnimaticRequest((WALK,), aspect_ratio, (fox,), audio=audio)

    render_animatic(request, tmp_path / "out.mp4")

    facts = probe_video(tmp_path / "out.mp4")
    assert ((facts.width_px, facts.height_px), facts.duration_ms) == (size, 3000)
    assert (facts.has_audio, facts.video_codec) == (audio, "h264")


@pytest.mark.parametrize("durations", [(15,), (2, 1), (1, 1, 0.5, 0.5, 2), (1.3, 2.21)])
def test_is_as_long_as_its_shots_to_the_frame(tmp_path: Path, durations: tuple[float, ...]) -> None:
    shots = tuple(AnimaticShot(f"shot of {length} s", length) for length in durations)

    render_animatic(AnimaticRequest(shots, "1:1"), tmp_path / "out.mp4")

    with av.open(str(tmp_path / "out.mp4")) as film:
        assert film.streams.video[0].frames == round(sum(durations) * 24)


def test_sound_is_heard_to_the_end(video: Path) -> None:
    with av.open(str(video)) as film:
        track = film.streams.audio[0]
        assert track.duration is not None
        assert track.time_base is not None
        assert float(track.duration * track.time_base) == pytest.approx(3, abs=0.05)
        loudest = [
            max(abs(x) for x in memoryview(f.planes[0]).cast("f")) for f in film.decode(track)
        ]
    assert 0.1 < max(loudest) < 0.9
    assert loudest[0] < 0.1 > loudest[-1]


def test_plays_from_the_first_frame_over_the_references_to_the_last(tmp_path: Path) -> None:
    request = AnimaticRequest(
        (AnimaticShot("from red to blue", 4),),
        "16:9",
        (picture("yellow"), picture("lime")),
        start_frame=picture("red"),
        end_frame=picture("blue"),
    )

    render_animatic(request, tmp_path / "out.mp4")

    seen = frames(tmp_path / "out.mp4")
    assert shows(seen[0], "red")
    assert shows(seen[36], "yellow")
    assert shows(seen[60], "lime")
    assert shows(seen[-1], "blue")


def test_first_and_last_frame_are_seen_whole(tmp_path: Path, fox: bytes) -> None:
    with Image.open(io.BytesIO(fox)) as source:
        wide = source.convert("RGB").crop((0, 300, 900, 806)).resize((768, 432))
    file = io.BytesIO()
    wide.save(file, "PNG")
    request = AnimaticRequest(
        (WALK,), "16:9", (picture("navy"),), start_frame=file.getvalue(), end_frame=file.getvalue()
    )

    render_animatic(request, tmp_path / "out.mp4")

    seen = frames(tmp_path / "out.mp4")
    clear = (0, 60, 768, 330)  # between the lettering
    for frame in (seen[0], seen[-1]):
        difference = ImageChops.difference(frame.crop(clear), wide.crop(clear))
        assert max(ImageStat.Stat(difference).mean) < 6
    later = ImageChops.difference(seen[36].crop(clear), wide.crop(clear))
    assert max(ImageStat.Stat(later).mean) > 30


def test_a_shot_of_several_shows_what_it_mentions(tmp_path: Path) -> None:
    request = AnimaticRequest(
        (AnimaticShot("@Image2 arrives", 2), AnimaticShot("@Image1 waits", 1)),
        "1:1",
        (picture("red"), picture("blue")),
    )

    render_animatic(request, tmp_path / "out.mp4")

    seen = frames(tmp_path / "out.mp4")
    assert shows(seen[10], "blue")
    assert shows(seen[-1], "red")


def test_a_shot_shows_whom_it_names_and_the_rest_is_shared_out(tmp_path: Path) -> None:
    request = AnimaticRequest(
        (
            AnimaticShot("@luna begins", 1),
            AnimaticShot("nobody", 1),
            AnimaticShot("@Image1, and @LUNA again", 2),
            AnimaticShot("write to a@luna.example", 1),
        ),
        "1:1",
        (picture("yellow"), picture("teal")),
        elements=(AnimaticElement("Luna", picture("purple")),),
        start_frame=picture("red"),
        end_frame=picture("blue"),
    )

    render_animatic(request, tmp_path / "out.mp4")

    seen = frames(tmp_path / "out.mp4")
    expected = {0: "red", 17: "purple", 36: "teal", 58: "yellow", 84: "purple", -1: "blue"}
    assert {at: colour for at, colour in expected.items() if not shows(seen[at], colour)} == {}


def test_frames_stand_for_all_shots_where_there_is_nothing_else(tmp_path: Path) -> None:
    request = AnimaticRequest((WALK, WALK), "1:1", start_frame=picture("red"))

    render_animatic(request, tmp_path / "out.mp4")

    seen = frames(tmp_path / "out.mp4")
    assert shows(seen[0], "red")
    assert shows(seen[-1], "red")


def test_shots_change_over_with_a_cross_fade(tmp_path: Path) -> None:
    request = AnimaticRequest((WALK, WALK), "1:1", (picture("black"), picture("white")))

    render_animatic(request, tmp_path / "out.mp4")

    around = [middle(frame)[0] for frame in frames(tmp_path / "out.mp4")[62:82]]
    assert around[0] < 10
    assert around[-1] > 245
    assert all(after >= before - 2 for before, after in pairwise(around))
    assert any(80 < level < 175 for level in around)


def test_every_frame_says_animatic(tmp_path: Path) -> None:
    request = AnimaticRequest((WALK,), "9:16", (picture("teal", (360, 640)),))

    render_animatic(request, tmp_path / "out.mp4")

    for frame in frames(tmp_path / "out.mp4"):
        badge = frame.crop((300, 10, 425, 55)).convert("L")
        darkest, brightest = badge.getextrema()
        assert isinstance(darkest, (int, float))
        assert isinstance(brightest, (int, float))
        assert darkest < 70
        assert brightest > 190


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "x" * 512,
        "many words " * 46,
        "月球上漫步",
        "прогулка по луне 🌙",
        "مشي على القمر",
        "a\x00b\nc\u202ed",
    ],
)
@pytest.mark.parametrize("aspect_ratio", ["9:16", "16:9"])
def test_any_prompt_can_be_lettered(tmp_path: Path, prompt: str, aspect_ratio: str) -> None:
    request = AnimaticRequest((AnimaticShot(prompt, 0.25),), aspect_ratio)

    render_animatic(request, tmp_path / "out.mp4")

    assert probe_video(tmp_path / "out.mp4").duration_ms == 250


def test_more_pictures_than_frames_still_end_with_the_last(tmp_path: Path) -> None:
    colours = ("red", "lime", "yellow", "blue")
    request = AnimaticRequest(
        (AnimaticShot("quick", 0.1),), "1:1", tuple(picture(colour) for colour in colours)
    )

    render_animatic(request, tmp_path / "out.mp4")

    seen = frames(tmp_path / "out.mp4")
    assert len(seen) == 2
    assert shows(seen[-1], "blue")


def test_a_damaged_picture_is_an_error(tmp_path: Path, fox: bytes) -> None:
    with pytest.raises(MediaError):
        render_animatic(AnimaticRequest((WALK,), "1:1", (fox[:3000],)), tmp_path / "out.mp4")


@pytest.mark.parametrize("shots", [(), (AnimaticShot("nothing", 0),)])
def test_nothing_cannot_be_shown(tmp_path: Path, shots: tuple[AnimaticShot, ...]) -> None:
    with pytest.raises(ValueError, match="at least one shot"):
        render_animatic(AnimaticRequest(shots, "1:1"), tmp_path / "out.mp4")
