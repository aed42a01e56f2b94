"""The picture track of a joined video: copied, or encoded to the size of the first scene."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from typing import Final, Protocol

import av
import av.container
import av.filter
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bot.media.joining.scene import Scene

_CLOCK: Final = Fraction(1, 90_000)
"""Ticks of an encoded track; all usual frame rates come out even in it."""
_ASSUMED_FPS: Final = 30


class Pictures(Protocol):
    """Writes the pictures of one scene after another."""

    def add(self, scene: Scene, at_s: Fraction) -> None:
        """Write a scene's pictures, beginning at this time of the joined video."""
        ...

    def finish(self) -> None:
        """Write what is still held back."""
        ...


class CopiedPictures:
    """The packets as they are, their times shifted."""

    def __init__(self, target: av.container.OutputContainer, first: Scene) -> None:
        self._target = target
        with av.open(str(first.path)) as source:
            self._track = target.add_stream_from_template(source.streams.video[0])

    def add(self, scene: Scene, at_s: Fraction) -> None:
        """Copy a scene's packets."""
        with av.open(str(scene.path)) as source:
            for packet in source.demux(source.streams.video[0]):
                if packet.pts is None or packet.dts is None or packet.time_base is None:
                    continue
                shift = round((at_s - scene.begins_s) / packet.time_base)
                packet.pts += shift
                packet.dts += shift
                packet.stream = self._track
                self._target.mux_one(packet)

    def finish(self) -> None:
        """Nothing is held back."""


class EncodedPictures:
    """H.264 in the size and at the rate of the first scene; other shapes get black bars."""

    def __init__(self, target: av.container.OutputContainer, first: Scene) -> None:
        self._target = target
        with av.open(str(first.path)) as source:
            rate = source.streams.video[0].average_rate or Fraction(_ASSUMED_FPS)
        self._track: VideoStream = target.add_stream("libx264", rate=rate)
        self._track.width, self._track.height = _even(first.width_px), _even(first.height_px)
        self._track.pix_fmt = "yuv420p"
        self._track.codec_context.time_base = _CLOCK
        # One core is left to the bot.
        self._track.codec_context.thread_count = max(1, (os.cpu_count() or 2) - 1)
        self._track.options = {"preset": "veryfast", "crf": "18"}
        self._last_tick = -1

    def add(self, scene: Scene, at_s: Fraction) -> None:
        """Decode a scene's frames and encode them anew."""
        with av.open(str(scene.path)) as source:
            stream = source.streams.video[0]
            stream.thread_type = "AUTO"
            for frame in self._shaped(source, stream):
                if frame.pts is None or frame.time_base is None:
                    continue
                own_s = frame.pts * frame.time_base - scene.begins_s
                # Rounding must never put two frames into one tick.
                frame.pts = max(round((at_s + own_s) / _CLOCK), self._last_tick + 1)
                frame.time_base = _CLOCK
                self._last_tick = frame.pts
                self._target.mux(self._track.encode(frame))

    def finish(self) -> None:
        """Write the frames that the encoder still holds."""
        self._target.mux(self._track.encode(None))

    def _shaped(
        self, source: av.container.InputContainer, stream: VideoStream
    ) -> Iterator[VideoFrame]:
        width, height = self._track.width, self._track.height
        graph = av.filter.Graph()
        graph.link_nodes(
            graph.add_buffer(template=stream),
            graph.add("scale", f"{width}:{height}:force_original_aspect_ratio=decrease"),
            graph.add("pad", f"{width}:{height}:(ow-iw)/2:(oh-ih)/2"),
            graph.add("setsar", "1"),
            graph.add("format", "yuv420p"),
            graph.add("buffersink"),
        ).configure()
        for frame in source.decode(stream):
            graph.vpush(frame)
            shaped = graph.vpull()
            # Every frame shall be encoded as its time demands, not as it was before.
            shaped.pict_type = 0
            yield shaped


def _even(length: int) -> int:
    return max(2, length - length % 2)
