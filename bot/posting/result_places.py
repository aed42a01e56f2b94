"""Where the posts of finished videos stand, and whether they still do."""

from __future__ import annotations

import discord

from bot.models.generation import Generation, RequestWithTakes, Surface, VideoRequest
from bot.posting.failures import UNKNOWN_MESSAGE, translated


async def place_of_result(
    client: discord.Client, asked: VideoRequest, surface: Surface
) -> discord.PartialMessageable | discord.DMChannel:
    """The channel of a result; raises what discord.py raises."""
    if surface is Surface.DIRECT:
        user = client.get_user(asked.user_id)
        if user is None:
            user = await client.fetch_user(asked.user_id)
        return await user.create_dm()
    guild_id = None if asked.private else asked.guild_id
    return client.get_partial_messageable(asked.channel_id, guild_id=guild_id)


class StandingPosts:
    """Keeps ``bot.generations.showing_again.Posts``."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def was_deleted(self, request: RequestWithTakes, generation: Generation) -> bool:
        """Whether the post is gone from a place that is still there.

        A channel that was deleted says nothing about the videos in it.
        """
        if not generation.posted_message_id:
            return generation.posted_message_id is not None
        with translated():
            place = await place_of_result(
                self._client, request.request, generation.surface or Surface.REPLY
            )
            try:
                await place.fetch_message(generation.posted_message_id)
            except discord.NotFound as error:
                return error.code == UNKNOWN_MESSAGE
        return False
