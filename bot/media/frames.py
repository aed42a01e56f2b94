"""The last frame of a video, as a picture that a model accepts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image

from bot.errors import MediaError
from bot.media.pictures import PictureRules

if TYPE_CHECKING:
    import av.container
    import av.video.frame

_FROM_THE_END_S: Final = 1.0
"""Decoding starts at the last key frame before this."""
_FFMPEG_TIME_BASE: Final = 1_000_000
_QUALITIES: Final = (95, 90, 80)
"""Of a JPEG, tried in turn where a PNG is too large; at the first the eye sees no difference."""


def last_frame(path: Path) -> bytes:
    """Return the frame that a video ends with, at its full size, as PNG.

    Synchronous and slow: call it off the event loop. Raises ``MediaError`` where the file is gone
    or no frame of it can be decoded.
    """
    import av  # noqa: PLC0415  FFmpeg takes 17 MB, which an idle bot has no use for

    try:
        with av.open(str(path)) as film:
            found = _last(_frames_near_the_end(film)) or _last(_all_frames(film))
            if found is None:
                raise MediaError("no frame of the video can be decoded")
            image: Image.Image = found.to_image()  # type: ignore[no-untyped-call]
    except (av.FFmpegError, OSError, IndexError) as error:
        raise MediaError("no frame of the video can be had") from error
    return _png(image)


def suited(data: bytes, rules: PictureRules) -> bytes:
    """Return a frame of our own as a picture that keeps the rules: not too small, not too large.

    What keeps them already is returned as it is. Synchronous and slow.
    """
    with Image.open(io.BytesIO(data), formats=("PNG",)) as opened:
        image = opened.convert("RGB")
    shortest = min(image.size)
    if shortest < rules.min_side_px:
        # Rounded up: both sides must reach the limit.
        width, height = (-(-side * rules.min_side_px // shortest) for side in image.size)
        image = image.resize((width, height), Image.Resampling.LANCZOS)
        data = _png(image)
    for quality in _QUALITIES:
        if len(data) <= rules.max_bytes:
            break
        smaller = io.BytesIO()
        image.save(smaller, "JPEG", quality=quality)
        data = smaller.getvalue()
    return data


def _frames_near_the_end(
    film: av.container.InputContainer,
) -> Iterator[av.video.frame.VideoFrame]:
    if film.duration is None:
        return
    end = (film.start_time or 0) + film.duration
    film.seek(max(0, int(end - _FROM_THE_END_S * _FFMPEG_TIME_BASE)))
    yield from film.decode(film.streams.video[0])


def _all_frames(film: av.container.InputContainer) -> Iterator[av.video.frame.VideoFrame]:
    film.seek(0)
    yield from film.decode(film.streams.video[0])


def _last(frames: Iterator[av.video.frame.VideoFrame]) -> av.video.frame.VideoFrame | None:
    found = None
    for frame in frames:
        if found is None or (frame.pts or 0) >= (found.pts or 0):
            found = frame
    return found


def _png(image: Image.Image) -> bytes:
    drawn = io.BytesIO()
    image.save(drawn, "PNG")
    return drawn.getvalue()
