"""Discord's menu of a message, as a command: SimCord's page has no such menus."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import discord
from discord import app_commands
from simcord import ChannelHandle

from bot.client import ClapperboardBot

_LABEL_CHARS = 80
_OFFERED = 25
_MENU = "Make a video from this"
_NOT_OFFERED = ("Done for", "Welcome")
"""How the messages begin from which nobody makes a video."""
_LINE_START = re.compile(r"^(?:#{1,3}|>) ")
_SMALL = "-# "
_MENTION = re.compile(r"<@(\d+)>")
_LINK = re.compile(r"(?<!\\)\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(?<!\\)(?:\*\*|`)")
_ESCAPE = re.compile(r"\\(?=[^\w\s])")


def add_message_menu(
    bot: ClapperboardBot, channel: ChannelHandle, names: Mapping[int, str]
) -> None:
    """Let the page's composer stand in for the menu; before the bot starts.

    ``names`` are what people are called, by id: the bot itself need not know.
    """

    @app_commands.command(name="menu", description=f"In Discord a message's own menu: “{_MENU}”")
    @app_commands.describe(message="The message; its author and words are shown while you type")
    async def menu(interaction: discord.Interaction[Any], message: str) -> None:
        chosen = next((m for m in channel.history() if str(m.id) == message), None)
        real = bot.tree.get_command(_MENU, type=discord.AppCommandType.message)
        if chosen is None or not isinstance(real, app_commands.ContextMenu):
            await interaction.response.send_message(
                "Choose one of the messages shown while you type.", ephemeral=True
            )
            return
        await real.callback(interaction, chosen)  # type: ignore[arg-type]  # it is a message's

    @menu.autocomplete("message")
    async def messages(_: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        latest = sorted(channel.history(), key=lambda m: m.id, reverse=True)
        told = ((message, _words(message, names)) for message in latest if not _is_secret(message))
        labels = (
            (_label(message, words), str(message.id))
            for message, words in told
            if not words.startswith(_NOT_OFFERED)
        )
        return [
            app_commands.Choice(name=label, value=value)
            for label, value in labels
            if typed.casefold() in label.casefold()
        ][:_OFFERED]

    bot.tree.add_command(menu)


def _is_secret(message: discord.Message) -> bool:
    return message.flags.ephemeral


def _words(message: discord.Message, names: Mapping[int, str]) -> str:
    """What it says in one line without markup: of a card, ``Video for Alice: a dog``."""
    texts = [message.content]
    open_items: list[Any] = list(message.components)
    while open_items:
        item = open_items.pop(0)
        texts.append(getattr(item, "content", None) or "")
        open_items = list(getattr(item, "children", ())) + open_items

    def name(found: re.Match[str]) -> str:
        return names.get(int(found[1]), "somebody")

    return _MENTION.sub(name, ": ".join(_lines("\n".join(texts))))


def _lines(text: str) -> Iterable[str]:
    for line in text.splitlines():
        if line.strip() and not line.startswith(_SMALL):
            shown = _EMPHASIS.sub("", _LINK.sub(r"\1", _LINE_START.sub("", line)))
            yield " ".join(_ESCAPE.sub("", shown).split())


def _label(message: discord.Message, words: str) -> str:
    """The words, and who said them: a card of the bot's tells for whom it is."""
    pictures = sum((a.content_type or "").startswith("image/") for a in message.attachments)
    with_pictures = f" ({pictures} picture{'s' if pictures > 1 else ''})" if pictures else ""
    who = "" if message.author.bot else f"{message.author.display_name}{with_pictures}: "
    return f"{who}{words}"[:_LABEL_CHARS]
