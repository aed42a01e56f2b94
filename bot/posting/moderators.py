"""The channel where moderators are told of what waits for them, if there is one."""

from __future__ import annotations

import discord
import structlog

from bot.errors import PostError
from bot.posting.failures import translated
from bot.ui.card import Card

_log = structlog.get_logger(__name__)


class ModeratorsChannel:
    """``channel_id`` is 0 where none is configured."""

    def __init__(self, client: discord.Client, channel_id: int) -> None:
        self._client = client
        self._channel_id = channel_id

    async def tell(self, guild_id: int, card: Card, files: list[discord.File]) -> bool:
        """Post a card, if the channel is one of this server; whether it is there.

        What is not posted is listed by a command all the same, so a failure is only logged.
        """
        guild = self._client.get_guild(guild_id) if self._channel_id else None
        channel = guild.get_channel_or_thread(self._channel_id) if guild else None
        if not isinstance(channel, discord.abc.Messageable):
            return False
        try:
            with translated():
                await channel.send(
                    view=card, files=files, allowed_mentions=discord.AllowedMentions.none()
                )
        except PostError as error:
            _log.warning("moderators.not_told", error=type(error).__name__)
            return False
        return True
