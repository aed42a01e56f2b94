"""Brings a video under a size, sound included, by encoding it anew; a program of its own.

``python -m bot.media.fit SOURCE TARGET MAX_BYTES`` is how the video library runs it, so that
encoding neither holds the bot's interpreter nor outlives a cancellation.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import av.container
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from bot.errors import CannotFitError, MediaError
from bot.media.carrying_out import carry_out
from bot.media.probe import probe_video
from bot.models.video import VideoFacts

_CONTAINER_SHARE: Final = 0.03
"""Room for the container's own tables."""
_BUFFER_S: Final = 1.0
"""How far the encoder may run ahead of its bitrate, in seconds of it."""
_SCALES: Final = (1.0, 0.75, 0.5, 0.375, 0.25)
_ENOUGH_BITS_A_PIXEL: Final = 0.045
"""Below this, H.264 looks better on a smaller picture."""
_LEAST_BITS_A_PIXEL: Final = 0.012
"""Below this on the smallest picture nothing can be made out any more."""
_AUDIO_SHARE: Final = 0.15
_AUDIO_BPS_RANGE: Final = (24_000, 128_000)
_ATTEMPTS: Final = 4
_SMALLER_EACH_TIME: Final = 0.85
_ASSUMED_FPS: Final = 30
_NICENESS: Final = 10


@dataclass(frozen=True, slots=True)
class Encoding:
    """Settings that should come out under a size."""

    width_px: int
    height_px: int
    video_bps: int
    audio_bps: int


def fit_video(source: Path, target: Path, max_bytes: int) -> VideoFacts:
    """Write ``source`` anew to ``target``, at most ``max_bytes`` large, and tell what came out.

    H.264 in 4:2:0 with AAC, the index in front. Synchronous, takes seconds. Raises
    ``CannotFitError`` where no acceptable encoding is small enough, ``NotAVideoError`` where the
    source is not a video.
    """
    facts = probe_video(source)
    budget = float(max_bytes)
    for _ in range(_ATTEMPTS):
        try:
            _transcode(source, target, plan_encoding(facts, budget, _frame_rate(source)))
        except av.FFmpegError as error:
            raise MediaError("the video could not be encoded") from error
        if target.stat().st_size <= max_bytes:
            return probe_video(target)
        budget *= _SMALLER_EACH_TIME
    raise CannotFitError(f"the encoder stayed over {max_bytes} bytes")


def plan_encoding(facts: VideoFacts, max_bytes: float, fps: float) -> Encoding:
    """Choose bitrates and a picture size for a size in bytes. Raises ``CannotFitError``."""
    duration_s = facts.duration_ms / 1000
    total_bps = max_bytes * 8 * (1 - _CONTAINER_SHARE) / (duration_s + _BUFFER_S)
    least_bps, most_bps = _AUDIO_BPS_RANGE
    audio_bps = min(most_bps, max(least_bps, total_bps * _AUDIO_SHARE)) if facts.has_audio else 0
    video_bps = total_bps - audio_bps
    for scale in _SCALES:
        width_px, height_px = _even(facts.width_px * scale), _even(facts.height_px * scale)
        bits_a_pixel = video_bps / (width_px * height_px * fps)
        if bits_a_pixel >= _ENOUGH_BITS_A_PIXEL or (
            scale == _SCALES[-1] and bits_a_pixel >= _LEAST_BITS_A_PIXEL
        ):
            return Encoding(width_px, height_px, int(video_bps), int(audio_bps))
    raise CannotFitError(f"{duration_s:.0f} s of video do not go into {max_bytes:.0f} bytes")


def _frame_rate(source: Path) -> float:
    with av.open(str(source)) as container:
        return float(container.streams.video[0].average_rate or _ASSUMED_FPS)


def _transcode(source: Path, target: Path, encoding: Encoding) -> None:
    with (
        av.open(str(source)) as old,
        av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as new,
    ):
        picture = old.streams.video[0]
        sound = old.streams.audio[0] if old.streams.audio else None
        picture.thread_type = "AUTO"
        new_picture = _add_picture_track(new, picture, encoding)
        new_sound = _add_sound_track(new, sound, encoding)
        for packet in old.demux(*(stream for stream in (picture, sound) if stream is not None)):
            if packet.stream is picture:
                for frame in picture.decode(packet):
                    smaller = frame.reformat(encoding.width_px, encoding.height_px, "yuv420p")
                    new.mux(new_picture.encode(smaller))
            elif sound is not None and new_sound is not None:
                for samples in sound.decode(packet):
                    new.mux(new_sound.encode(samples))
        new.mux(new_picture.encode(None))
        if new_sound is not None:
            new.mux(new_sound.encode(None))


def _add_picture_track(
    new: av.container.OutputContainer, picture: VideoStream, encoding: Encoding
) -> VideoStream:
    track = new.add_stream("libx264", rate=picture.average_rate or _ASSUMED_FPS)
    track.width, track.height = encoding.width_px, encoding.height_px
    track.pix_fmt = "yuv420p"
    if picture.time_base is not None:
        track.codec_context.time_base = picture.time_base
    # One core is left to the bot.
    track.codec_context.thread_count = max(1, (os.cpu_count() or 2) - 1)
    track.options = {
        "preset": "veryfast",
        "crf": "19",
        "maxrate": str(encoding.video_bps),
        "bufsize": str(int(encoding.video_bps * _BUFFER_S)),
    }
    return track


def _add_sound_track(
    new: av.container.OutputContainer, sound: AudioStream | None, encoding: Encoding
) -> AudioStream | None:
    if sound is None:
        return None
    layout = (
        "mono" if sound.channels == 1 or encoding.audio_bps < 2 * _AUDIO_BPS_RANGE[0] else "stereo"
    )
    track = new.add_stream("aac", rate=min(sound.rate or 48_000, 48_000), layout=layout)
    track.bit_rate = encoding.audio_bps
    return track


def _even(length: float) -> int:
    return max(2, 2 * int(length / 2))


def _fit(source: str, target: str, max_bytes: str) -> None:
    fit_video(Path(source), Path(target), int(max_bytes))


if __name__ == "__main__":
    sys.exit(carry_out(_fit, sys.argv[1:], niceness=_NICENESS))
