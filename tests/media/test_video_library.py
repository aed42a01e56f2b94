from __future__ import annotations

import asyncio
import filecmp
import os
import shutil
import threading
import time
from collections.abc import AsyncIterator
from fractions import Fraction
from pathlib import Path

import av
import pytest
from PIL import Image

from bot.errors import CannotFitError, MediaError, NotAVideoError
from bot.media.fit import fit_video, plan_encoding
from bot.media.probe import probe_video
from bot.media.programs import MediaPrograms
from bot.media.video_library import VideoLibrary
from bot.models.video import StoredVideo, VideoFacts


@pytest.fixture(scope="module")
def heavy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of noise with sound, some 4 MB: nothing compresses worse."""
    path: Path = tmp_path_factory.mktemp("heavy") / "noise.mp4"
    noise = [Image.effect_noise((448, 252), 90).convert("RGB") for _ in range(6)]
    with av.open(str(path), "w") as film:
        picture = film.add_stream("libx264", rate=24, options={"preset": "ultrafast", "crf": "18"})
        picture.width, picture.height, picture.pix_fmt = 448, 252, "yuv420p"
        sound = film.add_stream("aac", rate=48_000, layout="stereo")
        for number in range(96):
            frame = av.VideoFrame.from_image(noise[number % 6])  # type: ignore[no-untyped-call]
            frame.pts, frame.time_base = number, Fraction(1, 24)
            film.mux(picture.encode(frame))
        for number in range(4 * 48_000 // 1024):
            samples = av.AudioFrame(format="flt", layout="stereo", samples=1024)
            samples.planes[0].update(bytes(samples.planes[0].buffer_size))
            samples.sample_rate, samples.pts = 48_000, number * 1024
            film.mux(sound.encode(samples))
        film.mux(picture.encode(None))
        film.mux(sound.encode(None))
    return path


@pytest.fixture
async def videos(tmp_path: Path) -> AsyncIterator[VideoLibrary]:
    library = VideoLibrary(tmp_path / "videos")
    await library.sweep_leftovers()
    yield library
    await library.close()


async def taken_in(videos: VideoLibrary, source: Path, generation_id: int = 7) -> StoredVideo:
    download = videos.new_download(generation_id)
    shutil.copy(source, download)
    return await videos.take_in(download, generation_id)


async def test_a_download_becomes_a_video(videos: VideoLibrary, video: Path) -> None:
    stored = await taken_in(videos, video)

    assert stored == StoredVideo("7.mp4", probe_video(video))
    assert filecmp.cmp(videos.path(stored), video, shallow=False)
    assert list((videos.path(stored).parent / "downloads").iterdir()) == []


async def test_downloads_of_one_generation_do_not_share_a_file(videos: VideoLibrary) -> None:
    assert videos.new_download(7) != videos.new_download(7)


async def test_taking_in_again_after_a_crash_changes_nothing(
    videos: VideoLibrary, video: Path
) -> None:
    download = videos.new_download(7)
    shutil.copy(video, download)
    first = await videos.take_in(download, 7)

    assert await videos.take_in(download, 7) == first
    assert await taken_in(videos, video) == first


async def test_what_is_no_video_stays_out(videos: VideoLibrary, video: Path) -> None:
    download = videos.new_download(7)
    shutil.copy(video, download)
    os.truncate(download, download.stat().st_size - 100)

    with pytest.raises(NotAVideoError):
        await videos.take_in(download, 7)
    with pytest.raises(NotAVideoError):
        await videos.take_in(videos.new_download(8), 8)

    assert [path.name for path in download.parent.parent.iterdir() if path.is_file()] == []


async def test_leftovers_go_and_videos_stay(videos: VideoLibrary, video: Path) -> None:
    stored = await taken_in(videos, video)
    download = videos.new_download(8)
    download.write_bytes(b"half a vid")

    await videos.sweep_leftovers()

    assert not download.exists()
    assert videos.path(stored).exists()


async def test_what_fits_is_not_touched(videos: VideoLibrary, video: Path) -> None:
    stored = await taken_in(videos, video)

    fitted = await videos.fitted(stored, stored.facts.size_bytes)

    assert fitted == (videos.path(stored), stored.facts)


@pytest.mark.parametrize("max_bytes", [2_000_000, 500_000, 125_000])
async def test_comes_under_the_limit_with_sound_and_length(
    videos: VideoLibrary, heavy: Path, max_bytes: int
) -> None:
    stored = await taken_in(videos, heavy)

    path, facts = await videos.fitted(stored, max_bytes)

    assert path.stat().st_size == facts.size_bytes <= max_bytes
    assert facts.size_bytes > max_bytes * 0.4
    assert facts.has_audio
    assert facts.video_codec == "h264"
    assert facts.duration_ms == pytest.approx(stored.facts.duration_ms, abs=50)
    assert facts.width_px / facts.height_px == pytest.approx(448 / 252, rel=0.03)
    assert _first_box_after_the_type(path) == b"moov"
    assert videos.path(stored).stat().st_size == stored.facts.size_bytes


async def test_a_copy_is_made_once(videos: VideoLibrary, video: Path) -> None:
    stored = await taken_in(videos, video)
    limit = stored.facts.size_bytes // 2

    both = await asyncio.gather(videos.fitted(stored, limit), videos.fitted(stored, limit))

    assert both[0] == both[1]
    made = both[0][0].stat().st_ino
    path, _ = await videos.fitted(stored, limit)
    assert path.stat().st_ino == made
    assert len(list(path.parent.iterdir())) == 1


async def test_says_when_it_cannot_be_done(videos: VideoLibrary, heavy: Path) -> None:
    stored = await taken_in(videos, heavy)

    with pytest.raises(CannotFitError):
        await videos.fitted(stored, 10_000)

    assert list((videos.path(stored).parent / "fitted").iterdir()) == []


async def test_smaller_copies_that_nobody_wanted_for_longest_make_room(
    tmp_path: Path, heavy: Path
) -> None:
    videos = VideoLibrary(tmp_path / "videos", copies_bytes=1_500_000)
    await videos.sweep_leftovers()
    stored = await taken_in(videos, heavy)
    folder = videos.path(stored).parent / "fitted"
    for minutes_ago in (3, 2, 1):
        copy = folder / f"{minutes_ago}.mp4"
        copy.write_bytes(bytes(500_000))
        moment_s = time.time() - 60 * minutes_ago
        os.utime(copy, (moment_s, moment_s))

    made, facts = await videos.fitted(stored, 1_000_000)
    assert 500_000 < facts.size_bytes <= 1_000_000
    assert {copy.name for copy in folder.iterdir()} == {made.name, "1.mp4"}

    os.utime(made, (0, 0))
    (folder / "4.mp4").write_bytes(bytes(1_400_000))
    assert await videos.fitted(stored, 1_000_000) == (made, facts)
    assert [copy.name for copy in folder.iterdir()] == [made.name], "the one in use stays"
    await videos.close()


async def test_a_crowd_that_looks_back_decodes_two_at_a_time(
    videos: VideoLibrary, video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = await taken_in(videos, video)
    in_hand: list[int] = [0]
    at_once: list[int] = []
    go_on, counting = threading.Event(), threading.Lock()

    def slow(_path: Path, **_: int) -> bytes:
        with counting:
            in_hand[0] += 1
            at_once.append(in_hand[0])
        go_on.wait(10)
        with counting:
            in_hand[0] -= 1
        return b"a frame"

    monkeypatch.setattr("bot.media.video_library.poster", slow)
    monkeypatch.setattr("bot.media.video_library.last_frame", slow)
    crowd = [asyncio.create_task(videos.poster(stored, 64)) for _ in range(4)]
    crowd += [asyncio.create_task(videos.last_frame(stored)) for _ in range(4)]
    while in_hand[0] < 2:  # noqa: ASYNC110  other threads' start
        await asyncio.sleep(0.002)
    # What else goes on in threads does not stand in that line.
    assert await videos.is_whole(stored)
    go_on.set()

    assert await asyncio.gather(*crowd) == [b"a frame"] * 8
    assert max(at_once) == 2


async def test_a_lost_original_is_an_error(videos: VideoLibrary, heavy: Path) -> None:
    stored = await taken_in(videos, heavy)
    videos.path(stored).unlink()

    with pytest.raises(MediaError):
        await videos.fitted(stored, 1_000_000)


async def test_cancelling_stops_the_encoder_and_leaves_nothing(
    videos: VideoLibrary, heavy: Path
) -> None:
    stored = await taken_in(videos, heavy)
    folder = videos.path(stored).parent / "fitted"
    fitting = asyncio.create_task(videos.fitted(stored, 1_000_000))
    while not any(path.stat().st_size for path in folder.iterdir()):  # noqa: ASYNC110  its file
        await asyncio.sleep(0.005)
    (program,) = videos._programs._processes.running

    fitting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fitting

    assert program.returncode == -9
    assert list(folder.iterdir()) == []
    assert (await videos.fitted(stored, 1_000_000))[1].size_bytes <= 1_000_000


async def test_an_encoder_that_does_not_come_to_an_end_is_stopped(
    tmp_path: Path, heavy: Path
) -> None:
    programs = MediaPrograms(longest_s=0.5)
    place = tmp_path / "fitted" / "1.mp4"

    with pytest.raises(MediaError, match="took too long"):
        async with asyncio.timeout(30):
            await programs.fit(heavy, place, 1_000_000)

    assert list(place.parent.iterdir()) == []


async def test_closing_stops_the_encoder(videos: VideoLibrary, heavy: Path) -> None:
    stored = await taken_in(videos, heavy)
    fitting = asyncio.create_task(videos.fitted(stored, 1_000_000))
    while not videos._programs._processes.running:  # noqa: ASYNC110  another program's start
        await asyncio.sleep(0.005)

    await videos.close()

    with pytest.raises(MediaError):
        await fitting


async def test_the_loop_runs_on_while_a_video_is_fitted(videos: VideoLibrary, heavy: Path) -> None:
    stored = await taken_in(videos, heavy)
    began = time.perf_counter()
    fitting = asyncio.create_task(videos.fitted(stored, 2_000_000))
    longest = 0.0
    while not fitting.done():
        turn = time.perf_counter()
        await asyncio.sleep(0.002)
        longest = max(longest, time.perf_counter() - turn)

    assert longest < (time.perf_counter() - began) / 4


def test_a_plan_that_came_out_too_large_is_not_believed(tmp_path: Path) -> None:
    # So small a picture, so many frames: the container's tables outweigh what was planned for them.
    noise = [Image.effect_noise((64, 36), 90).convert("RGB") for _ in range(6)]
    with av.open(str(tmp_path / "tiny.mp4"), "w") as film:
        track = film.add_stream("libx264", rate=60, options={"preset": "ultrafast"})
        track.width, track.height, track.pix_fmt = 64, 36, "yuv420p"
        for number in range(1200):
            frame = av.VideoFrame.from_image(noise[number % 6])  # type: ignore[no-untyped-call]
            frame.pts, frame.time_base = number, Fraction(1, 60)
            film.mux(track.encode(frame))
        film.mux(track.encode(None))
    plan = plan_encoding(probe_video(tmp_path / "tiny.mp4"), 24_000, 60)
    assert (plan.width_px, plan.height_px) == (64, 36)

    facts = fit_video(tmp_path / "tiny.mp4", tmp_path / "out.mp4", 24_000)

    assert facts.size_bytes <= 24_000


def test_plans_keep_more_of_the_picture_the_more_room_there_is() -> None:
    facts = VideoFacts(1920, 1080, 10_000, 80_000_000, True, "h264")  # noqa: FBT003

    plans = [plan_encoding(facts, size, 24) for size in (300_000, 1_000_000, 10_000_000)]

    assert [plan.width_px for plan in plans] == sorted(plan.width_px for plan in plans)
    assert plans[-1].width_px == 1920
    for size, plan in zip((300_000, 1_000_000, 10_000_000), plans, strict=True):
        assert (plan.video_bps + plan.audio_bps) * 10 / 8 < size


def _first_box_after_the_type(path: Path) -> bytes:
    data = path.read_bytes()
    length = int.from_bytes(data[:4])
    return data[length + 4 : length + 8]
