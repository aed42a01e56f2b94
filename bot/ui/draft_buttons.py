"""The buttons under cards that show a draft."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.models.money import format_usd
from bot.ui.custom_ids import Action, imprinted_id


def begin_button(
    draft_id: int, total_microusd: int | None, *, private: bool, imprint: str
) -> ui.Button[Any]:
    """``Render for $1.12``: makes the video of a draft, all takes of it, once.

    ``private`` is the draft's own: the press is acknowledged by it before anything is looked up.
    ``imprint`` is of the draft as the card shows it: one that was changed since is not begun.
    """
    action = Action.BEGIN_PRIVATE if private else Action.BEGIN
    return ui.Button(
        label=begin_label(total_microusd),
        style=discord.ButtonStyle.primary,
        custom_id=imprinted_id(action, draft_id, imprint),
    )


def begin_label(total_microusd: int | None) -> str:
    """What the button says; it is what the person agreed to."""
    return "Render" if total_microusd is None else f"Render for {format_usd(total_microusd)}"
