"""A gentle sound track: slow chords with a plucked tune above them, computed note by note."""

from __future__ import annotations

import math
from array import array
from typing import Final

SAMPLE_RATE_HZ: Final = 24_000
_CHORD_S: Final = 2.5
_CHORDS: Final = (
    (130.81, 196.00, 329.63),  # C: C3 G3 E4
    (110.00, 164.81, 261.63),  # A minor: A2 E3 C4
    (87.31, 174.61, 261.63),  # F: F2 F3 C4
    (98.00, 196.00, 293.66),  # G: G2 G3 D4
)
_TUNE_HZ: Final = (659.26, 783.99, 587.33, 523.25, 783.99, 659.26, 880.00, 587.33)
_PLUCK_S: Final = 1.25
_PEAK: Final = 0.35
"""Of full scale: about 9 dB below it."""
_FADE_IN_S: Final = 0.3
_FADE_OUT_S: Final = 1.0


def gentle_music(samples: int) -> array[int]:
    """Compute signed 16-bit mono samples at ``SAMPLE_RATE_HZ``, faded in and out."""
    mix = array("f", bytes(4 * samples))
    chord_samples = int(_CHORD_S * SAMPLE_RATE_HZ)
    for number, begins in enumerate(range(0, samples, chord_samples)):
        for voice_hz in _CHORDS[number % len(_CHORDS)]:
            _add_swell(mix, begins, chord_samples, voice_hz)
    pluck_samples = int(_PLUCK_S * SAMPLE_RATE_HZ)
    for number, begins in enumerate(range(pluck_samples // 2, samples, pluck_samples)):
        _add_pluck(mix, begins, pluck_samples, _TUNE_HZ[number % len(_TUNE_HZ)])
    return _levelled(mix)


def _add_swell(mix: array[float], begins: int, length: int, frequency_hz: float) -> None:
    """Add a tone that rises and falls; it overlaps the next one by a fifth of its length."""
    length = int(length * 1.2)
    step = math.tau * frequency_hz / SAMPLE_RATE_HZ
    arc = math.pi / length
    sine = math.sin
    for index in range(min(length, len(mix) - begins)):
        mix[begins + index] += sine(arc * index) * sine(step * index)


def _add_pluck(mix: array[float], begins: int, length: int, frequency_hz: float) -> None:
    step = math.tau * frequency_hz / SAMPLE_RATE_HZ
    sine = math.sin
    attack = SAMPLE_RATE_HZ // 100
    loudness = 0.9
    decay = math.exp(-5 / length)
    for index in range(min(length, len(mix) - begins)):
        mix[begins + index] += min(1.0, index / attack) * loudness * sine(step * index)
        loudness *= decay


def _levelled(mix: array[float]) -> array[int]:
    loudest = max(max(mix, default=0.0), -min(mix, default=0.0)) or 1.0
    scale = 32_767 * _PEAK / loudest
    fade_in = int(_FADE_IN_S * SAMPLE_RATE_HZ)
    fade_out = int(_FADE_OUT_S * SAMPLE_RATE_HZ)
    last = len(mix) - 1
    return array(
        "h",
        (
            int(value * scale * min(1.0, index / fade_in, (last - index) / fade_out))
            for index, value in enumerate(mix)
        ),
    )
