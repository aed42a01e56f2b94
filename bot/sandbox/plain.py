"""A renderer for the impatient: a real video of the right length and shape, and nothing to see."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import av

from bot.media.animatic import AnimaticRequest

_SIZES_PX = {"16:9": (192, 108), "9:16": (108, 192), "1:1": (128, 128)}
_FRAMES_PER_SECOND = 2
_SAMPLES_PER_SECOND = 16_000


def render_plain(request: AnimaticRequest, path: Path) -> None:
    """Write a grey MP4 of the request's length and aspect ratio, silent sound included."""
    width, height = _SIZES_PX.get(request.aspect_ratio, _SIZES_PX["16:9"])
    duration_s = math.ceil(sum(shot.duration_s for shot in request.shots))
    with av.open(str(path), "w", format="mp4") as container:
        video = container.add_stream("h264", rate=_FRAMES_PER_SECOND)
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        video.options = {"preset": "ultrafast", "tune": "zerolatency"}
        sound = container.add_stream("aac", rate=_SAMPLES_PER_SECOND) if request.audio else None
        for number in range(duration_s * _FRAMES_PER_SECOND):
            frame = av.VideoFrame(width, height, "gray")
            frame.planes[0].update(bytes([64 + number % 128]) * frame.planes[0].buffer_size)
            frame.pts = number
            frame.time_base = Fraction(1, _FRAMES_PER_SECOND)
            container.mux(video.encode(frame.reformat(format="yuv420p")))
        container.mux(video.encode())
        if sound is not None:
            samples = av.AudioFrame("fltp", "mono", duration_s * _SAMPLES_PER_SECOND)
            samples.planes[0].update(bytes(samples.planes[0].buffer_size))
            samples.sample_rate = _SAMPLES_PER_SECOND
            samples.pts = 0
            container.mux(sound.encode(samples))
            container.mux(sound.encode())
