"""What a video costs with its settings."""

from __future__ import annotations

import re

from bot.models.generation import VideoSettings
from bot.models.model_form import ExtraField, ExtraValue, ModelForm
from bot.models.video_model import Pricing

_RESOLUTION_NAME = re.compile(r"resolution|quality", re.IGNORECASE)
_LINES = re.compile(r"(\d{3,4})p?$")
_HIGH_WORDS = frozenset({"high", "hd", "fhd", "full_hd", "uhd", "2k", "4k", "pro"})
_HIGH_LINES = 1080


def price_microusd(settings: VideoSettings, form: ModelForm, pricing: Pricing | None) -> int | None:
    """Price of one video, or ``None`` where it is not known.

    Where the model decides on the length, it is known only afterwards.
    """
    if pricing is None or form.duration is None:
        return None
    return pricing.price_microusd(
        settings.duration_s,
        audio=settings.audio,
        high_resolution=_is_high(settings, form),
    )


def _is_high(settings: VideoSettings, form: ModelForm) -> bool:
    """Whether Oxen's higher rate counts.

    Unknown: from which resolution on. The best of several choices counts as high, and so does
    everything from 1080 lines up: rather too much is told than too little.
    """
    given = dict(settings.extra)
    return any(
        _is_high_value(given.get(field.parameter, field.default), field)
        for field in form.extras
        if _RESOLUTION_NAME.search(field.parameter)
    )


def _is_high_value(value: ExtraValue | None, field: ExtraField) -> bool:
    if value is None:
        return False
    lines = _lines(value)
    others = [_lines(choice) for choice in field.choices if choice != value]
    is_the_best = bool(others) and lines > max(others)
    return str(value).casefold() in _HIGH_WORDS or lines >= _HIGH_LINES or is_the_best


def _lines(value: ExtraValue) -> int:
    found = _LINES.search(str(value).casefold())
    return int(found[1]) if found else 0
