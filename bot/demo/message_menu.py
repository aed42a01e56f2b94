"""Discord's menu of a message, as a command: SimCord's page has no such menus."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from simcord import ChannelHandle

from bot.client import ClapperboardBot

_LABEL_CHARS = 80
_OFFERED = 25
_MENU = "Make a video from this"


def add_message_menu(bot: ClapperboardBot, channel: ChannelHandle) -> None:
    """Let the page's composer stand in for the menu; before the bot starts."""

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
        labels = ((_label(message), str(message.id)) for message in latest)
        return [
            app_commands.Choice(name=label, value=value)
            for label, value in labels
            if typed.casefold() in label.casefold()
        ][:_OFFERED]

    bot.tree.add_command(menu)


def _label(message: discord.Message) -> str:
    """Who wrote it and what: of a card, its first words."""
    texts = [message.content]
    open_items: list[Any] = list(message.components)
    while open_items:
        item = open_items.pop(0)
        texts.append(getattr(item, "content", None) or "")
        open_items = list(getattr(item, "children", ())) + open_items
    words = " ".join(" ".join(texts).split()).lstrip("# ")
    pictures = sum((a.content_type or "").startswith("image/") for a in message.attachments)
    with_pictures = f" ({pictures} picture{'s' if pictures > 1 else ''})" if pictures else ""
    return f"{message.author.display_name}{with_pictures}: {words}"[:_LABEL_CHARS]
