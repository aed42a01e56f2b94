"""The sound track of a joined video: copied, or encoded with silence where a scene has none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final, Protocol

import av
import av.container
from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

from bot.media.joining.scene import Scene

_RATE: Final = 48_000
_FORMAT: Final = "fltp"
_BYTES_A_SAMPLE: Final = 4
_BIT_RATE: Final = 160_000
_BLOCK: Final = 1_024
"""Samples at a time; what an AAC frame holds."""


class Sounds(Protocol):
    """Writes the sound of one scene after another."""

    def add(self, scene: Scene, at_s: Fraction) -> None:
        """Write a scene's sound, its pictures beginning at this time of the joined video."""
        ...

    def finish(self) -> None:
        """Write what is still held back."""
        ...


class NoSounds:
    """No scene has any."""

    def add(self, scene: Scene, at_s: Fraction) -> None:
        """Nothing to write."""

    def finish(self) -> None:
        """Nothing is held back."""


class CopiedSounds:
    """The packets as they are, their times shifted.

    A packet decodes to a whole block whatever its length says. Where that would reach into the next
    scene it is left out: a gap of a block is not heard, but blocks that overlap put picture and
    sound out of step.
    """

    def __init__(self, target: av.container.OutputContainer, scenes: Sequence[Scene]) -> None:
        self._target = target
        self._last = scenes[-1]
        self._begun = False
        with av.open(str(scenes[0].path)) as source:
            stream = source.streams.audio[0]
            self._block_s = Fraction(stream.codec_context.frame_size or _BLOCK, stream.rate)
            self._track = target.add_stream_from_template(stream)

    def add(self, scene: Scene, at_s: Fraction) -> None:
        """Copy a scene's packets, without what its encoder put before the sound."""
        with av.open(str(scene.path)) as source:
            for packet in source.demux(source.streams.audio[0]):
                if packet.pts is None or packet.dts is None or packet.time_base is None:
                    continue
                own_s = packet.pts * packet.time_base - scene.begins_s
                before = self._begun and own_s < 0
                beyond = scene is not self._last and own_s + self._block_s > scene.length_s
                if before or beyond:
                    continue
                shift = round((at_s - scene.begins_s) / packet.time_base)
                packet.pts += shift
                packet.dts += shift
                packet.stream = self._track
                self._target.mux_one(packet)
        self._begun = True

    def finish(self) -> None:
        """Nothing is held back."""


class EncodedSounds:
    """AAC in stereo; each scene's sound is cut, or filled up with silence, to its pictures."""

    def __init__(self, target: av.container.OutputContainer) -> None:
        self._target = target
        self._track: AudioStream = target.add_stream("aac", rate=_RATE, layout="stereo")
        self._track.bit_rate = _BIT_RATE
        self._written = 0

    def add(self, scene: Scene, at_s: Fraction) -> None:
        """Write exactly as many samples as the scene is long."""
        ends_at = round((at_s + scene.length_s) * _RATE)
        if scene.sound is not None:
            heard = AudioFifo()
            for samples in _resampled(scene):
                samples.pts = None
                heard.write(samples)
            while heard.samples and self._written < ends_at:
                block = heard.read(min(_BLOCK, heard.samples, ends_at - self._written))
                if block is None:
                    break
                self._write(block)
        while self._written < ends_at:
            self._write(_silence(min(_BLOCK, ends_at - self._written)))

    def finish(self) -> None:
        """Write the samples that the encoder still holds."""
        self._target.mux(self._track.encode(None))

    def _write(self, samples: AudioFrame) -> None:
        samples.pts = self._written
        samples.time_base = Fraction(1, _RATE)
        self._written += samples.samples
        self._target.mux(self._track.encode(samples))


def _resampled(scene: Scene) -> Iterator[AudioFrame]:
    resampler = AudioResampler(format=_FORMAT, layout="stereo", rate=_RATE)
    begun = False
    with av.open(str(scene.path)) as source:
        for samples in source.decode(source.streams.audio[0]):
            if not begun and samples.pts is not None and samples.time_base is not None:
                late_s = samples.pts * samples.time_base - scene.begins_s
                if (late := round(late_s * _RATE)) > 0:
                    yield _silence(late)
                begun = True
            yield from resampler.resample(samples)
    yield from resampler.resample(None)


def _silence(samples: int) -> AudioFrame:
    frame = AudioFrame(format=_FORMAT, layout="stereo", samples=samples)
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    frame.sample_rate = _RATE
    return frame
