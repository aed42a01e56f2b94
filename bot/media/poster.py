"""One frame that stands for a whole video."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.errors import MediaError

if TYPE_CHECKING:
    from PIL import Image

_INTO_THE_VIDEO: Final = 0.4
"""As a share of its length: openings are often black, endings blurred."""


def poster(path: Path, *, side_px: int) -> bytes:
    """Return a JPEG of a frame from the middle, its longer side at most ``side_px``.

    Decodes from the nearest key frame only. Synchronous: call it off the event loop. Raises
    ``MediaError`` where the file is gone or no frame of it can be decoded.
    """
    import av  # noqa: PLC0415  FFmpeg takes 17 MB, which an idle bot has no use for

    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            if container.duration:
                container.seek(int(container.duration * _INTO_THE_VIDEO))
            image: Image.Image = next(container.decode(stream)).to_image()  # type: ignore[no-untyped-call]
    except (av.FFmpegError, OSError, IndexError, StopIteration) as error:
        raise MediaError("no frame of the video can be had") from error
    image.thumbnail((side_px, side_px))
    drawn = io.BytesIO()
    image.save(drawn, "JPEG", quality=82)
    return drawn.getvalue()
