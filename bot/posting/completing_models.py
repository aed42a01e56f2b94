"""What Discord offers while a model and its settings are chosen: from memory, without waiting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from discord import app_commands

from bot.generations.model_book import ModelBook
from bot.generations.suggesting import suggestions
from bot.models.generation import VideoSettings
from bot.models.model_form import ModelForm
from bot.models.money import format_usd
from bot.models.video_model import VideoModel
from bot.ui import figures
from bot.ui.text import plain, shorten

_OFFERED = 25
"""As many as Discord shows."""
_MOST_CHARS = 100
"""As long as one of them may be."""
_WORDS = {"16:9": "wide", "9:16": "tall", "1:1": "square"}


def model_choices(offered: Sequence[VideoModel], typed: str) -> list[app_commands.Choice[str]]:
    """Those models whose names, for people or at Oxen, hold what was typed; with their price."""
    wanted = typed.strip().casefold()
    return [
        app_commands.Choice(name=_model_label(model), value=model.id)
        for model in offered
        if wanted in f"{model.display_name} {model.id}".casefold() and len(model.id) <= _MOST_CHARS
    ][:_OFFERED]


def length_choices(
    models: ModelBook, so_far: VideoSettings, typed: str
) -> list[app_commands.Choice[int]]:
    """The lengths that the model makes, with what each costs with the settings so far."""
    form = models.form(so_far.model)
    lengths = form.duration.choices_s if form.duration else ()
    begun = typed.strip()
    fitting = [length for length in lengths if str(length).startswith(begun)] or list(lengths)
    return [
        app_commands.Choice(
            name=_length_label(models, replace(so_far, duration_s=length)), value=length
        )
        for length in _spread(fitting)
    ]


def shape_choices(form: ModelForm, typed: str) -> list[app_commands.Choice[str]]:
    """The shapes that a model makes."""
    shapes = form.aspect_ratio.choices if form.aspect_ratio else ()
    fitting = [shape for shape in shapes if typed.strip().casefold() in _shape_label(shape)]
    return [
        app_commands.Choice(name=_shape_label(shape), value=shape)
        for shape in (fitting or shapes)[:_OFFERED]
    ]


def extra_choices(form: ModelForm, typed: str) -> list[app_commands.Choice[str]]:
    """What was typed, with its last ``name=value`` completed."""
    return [
        app_commands.Choice(name=shorten(one.label, _MOST_CHARS), value=one.typed)
        for one in suggestions(typed, form)
        if len(one.typed) <= _MOST_CHARS
    ][:_OFFERED]


def _model_label(model: VideoModel) -> str:
    rate = model.pricing.price_microusd(1, audio=False) if model.pricing else None
    price = "price unknown" if rate is None else f"{figures.exact_money(rate)} a second"
    return f"{shorten(plain(model.display_name), _MOST_CHARS // 2)}{figures.DOT}{price}"


def _length_label(models: ModelBook, settings: VideoSettings) -> str:
    price = models.price_microusd(settings)
    cost = "" if price is None else f"{figures.DOT}{format_usd(price)}"
    return f"{settings.duration_s} s{cost}"


def _shape_label(shape: str) -> str:
    return f"{shape} ({_WORDS[shape]})" if shape in _WORDS else shape


def _spread(lengths: Iterable[int]) -> list[int]:
    """As many lengths as fit, over the whole range."""
    everything = list(lengths)
    step = -(-len(everything) // _OFFERED) or 1
    return everything[::step]
