"""The cards that show how far requests are: ``Placeholders`` of the services, on discord.py."""

from __future__ import annotations

import contextlib
import io
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import discord

from bot.errors import MediaError, PostAmbiguousError, PostError, PostImpossibleError
from bot.generations.ports import Progress
from bot.models.generation import GenerationState, VideoRequest
from bot.models.video import StoredVideo
from bot.posting.failures import translated
from bot.posting.strips import Strips, strip_file
from bot.ui.card import Card
from bot.ui.progress_card import Pictures, pictures_of, progress_view
from bot.ui.takes import finished_takes

_PICTURES_PX = 160
_TAKES_NAME = "takes.webp"
_SEARCHED_MESSAGES = 100
_REMEMBERED_RESPONSES = 1_000


class PosterStrips(Protocol):
    """Frames of finished videos side by side."""

    async def poster_strip(
        self, videos: Sequence[tuple[str, StoredVideo]], height_px: int
    ) -> bytes:
        """One small WebP of at most four frames, each with its label; raises ``MediaError``."""
        ...


class DiscordPlaceholders:
    """Keeps ``bot.generations.ports.Placeholders``."""

    def __init__(
        self,
        client: discord.Client,
        strips: Strips,
        posters: PosterStrips,
        *,
        display_name: Callable[[str], str],
    ) -> None:
        self._client = client
        self._strips = strips
        self._posters = posters
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

    async def show_progress(self, progress: Progress) -> int | None:
        """Bring the placeholder in step; its message id, or ``None`` where there is none."""
        request = progress.request.request
        files = await self._pictures(progress)
        card = progress_view(
            progress,
            model_name=self._display_name(request.settings.model),
            pictures=files[0].filename if files else None,
        )
        response = self._responses.get(request.interaction_id)
        if response is None:
            message_id = request.placeholder_message_id or await self._find(request)
            if message_id is not None:
                return await self._edit(request, message_id, card, files)
            return await self._post_anew(progress, card, files)
        try:
            with translated():
                message = await response.edit_original_response(
                    view=card, attachments=files, allowed_mentions=discord.AllowedMentions.none()
                )
        except PostImpossibleError as error:
            # Its token is good for a quarter of an hour; from then on the bot's own is.
            self._responses.pop(request.interaction_id, None)
            raise PostAmbiguousError(str(error)) from error
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

    def _channel(self, request: VideoRequest) -> discord.PartialMessageable:
        guild_id = None if request.private else request.guild_id
        return self._client.get_partial_messageable(request.channel_id, guild_id=guild_id)

    async def _edit(
        self, request: VideoRequest, message_id: int, card: Card, files: list[discord.File]
    ) -> int:
        message = self._channel(request).get_partial_message(message_id)
        with translated():
            await message.edit(
                view=card, attachments=files, allowed_mentions=discord.AllowedMentions.none()
            )
        return message_id

    async def _find(self, request: VideoRequest) -> int | None:
        """Look for the response whose id was never learnt: the bot stopped before Discord said it.

        The first messages after the interaction are enough: the response is as old as it is.
        """
        me = self._client.user
        try:
            with translated():
                async for message in self._channel(request).history(
                    after=discord.Object(request.interaction_id),
                    limit=_SEARCHED_MESSAGES,
                    oldest_first=True,
                ):
                    cause = message.interaction_metadata
                    ours = me is not None and message.author.id == me.id
                    if ours and cause is not None and cause.id == request.interaction_id:
                        return message.id
        except PostImpossibleError:
            return None
        return None

    async def _post_anew(
        self, progress: Progress, card: Card, files: list[discord.File]
    ) -> int | None:
        """Post the card as a message of its own where nothing else will tell how it ended.

        The interaction's id, unique in the world, is the nonce: the card is there once.
        """
        takes = progress.request.generations
        if not all(take.is_final for take in takes) or any(
            take.state is GenerationState.DELIVERED for take in takes
        ):
            return None
        with translated():
            message = await self._channel(progress.request.request).send(
                view=card,
                files=files,
                nonce=progress.request.request.interaction_id,
                allowed_mentions=discord.AllowedMentions.none(),
            )
        return message.id

    async def _pictures(self, progress: Progress) -> list[discord.File]:
        shown = pictures_of(progress)
        if shown is Pictures.REFERENCES:
            request = progress.request.request
            # Of the cast only the names are for everybody in the channel: it may be private.
            elements = request.elements if request.private else ()
            return await strip_file(self._strips, request.references, elements)
        videos = [
            (str(take.take), take.result)
            for take in finished_takes(progress)
            if take.result is not None
        ]
        if shown is Pictures.NOTHING or not videos:
            return []
        try:
            drawn = await self._posters.poster_strip(videos, _PICTURES_PX)
        except MediaError:
            return []
        return [discord.File(io.BytesIO(drawn), filename=_TAKES_NAME)]
