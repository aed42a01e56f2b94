"""The one shape that every message has: a container with an accent, texts, pictures, buttons."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import discord
from discord import ui

from bot.ui.custom_ids import Action, custom_id

MAX_TEXT_CHARS = 4000
"""Discord's limit for all texts of one Components V2 message together."""


class Accent(IntEnum):
    """Colour by state, from Discord's own palette; the words say the same."""

    QUIET = 0x80848E
    AT_WORK = 0x3B82F6
    DONE = 0x23A55A
    ATTENTION = 0xF0B232
    FAILED = 0xF23F43


class Card(ui.LayoutView):
    """A message that is only drawn: its buttons are answered by the cogs' ``DynamicItem`` classes.

    It says of itself that it is finished, or else discord.py would keep every card ever sent in
    memory to dispatch its buttons.
    """

    def __init__(self, *items: ui.Item[Any], accent: Accent) -> None:
        super().__init__(timeout=None)
        self.add_item(ui.Container(*items, accent_colour=int(accent)))

    def is_finished(self) -> bool:
        """Say that nothing waits for this view."""
        return True

    def is_dispatchable(self) -> bool:
        """Say that no press is to be routed to this view."""
        return False


def text(*lines: str) -> ui.TextDisplay[Any]:
    """Lines of one text block; empty ones are left out."""
    return ui.TextDisplay("\n".join(line for line in lines if line))


def button(
    label: str,
    action: Action,
    number: int,
    *,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
) -> ui.Button[Any]:
    """A button that outlives a restart."""
    return ui.Button(label=label, style=style, custom_id=custom_id(action, number))


def buttons(*items: ui.Button[Any]) -> ui.ActionRow[Any]:
    """One row of buttons."""
    return ui.ActionRow(*items)


def picture(filename: str, description: str) -> ui.MediaGallery[Any]:
    """One attachment of the message as a picture; the description is for who cannot see it."""
    return ui.MediaGallery(discord.MediaGalleryItem(attachment(filename), description=description))


def attachment(filename: str) -> str:
    """How a card refers to a file that travels with it."""
    return filename if filename.startswith("attachment://") else f"attachment://{filename}"
