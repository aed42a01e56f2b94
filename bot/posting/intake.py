"""From an interaction to a request that is safe in the database: the desk where wishes come in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import discord
import structlog

from bot.errors import (
    ClapperboardError,
    DiskError,
    InvalidImageError,
    InvalidRequestError,
    PostError,
    PostImpossibleError,
    UnavailableError,
    UserError,
)
from bot.generations.service import GenerationService
from bot.models.clock import Clock
from bot.models.draft import Draft
from bot.models.generation import NewRequest, RequestWithTakes, VideoSettings
from bot.models.references import ReferenceImage, ReferenceRole, StoredImage
from bot.posting.answering import Interaction, acknowledge, answer
from bot.posting.placeholders import DiscordPlaceholders
from bot.ui import answers

_log = structlog.get_logger(__name__)


_PICTURES_AT_ONCE = 4
"""Over all commands: each is held in memory whole, and decoded."""
_SEND_AGAIN = "Nothing was charged. Send the command again with another picture."


class PictureTaker(Protocol):
    """Checks and keeps pictures, by the rules for a model."""

    async def take_in(self, data: bytes, *, model: str, label: str) -> StoredImage:
        """Keep a picture; raises ``InvalidImageError`` in words that begin with ``label``."""
        ...

    def check_size(self, size_bytes: int, *, model: str, label: str) -> None:
        """Raise ``InvalidImageError`` for a file that is too large to be worth fetching."""
        ...


@dataclass(frozen=True, slots=True)
class Picture:
    """An attachment in its role, not yet looked at."""

    label: str
    """What the person calls it: the name of the option."""
    role: ReferenceRole
    position: int
    attachment: discord.Attachment


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks for, before anything is checked."""

    settings: VideoSettings
    pictures: tuple[Picture, ...] = ()
    """Attached just now."""
    references: tuple[ReferenceImage, ...] = ()
    """Already kept, from an earlier request."""
    takes: int = 1
    private: bool = False

    def roles(self) -> list[ReferenceRole]:
        """What all its pictures are used for."""
        return [picture.role for picture in self.pictures] + [r.role for r in self.references]


class Intake:
    """Acknowledges, takes the pictures in, reserves; a refusal is ephemeral and loses nothing."""

    def __init__(
        self,
        service: GenerationService,
        placeholders: DiscordPlaceholders,
        pictures: PictureTaker,
        *,
        clock: Clock,
    ) -> None:
        self._service = service
        self._placeholders = placeholders
        self._pictures = pictures
        self._clock = clock
        self._hands = asyncio.Semaphore(_PICTURES_AT_ONCE)

    async def receive(self, interaction: Interaction, wish: Wish) -> None:
        """Turn a wish into a request, or tell the person why not."""
        try:
            self._service.check(wish.settings, wish.roles(), takes=wish.takes)
        except InvalidRequestError as error:
            await acknowledge(interaction, public=False)
            references, _ = await self._take_in(wish)
            await self._refuse(interaction, wish, references, error)
            return
        placeholder_id = await acknowledge(interaction, public=not wish.private)
        references, damaged = await self._take_in(wish)
        try:
            if damaged:
                words = [*(str(error) for error in damaged), _SEND_AGAIN]
                raise InvalidImageError("\n".join(words))
            if wish.private:
                await self._reserve_private(interaction, wish, references)
            else:
                await self._reserve_public(interaction, wish, references, placeholder_id)
        except UserError as error:
            await self._refuse(interaction, wish, references, error)

    async def _reserve_public(
        self,
        interaction: Interaction,
        wish: Wish,
        references: tuple[ReferenceImage, ...],
        placeholder_id: int | None,
    ) -> None:
        self._placeholders.remember_response(interaction)
        try:
            await self._reserve(
                interaction,
                wish,
                references,
                channel_id=interaction.channel_id or 0,
                placeholder_id=placeholder_id,
            )
        except ClapperboardError:
            self._placeholders.forget_response(interaction)
            raise

    async def _reserve_private(
        self, interaction: Interaction, wish: Wish, references: tuple[ReferenceImage, ...]
    ) -> None:
        # The direct messages are tried before anything is reserved: a video that nobody can be
        # sent must not be paid for.
        try:
            channel_id, message_id = await self._placeholders.open_private(
                interaction.user, answers.notice("Preparing your video.")
            )
        except PostImpossibleError as error:
            raise UnavailableError(
                "I cannot send you direct messages. Allow them in this server's privacy settings, "
                "or ask again without private. Nothing was charged."
            ) from error
        except PostError as error:
            raise UnavailableError(
                "Discord is not taking direct messages just now. Nothing was charged; "
                "try again in a minute."
            ) from error
        try:
            asked = await self._reserve(
                interaction,
                wish,
                references,
                channel_id=channel_id,
                placeholder_id=message_id,
            )
        except ClapperboardError:
            await self._placeholders.take_back(channel_id, message_id)
            raise
        await answer(interaction, answers.on_its_way(_link(asked)))

    async def _reserve(
        self,
        interaction: Interaction,
        wish: Wish,
        references: tuple[ReferenceImage, ...],
        *,
        channel_id: int,
        placeholder_id: int | None,
    ) -> RequestWithTakes:
        return await self._service.create(
            NewRequest(
                interaction_id=interaction.id,
                user_id=interaction.user.id,
                user_name=interaction.user.display_name,
                guild_id=interaction.guild_id,
                channel_id=channel_id,
                private=wish.private,
                settings=wish.settings,
                references=references,
                takes=wish.takes,
                price_microusd=None,
                placeholder_message_id=placeholder_id,
            )
        )

    async def _refuse(
        self,
        interaction: Interaction,
        wish: Wish,
        references: tuple[ReferenceImage, ...],
        error: UserError,
    ) -> None:
        draft_id = None
        # The form takes no pictures: with one missing it would make another video than was meant.
        if len(references) == len(wish.references) + len(wish.pictures):
            draft_id = await self._service.keep_draft(
                Draft(
                    user_id=interaction.user.id,
                    settings=wish.settings,
                    references=references,
                    takes=wish.takes,
                    private=wish.private,
                )
            )
        _log.info("request.refused", reason=type(error).__name__)
        await answer(interaction, answers.refusal(str(error), draft_id=draft_id))

    async def _take_in(
        self, wish: Wish
    ) -> tuple[tuple[ReferenceImage, ...], Sequence[InvalidImageError]]:
        """Fetch, check and keep the attachments at once: their addresses do not live long."""
        taken = await asyncio.gather(
            *(self._take_one(picture, wish.settings.model) for picture in wish.pictures)
        )
        kept = tuple(one for one in taken if isinstance(one, ReferenceImage))
        damaged = [one for one in taken if isinstance(one, InvalidImageError)]
        return wish.references + kept, damaged

    async def _take_one(self, picture: Picture, model: str) -> ReferenceImage | InvalidImageError:
        attachment = picture.attachment
        try:
            self._pictures.check_size(attachment.size, model=model, label=picture.label)
            async with self._hands:
                data = await attachment.read()
                image = await self._pictures.take_in(data, model=model, label=picture.label)
        except InvalidImageError as error:
            return error
        except DiskError as error:
            _log.error("disk.takes_no_more", error=str(error), remedy="free some")
            raise UnavailableError(
                "I cannot keep pictures just now: my disk may be full. Nothing was charged. "
                "Tell whoever runs me, and try again later."
            ) from error
        except (discord.DiscordException, OSError):
            return InvalidImageError(
                f"{picture.label} could not be fetched from Discord; attach it once more."
            )
        return ReferenceImage(
            image=image,
            role=picture.role,
            position=picture.position,
            source_url=attachment.url,
            source_seen_at_ms=self._clock(),
        )


def _link(asked: RequestWithTakes) -> str:
    request = asked.request
    return f"https://discord.com/channels/@me/{request.channel_id}/{request.placeholder_message_id}"
