"""Videos to measure with: a tiny one, one padded to a size, one that is large for its noise."""

from __future__ import annotations

import io
import os
import shutil
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import av
from PIL import Image

from bot.media.animatic import AnimaticRequest

_BOX_HEADER_BYTES = 8
_PIECE_BYTES = 2**20
_SMALL_BYTES = 10_000_000


def tiny_video(_: AnimaticRequest, path: Path) -> None:
    """A real video of a few kilobytes, made once and copied: a renderer for the sandbox."""
    path.write_bytes(tiny_bytes())


def padded_video(path: Path, size_bytes: int) -> None:
    """The tiny video with a ``free`` box behind it, as valid and as large as wanted."""
    content = tiny_bytes()
    left = size_bytes - len(content) - _BOX_HEADER_BYTES
    with path.open("wb") as file:
        file.write(content)
        file.write((left + _BOX_HEADER_BYTES).to_bytes(4, "big") + b"free")
        for start in range(0, left, _PIECE_BYTES):
            file.write(os.urandom(min(_PIECE_BYTES, left - start)))


def noisy_video(path: Path, size_bytes: int) -> None:
    """At least so large: mostly noise, which no encoder makes small; 1280 x 720 where large."""
    width, height = (1280, 720) if size_bytes > _SMALL_BYTES else (320, 180)
    rate = 24
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream(
            "libx264", rate=rate, options={"preset": "ultrafast", "crf": "10"}
        )
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        written = number = 0
        # At least a second: shorter ones need not go under any size.
        while written < size_bytes or number < rate:
            frame = av.VideoFrame(width, height, "yuv420p")
            for plane in frame.planes:
                plane.update(os.urandom(plane.buffer_size))
            frame.pts, frame.time_base = number, Fraction(1, rate)
            for packet in stream.encode(frame):
                written += packet.size
                container.mux(packet)
            number += 1
        container.mux(stream.encode(None))


def large_picture(size_px: tuple[int, int], at_most_bytes: int) -> bytes:
    """A JPEG with detail everywhere, as a camera makes it."""
    small = Image.frombytes("RGB", (600, 400), os.urandom(600 * 400 * 3))
    picture = small.resize(size_px, Image.Resampling.BICUBIC)
    for quality in (95, 90, 80, 60):
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality)
        if buffer.tell() <= at_most_bytes:
            break
    return buffer.getvalue()


@cache
def tiny_bytes() -> bytes:
    """The bytes of a real video of a few kilobytes, made once."""
    folder = Path(mkdtemp(prefix="clap-bench-"))
    try:
        path = folder / "tiny.mp4"
        with av.open(str(path), "w", format="mp4") as container:
            stream = container.add_stream("libx264", rate=2, options={"preset": "ultrafast"})
            stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
            for number in range(10):
                frame = av.VideoFrame(64, 36, "yuv420p")
                frame.pts, frame.time_base = number, Fraction(1, 2)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return path.read_bytes()
    finally:
        shutil.rmtree(folder)
