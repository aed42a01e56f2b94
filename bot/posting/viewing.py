"""Who looks at the cast: what an interaction says of the person."""

from __future__ import annotations

import discord

from bot.models.cast import Viewer
from bot.posting.answering import Interaction
from bot.posting.buttons import is_moderator


def viewer_of(interaction: Interaction) -> Viewer:
    """The person, their server and their roles in it."""
    user = interaction.user
    roles = user.roles if isinstance(user, discord.Member) else []
    return Viewer(
        user_id=user.id,
        guild_id=interaction.guild_id,
        role_ids=frozenset(role.id for role in roles),
        is_moderator=is_moderator(interaction),
    )
