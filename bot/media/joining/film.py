"""Scene after scene into one file."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import av.container

from bot.errors import DiskError, MediaError
from bot.media.joining.pictures import CopiedPictures, EncodedPictures, Pictures
from bot.media.joining.scene import Scene, SoundPlan, looked_at, pictures_agree, sound_plan
from bot.media.joining.sounds import CopiedSounds, EncodedSounds, NoSounds, Sounds

_OPTIONS: Final = {
    "movflags": "+faststart",
    # A scene's pictures come before its sound: keep them back until they can lie side by side.
    "max_interleave_delta": "0",
}


def join_videos(sources: Sequence[Path], target: Path) -> None:
    """Write the videos one behind the other to ``target``, as MP4 with the index in front.

    Streams with the same parameters in all of them are copied as they are; others are encoded anew,
    pictures to the size of the first. Where any has sound, the others are silent. Synchronous,
    takes a moment to copy and up to minutes to encode. Raises ``NotAVideoError`` for a source that
    cannot be read, ``DiskError`` where the disk is full, ``MediaError`` for the rest.
    """
    scenes = [looked_at(source) for source in sources]
    try:
        with av.open(str(target), "w", format="mp4", options=_OPTIONS) as film:
            _write(scenes, film)
    except (av.FFmpegError, OSError) as error:
        if getattr(error, "errno", None) == errno.ENOSPC:
            raise DiskError("the disk is full") from error
        raise MediaError("the videos could not be joined") from error


def _write(scenes: Sequence[Scene], film: av.container.OutputContainer) -> None:
    first = scenes[0]
    agree = pictures_agree(scenes)
    pictures: Pictures = CopiedPictures(film, first) if agree else EncodedPictures(film, first)
    sounds = _sounds(scenes, film)
    at_s = Fraction(0)
    for scene in scenes:
        pictures.add(scene, at_s)
        sounds.add(scene, at_s)
        at_s += scene.length_s
    pictures.finish()
    sounds.finish()


def _sounds(scenes: Sequence[Scene], film: av.container.OutputContainer) -> Sounds:
    plan = sound_plan(scenes)
    if plan is SoundPlan.NONE:
        return NoSounds()
    return CopiedSounds(film, scenes) if plan is SoundPlan.COPY else EncodedSounds(film)
