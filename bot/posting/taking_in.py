"""Attachments to kept pictures."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import Protocol

import aiohttp
import discord
import structlog

from bot.errors import BeyondFormError, DiskError, InvalidImageError, UnavailableError
from bot.generations.wording import listed
from bot.models.clock import Clock
from bot.models.references import Element, ReferenceImage, StoredImage
from bot.posting.wishes import Picture
from bot.ui.storyboard_card import role_name

_log = structlog.get_logger(__name__)

_AT_ONCE = 4
"""Over all commands: each is held in memory whole, and decoded."""
_FETCHED_WITHIN_S = 30.0
"""10 MiB at 3 Mbit/s. discord.py itself would wait five minutes, and four such block the rest."""


class PictureTaker(Protocol):
    """Checks and keeps pictures, by the rules for a model."""

    async def take_in(self, data: bytes, *, model: str, label: str) -> StoredImage:
        """Keep a picture; raises ``InvalidImageError`` in words that begin with ``label``."""
        ...

    def check_size(self, size_bytes: int, *, model: str, label: str) -> None:
        """Raise ``InvalidImageError`` for a file that is too large to be worth fetching."""
        ...

    async def hold(self, sha256s: Collection[str]) -> frozenset[str]:
        """Keep pictures from being forgotten just now; those that are not there (any more)."""
        ...


class Attachments:
    """Fetches, checks and keeps what people attach: Discord's addresses do not live long."""

    def __init__(
        self, pictures: PictureTaker, *, clock: Clock, fetched_within_s: float = _FETCHED_WITHIN_S
    ) -> None:
        self._pictures = pictures
        self._clock = clock
        self._fetched_within_s = fetched_within_s
        self._hands = asyncio.Semaphore(_AT_ONCE)

    async def take_in(
        self, pictures: Sequence[Picture], model: str
    ) -> tuple[tuple[ReferenceImage, ...], tuple[InvalidImageError, ...]]:
        """What could be kept, and what is wrong with the rest; raises ``UnavailableError``."""
        taken = await asyncio.gather(*(self._take_one(picture, model) for picture in pictures))
        kept = tuple(one for one in taken if isinstance(one, ReferenceImage))
        damaged = tuple(one for one in taken if isinstance(one, InvalidImageError))
        return kept, damaged

    async def hold(
        self, references: Sequence[ReferenceImage], elements: Sequence[Element] = ()
    ) -> None:
        """Make sure that kept pictures stay until it is written down that they are meant.

        Raises ``BeyondFormError`` where one is gone: a form may be open for longer than its draft
        is kept.
        """
        named = [(one.image, role_name(one)) for one in references]
        named += [(image, f"a picture of @{one.name}") for one in elements for image in one.images]
        if not named:
            return
        gone = await self._pictures.hold({image.sha256 for image, _ in named})
        missing = list(dict.fromkeys(name for image, name in named if image.sha256 in gone))
        if missing:
            pronoun = "it" if len(missing) == 1 else "them"
            raise BeyondFormError(
                f"I do not have {listed(missing, 'and')} any more: unused pictures go after a "
                f"while. Nothing was charged. Attach {pronoun} once more."
            )

    async def _take_one(self, picture: Picture, model: str) -> ReferenceImage | InvalidImageError:
        attachment = picture.attachment
        try:
            self._pictures.check_size(attachment.size, model=model, label=picture.label)
            if picture.comes_again:
                # Made here, which may take minutes: nobody else's pictures shall wait for that.
                data = await attachment.read()
            async with self._hands:
                if not picture.comes_again:
                    async with asyncio.timeout(self._fetched_within_s):
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
        except TimeoutError:
            return InvalidImageError(
                f"{picture.label} took too long to come from Discord; attach it once more."
            )
        except (discord.DiscordException, aiohttp.ClientError, OSError):
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
