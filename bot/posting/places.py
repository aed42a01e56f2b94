"""Where an interaction happens, and what the bot can do there."""

from __future__ import annotations

from enum import Enum

from bot.posting.answering import Interaction


class Place(Enum):
    """Kinds of place, by what can be posted there."""

    SERVER = "server"
    """A server that has the bot: it posts there by itself, minutes later too."""
    DIRECT = "direct"
    """The person's direct messages with the bot, where it posts just as well."""
    ELSEWHERE = "elsewhere"
    """A server or a conversation that the bot is no member of: the person brought it along.

    It can answer there, but post nothing once the video is finished.
    """


def place_of(interaction: Interaction) -> Place:
    """Tell where an interaction happens."""
    if interaction.context.dm_channel:
        return Place.DIRECT
    brought_along = interaction.is_user_integration() and not interaction.is_guild_integration()
    if brought_along or interaction.context.private_channel:
        return Place.ELSEWHERE
    return Place.DIRECT if interaction.guild_id is None else Place.SERVER


def shows_here(interaction: Interaction, *, private: bool) -> bool:
    """Whether the card of a video appears where it is asked for, rather than by direct message.

    Direct messages with the bot are private already; where the bot is no member, only direct
    messages are left.
    """
    place = place_of(interaction)
    return place is Place.DIRECT or (place is Place.SERVER and not private)
