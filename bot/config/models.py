"""What the operator knows better of a model than Oxen tells."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from bot.config.values import Section
from bot.models.model_correction import ModelCorrection
from bot.models.money import microusd_from_usd

_DEAREST_USD = 1_000


def _seconds(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 600:  # noqa: PLR2004  told in the words
        raise ValueError("whole seconds from 1 to 600 would be right")
    return value


def _shape(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,4}:\d{1,4}|auto", value):
        raise ValueError('width to height as text, such as "16:9", would be right')
    return value


def _price(value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value < _DEAREST_USD:
        raise ValueError("dollars for a second, such as 0.224, would be right")
    return value


def _some(value: Any) -> Any:
    if value == []:
        raise ValueError("name at least one, or leave the key out")
    return value


_Durations = Annotated[
    tuple[Annotated[int, BeforeValidator(_seconds)], ...],
    BeforeValidator(_some),
    Field(strict=False),
]
_Shapes = Annotated[
    tuple[Annotated[str, BeforeValidator(_shape)], ...], BeforeValidator(_some), Field(strict=False)
]


class ModelSection(Section):
    """``[models."name"]``: corrections of one model; a key that is left out stays as Oxen says."""

    display_name: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    """What people read."""
    durations_s: _Durations | None = None
    """Every length that it makes, in seconds."""
    aspect_ratios: _Shapes | None = None
    """Every shape that it makes, the usual one first."""
    prompt_max_chars: Annotated[int, Field(ge=1, le=10_000)] | None = None
    """Longest prompt, in characters."""
    max_images: Annotated[int, Field(ge=0, le=100)] | None = None
    """Most reference images, the pictures of the cast among them."""
    price_per_second_usd: Annotated[float, BeforeValidator(_price)] | None = None
    """Price of a second without sound in the usual resolution, in dollars."""

    def correction(self) -> ModelCorrection:
        """The same as the services take it."""
        price = self.price_per_second_usd
        return ModelCorrection(
            display_name=self.display_name,
            durations_s=self.durations_s,
            aspect_ratios=self.aspect_ratios,
            prompt_max_chars=self.prompt_max_chars,
            max_images=self.max_images,
            per_second_microusd=None if price is None else microusd_from_usd(price),
        )
