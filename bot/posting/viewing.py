"""Who looks at the cast: what an interaction says of the person."""

from __future__ import annotations

import discord

from bot.models.cast import Viewer
from bot.posting.answering import Interaction
from bot.posting.buttons import moderates_server
from bot.posting.places import Place, place_of


def viewer_of(interaction: Interaction) -> Viewer:
    """The person, their server and their roles in it.

    Where the bot is no member there is no server to share with: its roles are not known, and its
    moderators could not keep order.
    """
    user = interaction.user
    if place_of(interaction) is not Place.SERVER:
        return Viewer(user.id)
    roles = user.roles if isinstance(user, discord.Member) else []
    return Viewer(
        user_id=user.id,
        guild_id=interaction.guild_id,
        role_ids=frozenset(role.id for role in roles),
        is_moderator=moderates_server(interaction),
    )
