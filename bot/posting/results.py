"""Posts finished videos: the ``ResultPosts`` of the generation services, on discord.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord

from bot.errors import PostAmbiguousError, PostImpossibleError
from bot.generations.ports import FinishedVideo
from bot.models.generation import Generation, RequestWithTakes, Surface, VideoRequest
from bot.posting.failures import translated
from bot.posting.result_places import place_of_result
from bot.ui.card import Card
from bot.ui.custom_ids import Action, custom_id
from bot.ui.result_card import result_view

_SMALLEST_LIMIT_BYTES = 10 * 2**20
"""Discord's limit for a file where nothing raises it (10 MiB)."""
ENVELOPE_BYTES = 64 * 2**10
"""Room for what travels around the file."""
_SEARCHED_MESSAGES = 5_000
"""Fifty requests; where more was written since, nobody can tell whether the post is there."""
_MARKS = (Action.MORE, Action.DELETE)
"""Buttons by which a result is recognised; before there was More…, results had Delete."""
_SENT_DIRECTLY = "The channel where you asked for it cannot be posted in any more."


class DiscordResults:
    """Keeps ``bot.generations.ports.ResultPosts``."""

    def __init__(self, client: discord.Client, *, display_name: Callable[[str], str]) -> None:
        self._client = client
        self._display_name = display_name

    async def choose_surface(self, request: RequestWithTakes) -> Surface:
        """Where the result can be posted, by what the bot may do there now.

        A reply needs the right to read history too: only the channel can tell, after a reply was
        lost, whether the video is there.
        """
        asked = request.request
        guild = self._client.get_guild(asked.guild_id) if asked.guild_id else None
        if asked.private or guild is None:
            return Surface.REPLY
        channel = guild.get_channel_or_thread(asked.channel_id)
        if channel is None:
            # An archived thread is not in the cache either: Discord itself will say.
            return Surface.REPLY
        may = channel.permissions_for(guild.me)
        may_send = may.send_messages
        if isinstance(channel, discord.Thread):
            may_send = may.send_messages_in_threads
        if may.view_channel and may_send and may.attach_files and may.read_message_history:
            return Surface.REPLY
        has_card = asked.placeholder_message_id is not None and asked.takes == 1
        return Surface.PLACEHOLDER if has_card else Surface.DIRECT

    async def upload_limit_bytes(self, request: RequestWithTakes, surface: Surface) -> int:
        """How large a file may be there."""
        asked = request.request
        guild = None
        if asked.guild_id and not asked.private and surface is not Surface.DIRECT:
            guild = self._client.get_guild(asked.guild_id)
        limit_bytes = guild.filesize_limit if guild is not None else _SMALLEST_LIMIT_BYTES
        return limit_bytes - ENVELOPE_BYTES

    async def post(self, finished: FinishedVideo, surface: Surface, *, nonce: str) -> int:
        """Post the result; the message id."""
        note = _SENT_DIRECTLY if surface is Surface.DIRECT else None
        card, files = self._drawn(finished, note)
        try:
            if surface is Surface.PLACEHOLDER:
                return await self._edit(finished.request.request, card, files)
            return await self._send(finished.request.request, surface, card, files, nonce)
        finally:
            for file in files:
                file.close()

    async def find(
        self, request: RequestWithTakes, generation: Generation, surface: Surface
    ) -> int | None:
        """Look through the channel, after the placeholder, for the bot's own post.

        Raises ``PostAmbiguousError`` where more was written since than can be looked through.
        """
        asked = request.request
        if surface is Surface.PLACEHOLDER:
            # An edit repeated is still one message.
            return None
        if surface is Surface.REPLY and not await self._may_look(asked):
            # Discord would answer with an empty history, which reads as "it is not there".
            raise PostImpossibleError("the history cannot be read")
        after_id = asked.placeholder_message_id or asked.interaction_id
        marks = {custom_id(action, generation.id) for action in _MARKS}
        me = self._client.user
        seen = 0
        with translated():
            channel = await place_of_result(self._client, asked, surface)
            async for message in channel.history(
                after=discord.Object(after_id), limit=_SEARCHED_MESSAGES, oldest_first=True
            ):
                if me is not None and message.author.id == me.id and _bears(message, marks):
                    return message.id
                seen += 1
        if seen >= _SEARCHED_MESSAGES:
            raise PostAmbiguousError("too much was written since to tell")
        return None

    async def _may_look(self, asked: VideoRequest) -> bool:
        guild = self._client.get_guild(asked.guild_id) if asked.guild_id else None
        if asked.private or guild is None:
            return True
        channel = guild.get_channel_or_thread(asked.channel_id)
        if channel is None:
            # An archived thread is not in the cache.
            with translated():
                fetched = await self._client.fetch_channel(asked.channel_id)
            if isinstance(fetched, discord.abc.PrivateChannel):
                return True
            channel = fetched
        may = channel.permissions_for(guild.me)
        return may.view_channel and may.read_message_history

    async def delete(self, request: RequestWithTakes, generation: Generation) -> None:
        """Take the post away, and a placeholder that only points to it; gone already is fine."""
        asked = request.request
        surface = generation.surface or Surface.REPLY
        with translated():
            channel = await place_of_result(self._client, asked, surface)
        ids = {generation.posted_message_id}
        if len(request.generations) == 1 and surface is Surface.REPLY:
            ids.add(asked.placeholder_message_id)
        for message_id in ids:
            if not message_id:
                continue
            try:
                with translated():
                    await channel.get_partial_message(message_id).delete()
            except PostImpossibleError as error:
                if not isinstance(error.__cause__, discord.NotFound):
                    raise

    async def _send(
        self,
        asked: VideoRequest,
        surface: Surface,
        card: Card,
        files: list[discord.File],
        nonce: str,
    ) -> int:
        # discord.py takes a reference or none at all: MISSING is neither.
        reply: dict[str, Any] = {}
        if surface is Surface.REPLY and asked.placeholder_message_id is not None:
            reply["reference"] = discord.MessageReference(
                message_id=asked.placeholder_message_id,
                channel_id=asked.channel_id,
                guild_id=None if asked.private else asked.guild_id,
                fail_if_not_exists=False,
            )
        with translated():
            channel = await place_of_result(self._client, asked, surface)
        with translated(nonce_sent=True):
            message = await channel.send(
                view=card,
                files=files,
                nonce=nonce,
                allowed_mentions=_only(asked.user_id),
                **reply,
            )
        return message.id

    async def _edit(self, asked: VideoRequest, card: Card, files: list[discord.File]) -> int:
        if asked.placeholder_message_id is None:
            raise PostImpossibleError("there is no placeholder")
        with translated():
            channel = await place_of_result(self._client, asked, Surface.PLACEHOLDER)
            message = await channel.get_partial_message(asked.placeholder_message_id).edit(
                view=card, attachments=files, allowed_mentions=_only(asked.user_id)
            )
        return message.id

    def _drawn(self, finished: FinishedVideo, note: str | None) -> tuple[Card, list[discord.File]]:
        filename = f"clapperboard-{finished.generation.id}.mp4"
        card = result_view(
            finished,
            model_name=self._display_name(finished.request.request.settings.model),
            filename=filename,
            note=note,
        )
        if finished.file is None:
            return card, []
        return card, [discord.File(finished.file, filename=filename)]


def _only(user_id: int) -> discord.AllowedMentions:
    return discord.AllowedMentions(
        everyone=False, roles=False, users=[discord.Object(user_id)], replied_user=False
    )


def _bears(message: discord.Message, marks: set[str]) -> bool:
    """Whether a message has a button with one of these custom ids, however deep."""
    open_items: list[Any] = list(message.components)
    while open_items:
        item = open_items.pop()
        if getattr(item, "custom_id", None) in marks:
            return True
        open_items.extend(getattr(item, "children", ()))
    return False
