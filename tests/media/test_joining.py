"""Joining scenes: copied where they agree, encoded where they do not, nothing lost between them."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from bot.errors import DiskError, NotAVideoError
from bot.media.joining import join_videos
from bot.media.probe import probe_video

MakeScene = Callable[..., Path]


@pytest.fixture
def scene(tmp_path: Path) -> MakeScene:
    """Makes one scene: a colour, and a tone if it has sound."""

    def make(
        name: str,
        *,
        colour: str = "teal",
        size: tuple[int, int] = (128, 72),
        seconds: float = 2,
        fps: int = 24,
        sound: bool = True,
        sound_seconds: float | None = None,
        rate: int = 48_000,
        codec: str = "libx264",
    ) -> Path:
        path = tmp_path / name
        with av.open(str(path), "w") as film:
            stream: Any = film.add_stream(codec, rate=fps)
            stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
            track = film.add_stream("aac", rate=rate, layout="stereo") if sound else None
            for number in range(round(seconds * fps)):
                image = Image.new("RGB", size, colour)
                image.paste("white", (number % size[0], 0, number % size[0] + 4, 8))
                frame = av.VideoFrame.from_image(image)  # type: ignore[no-untyped-call]
                frame.pts, frame.time_base = number, Fraction(1, fps)
                film.mux(stream.encode(frame))
            film.mux(stream.encode(None))
            if track is not None:
                for samples in tone(round((sound_seconds or seconds) * rate), rate):
                    film.mux(track.encode(samples))
                film.mux(track.encode(None))
        return path

    return make


@cache
def wave(rate: int) -> bytes:
    """A block of a tone; that it begins anew in each block is heard, but harms no test."""
    return array("f", (0.5 * math.sin(n * 440 * math.tau / rate) for n in range(1024))).tobytes()


def tone(length: int, rate: int) -> Iterator[Any]:
    for begin in range(0, length, 1024):
        samples = av.AudioFrame(format="fltp", layout="stereo", samples=min(1024, length - begin))
        for plane in samples.planes:
            plane.update(wave(rate)[: plane.buffer_size].ljust(plane.buffer_size, b"\0"))
        samples.sample_rate, samples.pts = rate, begin
        samples.time_base = Fraction(1, rate)
        yield samples


def packets(path: Path, kind: str) -> list[bytes]:
    with av.open(str(path)) as film:
        (stream,) = getattr(film.streams, kind)
        return [bytes(packet) for packet in film.demux(stream) if packet.dts is not None]


def times(path: Path) -> list[Fraction]:
    """When each picture shows, in the order in which they are shown."""
    with av.open(str(path)) as film:
        shown = []
        for frame in film.decode(video=0):
            assert frame.pts is not None
            assert frame.time_base is not None
            shown.append(frame.pts * frame.time_base)
        return shown


def blocks(path: Path) -> list[tuple[int, int]]:
    """When each block of sound begins and ends, in samples, as a player decodes it."""
    with av.open(str(path)) as film:
        return [
            (frame.pts or 0, (frame.pts or 0) + frame.samples) for frame in film.decode(audio=0)
        ]


def loudness(path: Path) -> list[float]:
    """The loudest sample of each tenth of a second."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=48_000)
    heard: list[float] = []
    with av.open(str(path)) as film:
        for frame in film.decode(audio=0):
            for samples in resampler.resample(frame):
                plane = memoryview(bytes(samples.planes[0]))[: samples.samples * 4]
                heard.extend(abs(value) for value in plane.cast("f"))
    return [max(heard[at : at + 4_800]) for at in range(0, len(heard) - 4_799, 4_800)]


def test_scenes_that_agree_are_copied_and_not_encoded(scene: MakeScene, tmp_path: Path) -> None:
    sources = [scene("a.mp4", colour="navy"), scene("b.mp4", colour="gold", seconds=3)]

    join_videos(sources, tmp_path / "reel.mp4")

    reel = tmp_path / "reel.mp4"
    assert packets(reel, "video") == packets(sources[0], "video") + packets(sources[1], "video")
    first, second = (packets(source, "audio") for source in sources)
    copied = packets(reel, "audio")
    assert set(copied) <= {*first, *second}
    assert len(first) + len(second) - 4 <= len(copied) <= len(first) + len(second)
    heard = blocks(reel)
    assert all(0 <= after[0] - before[1] < 1024 for before, after in pairwise(heard))
    facts = probe_video(reel)
    assert facts.duration_ms == pytest.approx(5_000, abs=2)
    assert facts.has_audio
    shown = times(reel)
    assert shown == [Fraction(number, 24) for number in range(120)]


def test_no_sound_anywhere_is_no_sound(scene: MakeScene, tmp_path: Path) -> None:
    sources = [scene("a.mp4", sound=False), scene("b.mp4", sound=False)]

    join_videos(sources, tmp_path / "reel.mp4")

    assert not probe_video(tmp_path / "reel.mp4").has_audio
    assert packets(tmp_path / "reel.mp4", "video") == [
        packet for source in sources for packet in packets(source, "video")
    ]


@pytest.mark.parametrize("silent", [0, 1])
def test_a_scene_without_sound_is_silent_and_its_pictures_are_still_copied(
    scene: MakeScene, tmp_path: Path, silent: int
) -> None:
    sources = [scene(f"{n}.mp4", sound=n != silent) for n in range(2)]

    join_videos(sources, tmp_path / "reel.mp4")

    reel = tmp_path / "reel.mp4"
    assert packets(reel, "video") == [p for source in sources for p in packets(source, "video")]
    heard = loudness(reel)
    halves = heard[2:18], heard[22:38]
    assert max(halves[silent]) < 0.02
    assert min(halves[1 - silent]) > 0.3


def test_sound_that_ends_early_is_filled_up_so_that_the_next_scene_stays_in_step(
    scene: MakeScene, tmp_path: Path
) -> None:
    sources = [scene("a.mp4", sound_seconds=1), scene("b.mp4")]

    join_videos(sources, tmp_path / "reel.mp4")

    heard = loudness(tmp_path / "reel.mp4")
    assert min(heard[1:9]) > 0.3
    assert max(heard[12:18]) < 0.02
    assert min(heard[22:38]) > 0.3


@pytest.mark.parametrize(
    "other",
    [
        {"size": (72, 128)},
        {"size": (256, 144)},
        {"fps": 30},
        {"name": "b.webm", "codec": "libvpx-vp9", "sound": False},
        {"rate": 44_100},
    ],
)
def test_scenes_that_differ_take_the_size_of_the_first(
    scene: MakeScene, tmp_path: Path, other: dict[str, Any]
) -> None:
    name = other.pop("name", "b.mp4")
    sources = [scene("a.mp4", colour="navy"), scene(name, colour="gold", **other), scene("c.mp4")]

    join_videos(sources, tmp_path / "reel.mp4")

    facts = probe_video(tmp_path / "reel.mp4")
    assert (facts.width_px, facts.height_px) == (128, 72)
    assert facts.duration_ms == pytest.approx(6_000, abs=60)
    assert facts.has_audio
    assert facts.video_codec == "h264"
    shown = times(tmp_path / "reel.mp4")
    assert all(before < after for before, after in pairwise(shown))
    assert len(shown) >= 144


def test_a_tall_scene_is_shown_whole_between_bars(scene: MakeScene, tmp_path: Path) -> None:
    join_videos(
        [scene("a.mp4"), scene("b.mp4", colour="gold", size=(72, 128))], tmp_path / "reel.mp4"
    )

    with av.open(str(tmp_path / "reel.mp4")) as film:
        shown: list[Any] = list(film.decode(video=0))
    last = shown[-1].to_image()
    assert max(last.getpixel((4, 36))) < 40
    assert last.getpixel((64, 36))[0] > 200


def test_a_scene_that_is_no_video_is_told(scene: MakeScene, tmp_path: Path) -> None:
    (tmp_path / "b.mp4").write_bytes(b"no video")

    with pytest.raises(NotAVideoError):
        join_videos([scene("a.mp4"), tmp_path / "b.mp4"], tmp_path / "reel.mp4")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
def test_a_full_disk_is_told_as_such(scene: MakeScene) -> None:
    with pytest.raises(DiskError):
        join_videos([scene("a.mp4"), scene("b.mp4")], Path("/dev/full"))
