"""Presets as people read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.models.preset import Preset, PresetContent, PresetScope
from bot.ui import figures
from bot.ui.card import Accent, Card, text
from bot.ui.text import neutralise

_NAME_CHARS = 40
_NEGATIVE_CHARS = 60


def presets_view(
    presets: Sequence[Preset], *, begun_with: Preset | None, display_name: Callable[[str], str]
) -> Card:
    """All presets that a person can use in one place."""
    if not presets:
        return Card(
            text(
                "There are no presets yet. Save one with `/preset save`, with settings or from "
                "one of your videos."
            ),
            accent=Accent.QUIET,
        )
    lines = [_entry(preset, begun_with, display_name) for preset in presets]
    return Card(
        text("### Presets", *lines),
        text(
            figures.small(
                "Use one once with the option preset of `/video create`, "
                "or every time with `/preset use`"
            )
        ),
        accent=Accent.QUIET,
    )


def described(content: PresetContent, display_name: Callable[[str], str]) -> str:
    """What a preset fixes, in the order that cards keep."""
    parts = [
        neutralise(display_name(content.model), _NAME_CHARS) if content.model else "",
        f"{content.duration_s} s" if content.duration_s is not None else "",
        content.aspect_ratio or "",
        {True: "sound", False: "no sound", None: ""}[content.audio],
        f"{content.takes} takes" if content.takes and content.takes > 1 else "",
        "private" if content.private else "",
        *(neutralise(f"{name}={value}", _NAME_CHARS) for name, value in content.extra or ()),
        f"avoids “{neutralise(content.negative_prompt, _NEGATIVE_CHARS)}”"
        if content.negative_prompt
        else "",
    ]
    return figures.DOT.join(part for part in parts if part)


def _entry(preset: Preset, begun_with: Preset | None, display_name: Callable[[str], str]) -> str:
    heading = [f"**{neutralise(preset.name, _NAME_CHARS)}**"]
    if preset.scope is PresetScope.SERVER:
        heading.append("the server's")
    if begun_with is not None and begun_with.id == preset.id:
        heading.append("your requests begin with it")
    return f"{figures.DOT.join(heading)}\n-# {described(preset.content, display_name)}"
