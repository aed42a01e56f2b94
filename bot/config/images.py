"""Which pictures are accepted as references: general limits, and others for single models."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from bot.config.values import Ratio, Section

_MaxMib = Annotated[int, Field(ge=1, le=100)]
_MinSidePx = Annotated[int, Field(ge=1, le=10_000)]
_MaxMegapixels = Annotated[int, Field(ge=1, le=500)]


class ImageLimits(Section):
    """Limits for one picture. The defaults are Kling's usual ones; Oxen documents none."""

    max_mib: _MaxMib = 10
    """Largest file, in MiB."""
    min_side_px: _MinSidePx = 300
    """Shortest side, in pixels."""
    min_ratio: Ratio = Fraction(2, 5)
    """Narrowest shape, width to height."""
    max_ratio: Annotated[Ratio, Field(validate_default=True)] = Fraction(5, 2)
    """Widest shape, width to height."""
    max_megapixels: _MaxMegapixels = 50
    """Most pixels, in millions; a guard against decompression bombs, checked before decoding."""

    @field_validator("max_ratio")
    @classmethod
    def _ordered(cls, value: Fraction, info: ValidationInfo) -> Fraction:
        if value < info.data.get("min_ratio", value):
            raise ValueError("it is narrower than min_ratio; exchange the two")
        return value


class ImageOverrides(Section):
    """What is different for one model; a key that is left out stays as in ``[images]``."""

    max_mib: _MaxMib | None = None
    """Largest file, in MiB."""
    min_side_px: _MinSidePx | None = None
    """Shortest side, in pixels."""
    min_ratio: Ratio | None = None
    """Narrowest shape, width to height."""
    max_ratio: Ratio | None = None
    """Widest shape, width to height."""
    max_megapixels: _MaxMegapixels | None = None
    """Most pixels, in millions."""


class ImagesSection(ImageLimits):
    """``[images]``: the limits for reference pictures."""

    models: dict[str, ImageOverrides] = Field(default_factory=dict)
    """Other limits for single models, by Oxen's name of the model."""

    @field_validator("models")
    @classmethod
    def _ordered_for_each(
        cls, value: dict[str, ImageOverrides], info: ValidationInfo
    ) -> dict[str, ImageOverrides]:
        for model, other in value.items():
            low = other.min_ratio or info.data.get("min_ratio")
            high = other.max_ratio or info.data.get("max_ratio")
            if low and high and high < low:
                raise ValueError(f'max_ratio of "{model}" is narrower than its min_ratio')
        return value

    def limits_for(self, model: str) -> ImageLimits:
        """The limits that hold for one model."""
        general = {name: getattr(self, name) for name in ImageLimits.model_fields}
        other = self.models.get(model, ImageOverrides())
        return ImageLimits(**general | {key: value for key, value in other if value is not None})
