"""What the streams of a video are, as far as joining it to others depends on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Final, TypeAlias

import av
import av.container

from bot.errors import NotAVideoError

_COPIED_PICTURES: Final = frozenset({"h264", "hevc", "av1"})
_COPIED_SOUNDS: Final = frozenset({"aac"})
"""What MP4 holds and players play; everything else is encoded anew."""
_UNHEARD_S: Final = Fraction(1, 20)
"""Sound may end this much before its scene: the gap, two AAC frames, passes for silence."""

Parameters: TypeAlias = tuple[object, ...]
"""Two streams with equal ones can be put one behind the other as they are."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One video to be joined. Times are in seconds, on the video's own clock."""

    path: Path
    width_px: int
    height_px: int
    picture: Parameters
    begins_s: Fraction
    """The first picture; what joins two scenes is the clock of their pictures."""
    ends_s: Fraction
    sound: Parameters | None
    sound_ends_s: Fraction
    sound_rate: int
    sound_channels: int

    @property
    def length_s(self) -> Fraction:
        """How long its pictures last."""
        return self.ends_s - self.begins_s


class SoundPlan(Enum):
    """What becomes of the sound."""

    NONE = "none"
    COPY = "copy"
    ENCODE = "encode"


def looked_at(path: Path) -> Scene:
    """Read a video's streams from end to end; raises ``NotAVideoError``. Synchronous."""
    try:
        with av.open(str(path)) as source:
            return _scene(path, source)
    except (av.FFmpegError, OSError, IndexError) as error:
        raise NotAVideoError("a scene cannot be read") from error


def pictures_agree(scenes: Sequence[Scene]) -> bool:
    """Whether the pictures of all scenes can be copied into one track."""
    first = scenes[0].picture
    return first[0] in _COPIED_PICTURES and all(scene.picture == first for scene in scenes)


def sound_plan(scenes: Sequence[Scene]) -> SoundPlan:
    """How the scenes' sound becomes one track."""
    first = scenes[0].sound
    if all(scene.sound is None for scene in scenes):
        return SoundPlan.NONE
    if first is None or first[0] not in _COPIED_SOUNDS:
        return SoundPlan.ENCODE
    alike = all(scene.sound == first for scene in scenes)
    gapless = all(scene.ends_s - scene.sound_ends_s <= _UNHEARD_S for scene in scenes[:-1])
    return SoundPlan.COPY if alike and gapless else SoundPlan.ENCODE


def _scene(path: Path, source: av.container.InputContainer) -> Scene:
    video = source.streams.video[0]
    audio = source.streams.audio[0] if source.streams.audio else None
    begins_s: Fraction | None = None
    ends_s = sound_ends_s = Fraction(0)
    for packet in source.demux(*(stream for stream in (video, audio) if stream is not None)):
        if packet.pts is None or packet.time_base is None:
            continue
        at_s = packet.pts * packet.time_base
        until_s = at_s + (packet.duration or 0) * packet.time_base
        if packet.stream is video:
            begins_s = at_s if begins_s is None else min(begins_s, at_s)
            ends_s = max(ends_s, until_s)
        else:
            sound_ends_s = max(sound_ends_s, until_s)
    if begins_s is None or ends_s <= begins_s:
        raise NotAVideoError("a scene has no pictures")
    look, sound = video.codec_context, audio.codec_context if audio is not None else None
    return Scene(
        path=path,
        width_px=look.width,
        height_px=look.height,
        picture=(look.name, look.extradata, look.width, look.height, look.pix_fmt),
        begins_s=begins_s,
        ends_s=ends_s,
        sound=(sound.name, sound.extradata, sound.rate, sound.layout.name) if sound else None,
        sound_ends_s=sound_ends_s,
        sound_rate=sound.rate if sound else 0,
        sound_channels=sound.channels if sound else 0,
    )
