"""Buttons that outlive a restart: known by their custom id alone, never by a view in memory."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Self, TypeAlias

import discord
from discord import ui

from bot.posting.answering import Interaction, answer_error
from bot.ui.custom_ids import Action, Worded, template, worded_template

Pressed: TypeAlias = Callable[[Interaction, int], Awaitable[None]]
"""What happens when a button is pressed; gets the number in its custom id."""

DynamicButton: TypeAlias = type[ui.DynamicItem[ui.Button[Any]]]


def dynamic_button(action: Action, pressed: Pressed) -> DynamicButton:
    """Return the class to register with the bot, so that ``action`` reaches ``pressed``."""

    class Pressable(ui.DynamicItem[ui.Button[Any]], template=template(action)):
        def __init__(self, button: ui.Button[Any], number: int) -> None:
            super().__init__(button)
            self.number = number

        @classmethod
        async def from_custom_id(
            cls, _: Interaction, item: ui.Item[Any], match: re.Match[str], /
        ) -> Self:
            if not isinstance(item, ui.Button):
                raise TypeError(f"{match.string} is not a button")
            return cls(item, int(match["number"]))

        async def callback(self, interaction: Interaction) -> None:
            try:
                await pressed(interaction, self.number)
            except Exception as error:  # noqa: BLE001  discord.py would only log it
                await answer_error(interaction, error)

    Pressable.__qualname__ = f"Pressable[{action.name}]"
    return Pressable


def worded_button(
    action: Worded, pressed: Callable[[Interaction, str], Awaitable[None]]
) -> DynamicButton:
    """The same for a button that carries words rather than a number."""

    class Pressable(ui.DynamicItem[ui.Button[Any]], template=worded_template(action)):
        def __init__(self, button: ui.Button[Any], words: str) -> None:
            super().__init__(button)
            self.words = words

        @classmethod
        async def from_custom_id(
            cls, _: Interaction, item: ui.Item[Any], match: re.Match[str], /
        ) -> Self:
            if not isinstance(item, ui.Button):
                raise TypeError(f"{match.string} is not a button")
            return cls(item, match["words"])

        async def callback(self, interaction: Interaction) -> None:
            try:
                await pressed(interaction, self.words)
            except Exception as error:  # noqa: BLE001  discord.py would only log it
                await answer_error(interaction, error)

    Pressable.__qualname__ = f"Pressable[{action.name}]"
    return Pressable


def is_moderator(interaction: discord.Interaction[Any]) -> bool:
    """Whether the person may manage messages where the interaction happened."""
    return interaction.guild_id is not None and interaction.permissions.manage_messages
