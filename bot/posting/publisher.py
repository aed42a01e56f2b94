"""Posts and edits messages: the ``Publisher`` of the generation services, on discord.py."""

from __future__ import annotations

import contextlib
import io
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import discord

from bot.errors import MediaError, PostError, PostImpossibleError
from bot.generations.ports import FinishedVideo, Progress
from bot.models.generation import Generation, RequestWithTakes, VideoRequest
from bot.posting.failures import translated
from bot.ui.card import Card
from bot.ui.custom_ids import Action, custom_id
from bot.ui.progress_card import keeps_pictures, progress_view
from bot.ui.result_card import result_view

_SMALLEST_LIMIT_BYTES = 10 * 2**20
"""Discord's limit for a file where nothing raises it (10 MiB)."""
_ENVELOPE_BYTES = 64 * 2**10
"""Room for what travels around the file."""
_STRIP_PX = 160
_STRIP_NAME = "references.webp"
_SEARCHED_MESSAGES = 500
_REMEMBERED_RESPONSES = 1_000


class Strips(Protocol):
    """Stored pictures side by side."""

    async def strip(self, sha256s: Sequence[str], height_px: int) -> bytes:
        """One small WebP of at most four pictures; raises ``MediaError``."""
        ...


class DiscordPublisher:
    """Keeps ``bot.generations.ports.Publisher``."""

    def __init__(
        self,
        client: discord.Client,
        strips: Strips,
        *,
        display_name: Callable[[str], str],
    ) -> None:
        self._client = client
        self._strips = strips
        self._display_name = display_name
        self._responses: OrderedDict[int, discord.Interaction[Any]] = OrderedDict()

    def remember_response(self, interaction: discord.Interaction[Any]) -> None:
        """Make this interaction's deferred response the placeholder of its request.

        Its first edit goes through the interaction, which resolves "thinking"; later ones, and
        all after a restart, go through the bot's own token.
        """
        self._responses[interaction.id] = interaction
        while len(self._responses) > _REMEMBERED_RESPONSES:
            self._responses.popitem(last=False)

    def forget_response(self, interaction: discord.Interaction[Any]) -> None:
        """The request was refused: there will be no placeholder."""
        self._responses.pop(interaction.id, None)

    async def upload_limit_bytes(self, request: RequestWithTakes) -> int:
        """How large a file may be where the result goes."""
        guild_id = request.request.guild_id
        guild = None
        if guild_id is not None and not request.request.private:
            guild = self._client.get_guild(guild_id)
        limit_bytes = guild.filesize_limit if guild is not None else _SMALLEST_LIMIT_BYTES
        return limit_bytes - _ENVELOPE_BYTES

    async def show_progress(self, progress: Progress) -> int | None:
        """Bring the placeholder in step; its message id, or ``None`` where there is none."""
        request = progress.request.request
        files = await self._strip_file(request) if keeps_pictures(progress) else []
        card = progress_view(
            progress,
            model_name=self._display_name(request.settings.model),
            pictures=files[0].filename if files else None,
        )
        response = self._responses.get(request.interaction_id)
        if response is None:
            return await self._edit_placeholder(request, card, files)
        with translated():
            message = await response.edit_original_response(
                view=card, attachments=files, allowed_mentions=discord.AllowedMentions.none()
            )
        self._responses.pop(request.interaction_id, None)
        return message.id

    async def open_private(
        self, user: discord.User | discord.Member, card: Card
    ) -> tuple[int, int]:
        """Send a first card by direct message; the channel's id and the message's.

        Raises ``PostImpossibleError`` where the person does not take direct messages.
        """
        with translated():
            channel = await user.create_dm()
            message = await channel.send(view=card)
        return channel.id, message.id

    async def take_back(self, channel_id: int, message_id: int) -> None:
        """Delete a card that turned out to stand for nothing; a failure to do so is harmless."""
        channel = self._client.get_partial_messageable(channel_id)
        with contextlib.suppress(PostError), translated():
            await channel.get_partial_message(message_id).delete()

    async def post_result(self, finished: FinishedVideo, *, nonce: str) -> int:
        """Send the result as a reply to the placeholder; the message id."""
        request = finished.request.request
        channel = self._channel(request)
        card, files = self._result(finished)
        reference = discord.utils.MISSING
        if request.placeholder_message_id is not None:
            reference = discord.MessageReference(
                message_id=request.placeholder_message_id,
                channel_id=request.channel_id,
                guild_id=request.guild_id,
                fail_if_not_exists=False,
            )
        try:
            with translated():
                message = await channel.send(
                    view=card,
                    files=files,
                    nonce=nonce,
                    reference=reference,
                    allowed_mentions=_only(request.user_id),
                )
        finally:
            for file in files:
                file.close()
        return message.id

    async def show_result_in_placeholder(self, finished: FinishedVideo) -> int:
        """Turn the placeholder itself into the result, where nothing new may be sent."""
        card, files = self._result(finished)
        message_id = await self._edit_placeholder(finished.request.request, card, files)
        if message_id is None:
            raise PostImpossibleError("there is no placeholder")
        return message_id

    async def delete_result(self, request: RequestWithTakes, generation: Generation) -> None:
        """Take the post away, and a placeholder that only points to it; gone already is fine."""
        channel = self._channel(request.request)
        messages = {generation.posted_message_id}
        if len(request.generations) == 1:
            messages.add(request.request.placeholder_message_id)
        for message_id in messages - {None}:
            try:
                with translated():
                    await channel.get_partial_message(message_id or 0).delete()
            except PostImpossibleError:
                continue

    async def find_result(self, request: RequestWithTakes, generation: Generation) -> int | None:
        """Look through the channel, after the placeholder, for the bot's own post."""
        asked = request.request
        after_id = asked.placeholder_message_id or asked.interaction_id
        mark = custom_id(Action.DELETE, generation.id)
        me = self._client.user
        with translated():
            async for message in self._channel(asked).history(
                after=discord.Object(after_id), limit=_SEARCHED_MESSAGES, oldest_first=True
            ):
                if me is not None and message.author.id == me.id and _bears(message, mark):
                    return message.id
        return None

    def _channel(self, request: VideoRequest) -> discord.PartialMessageable:
        guild_id = None if request.private else request.guild_id
        return self._client.get_partial_messageable(request.channel_id, guild_id=guild_id)

    def _result(self, finished: FinishedVideo) -> tuple[Card, list[discord.File]]:
        filename = f"clapperboard-{finished.generation.id}.mp4"
        card = result_view(
            finished,
            model_name=self._display_name(finished.request.request.settings.model),
            filename=filename,
        )
        if finished.file is None:
            return card, []
        return card, [discord.File(finished.file, filename=filename)]

    async def _edit_placeholder(
        self, request: VideoRequest, card: Card, files: list[discord.File]
    ) -> int | None:
        if request.placeholder_message_id is None:
            return None
        message = self._channel(request).get_partial_message(request.placeholder_message_id)
        with translated():
            await message.edit(
                view=card, attachments=files, allowed_mentions=discord.AllowedMentions.none()
            )
        return message.id

    async def _strip_file(self, request: VideoRequest) -> list[discord.File]:
        if not request.references:
            return []
        names = [reference.image.sha256 for reference in request.references]
        try:
            drawn = await self._strips.strip(names, _STRIP_PX)
        except MediaError:
            return []
        return [discord.File(io.BytesIO(drawn), filename=_STRIP_NAME)]


def _only(user_id: int) -> discord.AllowedMentions:
    return discord.AllowedMentions(
        everyone=False, roles=False, users=[discord.Object(user_id)], replied_user=False
    )


def _bears(message: discord.Message, mark: str) -> bool:
    """Whether a message has a button with this custom id, however deep."""
    open_items: list[Any] = list(message.components)
    while open_items:
        item = open_items.pop()
        if getattr(item, "custom_id", None) == mark:
            return True
        open_items.extend(getattr(item, "children", ()))
    return False
