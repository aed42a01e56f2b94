"""What Discord offers while something is typed."""

from __future__ import annotations

from collections.abc import Sequence

from discord import app_commands

from bot.models.preset import Preset

_OFFERED = 25
"""As many as Discord shows."""


def preset_choices(usable: Sequence[Preset], typed: str) -> list[app_commands.Choice[str]]:
    """Those presets whose names hold what was typed."""
    return [
        app_commands.Choice(name=preset.name, value=preset.name)
        for preset in usable
        if typed.casefold() in preset.handle
    ][:_OFFERED]
