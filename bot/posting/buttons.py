"""Buttons that outlive a restart: known by their custom id alone, never by a view in memory."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Self, TypeAlias

import discord
from discord import ui

from bot.generations.actor import Actor
from bot.posting.answering import Interaction, answer_error
from bot.ui.custom_ids import (
    Action,
    Pair,
    Worded,
    imprinted_template,
    pair_template,
    template,
    worded_template,
)

Pressed: TypeAlias = Callable[[Interaction, int], Awaitable[None]]
"""What happens when a button is pressed; gets the number in its custom id."""

PairPressed: TypeAlias = Callable[[Interaction, int, int], Awaitable[None]]
"""The same for a button with two numbers."""

ImprintedPressed: TypeAlias = Callable[[Interaction, int, str | None], Awaitable[None]]
"""The same for a button with a number and the imprint of what its card shows, if it has one."""

DynamicButton: TypeAlias = type[ui.DynamicItem[ui.Button[Any]]]


def dynamic_button(action: Action, pressed: Pressed) -> DynamicButton:
    """Return the class to register with the bot, so that ``action`` reaches ``pressed``."""

    async def answered(interaction: Interaction, match: re.Match[str]) -> None:
        await pressed(interaction, int(match["number"]))

    return _pressable(action.name, template(action), answered)


def imprinted_button(action: Action, pressed: ImprintedPressed) -> DynamicButton:
    """The same for a button that says what its card shows."""

    async def answered(interaction: Interaction, match: re.Match[str]) -> None:
        await pressed(interaction, int(match["number"]), match["imprint"])

    return _pressable(action.name, imprinted_template(action), answered)


def dynamic_pair_button(action: Pair, pressed: PairPressed) -> DynamicButton:
    """The same for a button with two numbers."""

    async def answered(interaction: Interaction, match: re.Match[str]) -> None:
        await pressed(interaction, int(match["number"]), int(match["second"]))

    return _pressable(action.name, pair_template(action), answered)


def worded_button(
    action: Worded, pressed: Callable[[Interaction, str], Awaitable[None]]
) -> DynamicButton:
    """The same for a button that carries words rather than a number."""

    async def answered(interaction: Interaction, match: re.Match[str]) -> None:
        await pressed(interaction, match["words"])

    return _pressable(action.name, worded_template(action), answered)


def _pressable(
    name: str,
    pattern: str,
    answered: Callable[[Interaction, re.Match[str]], Awaitable[None]],
) -> DynamicButton:
    class Pressable(ui.DynamicItem[ui.Button[Any]], template=pattern):
        def __init__(self, button: ui.Button[Any], match: re.Match[str]) -> None:
            super().__init__(button)
            self.match = match

        @classmethod
        async def from_custom_id(
            cls, _: Interaction, item: ui.Item[Any], match: re.Match[str], /
        ) -> Self:
            if not isinstance(item, ui.Button):
                raise TypeError(f"{match.string} is not a button")
            return cls(item, match)

        async def callback(self, interaction: Interaction) -> None:
            try:
                await answered(interaction, self.match)
            except Exception as error:  # noqa: BLE001  discord.py would only log it
                await answer_error(interaction, error)

    Pressable.__qualname__ = f"Pressable[{name}]"
    return Pressable


def is_moderator(interaction: discord.Interaction[Any]) -> bool:
    """Whether the person may manage messages where the interaction happened."""
    return interaction.guild_id is not None and interaction.permissions.manage_messages


def moderates_server(interaction: discord.Interaction[Any]) -> bool:
    """Whether the person may manage messages in the whole server, by a role of theirs.

    For what belongs to all of it: a right in one channel is none over the others.
    """
    user, guild = interaction.user, interaction.guild
    if guild is None or not isinstance(user, discord.Member):
        return False
    if guild.get_role(guild.id) is None:
        # The bot is no member there, so it knows no roles but what the interaction says.
        return is_moderator(interaction)
    return user.guild_permissions.manage_messages


def actor_of(interaction: discord.Interaction[Any]) -> Actor:
    """Who pressed or commanded, and with which rights where they did."""
    return Actor(
        interaction.user.id,
        interaction.guild_id,
        is_moderator=is_moderator(interaction),
        channel_id=interaction.channel_id,
    )
