from __future__ import annotations

from pathlib import Path

import av
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.errors import NotAVideoError
from bot.media.probe import probe_video
from bot.models.video import VideoFacts


def remuxed(video: Path, place: Path, *, movflags: str = "") -> Path:
    """The same packets in another container, or with the index elsewhere."""
    with (
        av.open(str(video)) as old,
        av.open(str(place), "w", options={"movflags": movflags} if movflags else {}) as new,
    ):
        tracks = {stream: new.add_stream_from_template(stream) for stream in old.streams}
        for packet in old.demux():
            if packet.dts is not None:
                packet.stream = tracks[packet.stream]
                new.mux(packet)
    return place


@pytest.fixture(scope="module")
def index_at_the_end(video: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return remuxed(video, tmp_path_factory.mktemp("probe") / "plain.mp4")


@pytest.fixture(scope="module")
def fragmented(video: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    flags = "frag_keyframe+empty_moov"
    return remuxed(video, tmp_path_factory.mktemp("probe") / "fragments.mp4", movflags=flags)


@pytest.fixture(scope="module")
def matroska(video: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return remuxed(video, tmp_path_factory.mktemp("probe") / "fox.mkv")


def test_tells_what_a_video_is(video: Path) -> None:
    facts = probe_video(video)

    assert facts == VideoFacts(768, 432, 3000, video.stat().st_size, True, "h264")  # noqa: FBT003


@pytest.mark.parametrize("kind", ["index_at_the_end", "fragmented", "matroska"])
def test_knows_other_arrangements(kind: str, request: pytest.FixtureRequest) -> None:
    facts = probe_video(request.getfixturevalue(kind))

    assert facts.duration_ms == pytest.approx(3000, abs=2)
    assert facts.has_audio


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(1, 60_000))
@example(cut=107)  # leaves less than the length of the last box
@pytest.mark.parametrize("kind", ["video", "index_at_the_end", "fragmented"])
def test_an_mp4_without_its_end_is_refused(
    kind: str, cut: int, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = request.getfixturevalue(kind).read_bytes()
    place = tmp_path_factory.mktemp("cut") / "cut.mp4"
    place.write_bytes(whole[: max(0, len(whole) - cut)])

    if kind == "fragmented" and _ends_between_boxes(place):
        return
    with pytest.raises(NotAVideoError):
        probe_video(place)


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.8])
def test_a_matroska_file_without_its_end_is_refused(
    matroska: Path, tmp_path: Path, share: float
) -> None:
    whole = matroska.read_bytes()
    place = tmp_path / "cut.mkv"
    place.write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(NotAVideoError):
        probe_video(place)


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>expired</html>", bytes(5000), b"\x00\x00\x00\x18ftypisom" + bytes(12)],
)
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    place = tmp_path / "result.mp4"
    place.write_bytes(content)

    with pytest.raises(NotAVideoError):
        probe_video(place)


def test_a_missing_file_is_no_video(tmp_path: Path) -> None:
    with pytest.raises(NotAVideoError):
        probe_video(tmp_path / "nothing.mp4")


def test_a_picture_is_no_video(tmp_path: Path, fox: bytes) -> None:
    place = tmp_path / "fox.mp4"
    place.write_bytes(fox)

    with pytest.raises(NotAVideoError):
        probe_video(place)


def test_a_playlist_is_not_followed(tmp_path: Path, video: Path) -> None:
    playlist = tmp_path / "list.m3u8"
    playlist.write_text(
        f"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n{video}\n#EXT-X-ENDLIST\n", "utf-8"
    )

    with pytest.raises(NotAVideoError):
        probe_video(playlist)


def test_sound_alone_is_no_video(tmp_path: Path, video: Path) -> None:
    place = tmp_path / "sound.mp4"
    with av.open(str(video)) as old, av.open(str(place), "w") as new:
        track = new.add_stream_from_template(old.streams.audio[0])
        for packet in old.demux(old.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = track
                new.mux(packet)

    with pytest.raises(NotAVideoError, match="no picture track"):
        probe_video(place)


def _ends_between_boxes(path: Path) -> bool:
    """A stream of fragments may end after any of them: such a file is whole, only shorter."""
    data, position = path.read_bytes(), 0
    while position < len(data):
        position += int.from_bytes(data[position : position + 4]) or len(data)
    return position == len(data)
