"""A person's own quota: what is used, what is left, when it renews."""

from __future__ import annotations

from typing import Any

from discord import ui

from bot.models.quota import Measure, Period, QuotaLimits, QuotaWindow, Usage, Used
from bot.models.video_model import Pricing
from bot.ui import figures
from bot.ui.card import Accent, Card, text
from bot.ui.text import neutralise

_PERIOD_NAMES = {Period.DAY: "Today", Period.MONTH: "This month"}
_MODEL_NAME_CHARS = 40
_EXAMPLE_S = 5
"""Length of the example price; the default length of a video."""


def quota_view(
    limits: QuotaLimits, usage: Usage, *, model_name: str = "", pricing: Pricing | None = None
) -> Card:
    """The card for ``/quota``; the price of a five-second video stands below where it is known."""
    blocks: list[ui.Item[Any]] = [text("### Your quota")]
    blocks.extend(text(*_window_lines(window, used, limits)) for window, used in usage.windows)
    blocks.append(text(_in_flight_line(limits, usage)))
    if (price := _price_line(model_name, pricing)) is not None:
        blocks.append(text(price))
    return Card(*blocks, accent=_accent(limits, usage))


def _window_lines(window: QuotaWindow, used: Used, limits: QuotaLimits) -> list[str]:
    videos = limits.limit(window.period, Measure.GENERATIONS)
    seconds = limits.limit(window.period, Measure.SECONDS)
    heading = f"**{_PERIOD_NAMES[window.period]}**"
    if videos is None and seconds is None:
        made = f"{_videos(used.generations)}, {used.seconds} s"
        return [heading, f"{made} so far{figures.DOT}no limit"]
    return [
        f"{heading}{figures.DOT}renews {figures.relative(window.renews_at_ms)}",
        _measure_line(used.generations, videos, "videos"),
        _measure_line(used.seconds, seconds, "s"),
    ]


def _measure_line(used: int, limit: int | None, unit: str) -> str:
    if limit is None:
        return f"{used} {unit} used{figures.DOT}no limit"
    return f"`{figures.bar(used, limit)}` {used} of {limit} {unit} used"


def _videos(count: int) -> str:
    return f"{count} video{'' if count == 1 else 's'}"


def _in_flight_line(limits: QuotaLimits, usage: Usage) -> str:
    if limits.in_flight is None:
        return f"**Under way** · {_videos(usage.in_flight)} · no limit"
    return f"**Under way** · {usage.in_flight} of {_videos(limits.in_flight)} at once"


def _price_line(model_name: str, pricing: Pricing | None) -> str | None:
    price = pricing.price_microusd(_EXAMPLE_S, audio=False) if pricing is not None else None
    if price is None or not model_name:
        return None
    name = neutralise(model_name, _MODEL_NAME_CHARS)
    return figures.small(name, f"{_EXAMPLE_S} s cost {figures.money(price)}")


def _accent(limits: QuotaLimits, usage: Usage) -> Accent:
    exhausted = any(
        (limit := limits.limit(window.period, measure)) is not None and amount >= limit
        for window, used in usage.windows
        for measure, amount in (
            (Measure.GENERATIONS, used.generations),
            (Measure.SECONDS, used.seconds),
        )
    )
    return Accent.ATTENTION if exhausted else Accent.DONE
