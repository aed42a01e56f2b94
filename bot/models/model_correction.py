"""What an operator knows better of a model than what Oxen publishes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelCorrection:
    """Corrections of one model; ``None`` leaves what Oxen says."""

    display_name: str | None = None
    durations_s: tuple[int, ...] | None = None
    """Every length that it makes."""
    aspect_ratios: tuple[str, ...] | None = None
    prompt_max_chars: int | None = None
    max_images: int | None = None
    """Reference images and the cast's pictures together."""
    per_second_microusd: int | None = None
    """Price of a second without sound in the usual resolution."""
