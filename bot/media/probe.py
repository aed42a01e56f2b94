"""Whether a file is a whole, playable video, and what is in it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.errors import NotAVideoError
from bot.models.video import VideoFacts

if TYPE_CHECKING:
    import av.container

_OPEN_OPTIONS: Final = {"format_whitelist": "mov,matroska", "protocol_whitelist": "file"}
"""Containers only. Playlist formats would have FFmpeg open whatever addresses a file names."""
_ISO_FIRST_BOXES: Final = frozenset({b"ftyp", b"styp", b"moov", b"free", b"skip", b"wide", b"mdat"})
_FFMPEG_TIME_BASE: Final = 1_000_000
"""A container's own times are in microseconds (``AV_TIME_BASE``)."""
_MISSING_END_S: Final = Fraction(1, 2)
"""The last packet may end this much before the length that the header names: encoders round."""


def probe_video(path: Path) -> VideoFacts:
    """Tell what a video file is, having made sure that it is whole and that it decodes.

    Reads the file from end to end. Synchronous: call it off the event loop. Raises
    ``NotAVideoError`` for anything that is not a playable MP4, QuickTime, WebM or Matroska file,
    or is cut short.
    """
    import av  # noqa: PLC0415  FFmpeg takes 17 MB, which an idle bot has no use for

    try:
        _check_boxes_are_whole(path)
        with av.open(str(path), options=_OPEN_OPTIONS) as container:
            return _facts(container, path.stat().st_size)
    except (av.FFmpegError, OSError) as error:
        raise NotAVideoError("the file cannot be read as a video") from error


def _facts(container: av.container.InputContainer, size_bytes: int) -> VideoFacts:
    if not container.streams.video:
        raise NotAVideoError("the file has no picture track")
    video = container.streams.video[0]
    # One frame is decoded: as many threads as there are cores would take longer to start.
    video.codec_context.thread_count = 1
    frame_decoded = False
    begins_s: Fraction | None = None
    ends_s = everything_ends_s = Fraction(0)
    for packet in container.demux(video, *container.streams.audio):
        if packet.stream is video and not frame_decoded:
            frame_decoded = any(packet.decode())
        if packet.pts is None or packet.time_base is None:
            continue
        if packet.is_corrupt:
            raise NotAVideoError("the file is damaged or cut short")
        at_s = packet.pts * packet.time_base
        packet_ends_s = at_s + (packet.duration or 0) * packet.time_base
        everything_ends_s = max(everything_ends_s, packet_ends_s)
        if packet.stream is video:
            begins_s = at_s if begins_s is None else min(begins_s, at_s)
            ends_s = max(ends_s, packet_ends_s)
    if not frame_decoded or begins_s is None:
        raise NotAVideoError("no frame of the file can be decoded")
    if everything_ends_s < _declared_end_s(container) - _MISSING_END_S:
        raise NotAVideoError("the file is cut short")
    duration_s = ends_s - begins_s
    if duration_s <= 0:
        raise NotAVideoError("the file has no length")
    return VideoFacts(
        width_px=video.width,
        height_px=video.height,
        duration_ms=round(duration_s * 1000),
        size_bytes=size_bytes,
        has_audio=bool(container.streams.audio),
        video_codec=video.codec_context.name,
    )


def _declared_end_s(container: av.container.InputContainer) -> Fraction:
    """When the last track ends by the file's own account; 0 where it does not say."""
    if container.duration is None:
        return Fraction(0)
    return Fraction((container.start_time or 0) + container.duration, _FFMPEG_TIME_BASE)


def _check_boxes_are_whole(path: Path) -> None:
    """See that an MP4's outermost boxes end where the file ends.

    FFmpeg plays what is left of a file that lost its end, so this is looked up separately.
    """
    size_bytes = path.stat().st_size
    position = 0
    with path.open("rb") as file:
        while position < size_bytes:
            file.seek(position)
            header = file.read(16)
            if len(header) < 8:  # noqa: PLR2004  a box's own header
                raise NotAVideoError("the file is cut short")
            length, kind = int.from_bytes(header[:4]), header[4:8]
            if position == 0 and kind not in _ISO_FIRST_BOXES:
                return
            if length == 1:  # the real length is in 64 bits behind the kind
                length = int.from_bytes(header[8:16])
            elif length == 0:  # by definition up to the end of the file
                return
            if length < 8 or position + length > size_bytes:  # noqa: PLR2004  a box's own header
                raise NotAVideoError("the file is cut short")
            position += length
