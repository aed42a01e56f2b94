"""Which channels a person may read, as far as an interaction tells."""

from __future__ import annotations

import discord

from bot.errors import NotFoundError
from bot.generations.lineage import Readable
from bot.models.generation import VideoRequest
from bot.posting.answering import Interaction


def check_readable(interaction: Interaction, request: VideoRequest) -> None:
    """Raise ``NotFoundError`` for somebody else's in a channel that the person may not read.

    Numbers can be guessed: a button under a video stands where whoever presses it reads already.
    """
    if request.user_id == interaction.user.id:
        return
    if not readable_by(interaction)(request.guild_id or 0, request.channel_id):
        raise NotFoundError("There is no such video here.")


def readable_by(interaction: Interaction) -> Readable:
    """Tell whether whoever interacts may read a channel of the server where they do it."""

    def may_read(guild_id: int, channel_id: int) -> bool:
        guild, member = interaction.guild, interaction.user
        if interaction.guild_id != guild_id:
            return False
        if interaction.channel_id == channel_id:
            return True
        if guild is None or not isinstance(member, discord.Member):
            return False
        channel = guild.get_channel_or_thread(channel_id)
        if channel is None:
            # Gone, or an archived thread, of which only Discord knows who may read it.
            return False
        if isinstance(channel, discord.Thread) and channel.is_private():
            return False
        may = channel.permissions_for(member)
        return may.view_channel and may.read_message_history

    return may_read
