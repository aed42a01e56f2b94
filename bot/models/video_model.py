"""A video model as Oxen offers it: price, limits, schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.models.model_form import ModelForm

DEFAULT_MODEL = "kling-video-o3-pro-reference-to-video"
PER_OUTPUT_SECOND = "per_video_output_second"
_NOT_BY_LENGTH = frozenset({"time", "token", "per_image"})
"""Pricing methods whose rate for a second, if they name one, is of something else: of computing,
say, which is known only afterwards."""


@dataclass(frozen=True, slots=True)
class Pricing:
    """What a model costs. Micro-dollars; ``None`` where Oxen does not name the figure."""

    method: str
    """``per_video_output_second``, ``per_image``, ``time`` or ``token``."""
    per_second_microusd: int | None = None
    per_second_with_audio_microusd: int | None = None
    per_second_high_res_microusd: int | None = None

    def price_microusd(
        self, duration_s: int, *, audio: bool, high_resolution: bool = False
    ) -> int | None:
        """Price of one video, or ``None`` where it cannot be told beforehand.

        Unknown: what sound in a high resolution costs where both have a rate. The higher is told.
        """
        if self.method in _NOT_BY_LENGTH:
            return None
        rate = self.per_second_microusd
        if audio and self.per_second_with_audio_microusd is not None:
            rate = self.per_second_with_audio_microusd
        if high_resolution and self.per_second_high_res_microusd is not None:
            rate = max(rate or 0, self.per_second_high_res_microusd)
        return None if rate is None else rate * duration_s


@dataclass(frozen=True, slots=True)
class VideoModel:
    """One entry of Oxen's list of models."""

    id: str
    display_name: str
    pricing: Pricing | None
    request_schema: Mapping[str, Any] | None = field(default=None, hash=False)
    """JSON Schema of the parameters as Oxen publishes it, or ``None``."""
    form: ModelForm | None = None
    """What the schema and everything else that is known say of its parameters."""
    endpoint: str = "/videos/generate"
    """Normalised to one leading slash, without ``/api/ai``."""
