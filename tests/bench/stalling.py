"""The longest gap of a heartbeat while a large picture is checked and a large video is fitted."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from bot.media.picture_library import PictureLibrary
from bot.media.pictures import MIB, PictureRules
from bot.media.probe import probe_video
from bot.media.video_library import VideoLibrary
from bot.models.video import StoredVideo
from tests.bench.figures import Figure, Scale, median
from tests.bench.videos import large_picture, noisy_video

_BEAT_S = 0.001
_SHARE = 6
"""The video is brought to a sixth of its size, as for a server without boosts."""


async def measure(folder: Path, scale: Scale) -> list[Figure]:
    """The gaps of an idle loop are the floor: what the machine itself takes away."""
    picture = await asyncio.to_thread(large_picture, scale.picture_side_px, 10 * MIB)
    pictures, videos = PictureLibrary(folder / "pictures"), VideoLibrary(folder / "videos")
    await videos.sweep_leftovers()
    source = folder / "videos" / "1.mp4"
    await asyncio.to_thread(noisy_video, source, scale.video_bytes)
    video = StoredVideo(source.name, await asyncio.to_thread(probe_video, source))
    busy_ms: list[float] = []
    idle_ms: list[float] = []
    try:
        for number in range(scale.stalls):
            took_s, longest_ms = await _watched(pictures, picture, videos, video, number)
            busy_ms.append(longest_ms)
            beat = asyncio.create_task(_longest_gap_ms(stop := asyncio.Event()))
            await asyncio.sleep(took_s)
            stop.set()
            idle_ms.append(await beat)
    finally:
        pictures.close()
        await videos.close()
    return [
        Figure(
            "loop_stall_ms",
            median(busy_ms),
            f"median of {scale.stalls}; an idle loop in the same time {median(idle_ms):.1f} ms; "
            f"a picture of {len(picture) / MIB:.1f} MiB, a video of "
            f"{video.facts.size_bytes / 1e6:.0f} MB",
        )
    ]


async def _watched(
    pictures: PictureLibrary,
    picture: bytes,
    videos: VideoLibrary,
    video: StoredVideo,
    number: int,
) -> tuple[float, float]:
    beat = asyncio.create_task(_longest_gap_ms(stop := asyncio.Event()))
    begun_s = time.perf_counter()
    # Another limit each time: fitted copies are kept.
    limit_bytes = video.facts.size_bytes // _SHARE - number
    await asyncio.gather(
        pictures.take_in(picture, PictureRules(), label="image1"),
        videos.fitted(video, limit_bytes),
    )
    took_s = time.perf_counter() - begun_s
    stop.set()
    return took_s, await beat


async def _longest_gap_ms(stop: asyncio.Event) -> float:
    """Milliseconds that the loop took too long for a beat, at worst."""
    longest_s = 0.0
    before_s = time.perf_counter()
    while not stop.is_set():
        await asyncio.sleep(_BEAT_S)
        now_s = time.perf_counter()
        longest_s = max(longest_s, now_s - before_s - _BEAT_S)
        before_s = now_s
    return longest_s * 1000
