"""What a message in the channel offers for a new video."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord

from bot.models.references import ReferenceRole
from bot.posting.wishes import Picture
from bot.ui.custom_ids import Action, template

_NOT_WORDS = re.compile(r"<[^>\s]+>|https?://\S+|@(?=\w)")
"""Mentions, emoji and addresses; and what would call somebody of the cast who is not meant."""
_LONGEST_LOOK_S = 1.0
_CONTINUES = re.compile(template(Action.CONTINUE))


@dataclass(frozen=True, slots=True)
class Collected:
    """What was found."""

    pictures: tuple[Picture, ...] = ()
    """The first few, as ``@Image1`` onwards."""
    left_out: int = 0
    """Further ones, for which the model has no room."""
    words: str = ""
    """What the message says."""
    generation_id: int | None = None
    """The finished video that the message is, if it is one of ours."""


async def collect(message: discord.Message, *, most: int | None, bot_id: int) -> Collected:
    """Look through a message and the one that it replies to.

    ``most`` is how many reference images the model takes, ``None`` where no limit is known;
    ``bot_id`` is who posts finished videos: any other application can send a button that names one,
    from a channel that the person may not read. Links to pictures are not followed. Takes a second
    at most, for a form can only open as the first response.
    """
    messages = [message]
    if (cause := await _cause(message)) is not None:
        messages.append(cause)
    for candidate in messages:
        is_ours = candidate.author.id == bot_id
        if is_ours and (generation_id := _finished_video(candidate)) is not None:
            return Collected(generation_id=generation_id)
    images = [image for one in messages for image in _images(one)]
    pictures = tuple(
        Picture(f"Picture {position}", ReferenceRole.IMAGE, position, image)
        for position, image in enumerate(images[:most], start=1)
    )
    words = " ".join(_NOT_WORDS.sub(" ", message.content).split())
    return Collected(pictures, left_out=len(images) - len(pictures), words=words)


async def _cause(message: discord.Message) -> discord.Message | None:
    """The message that this one replies to, where it can be had."""
    reference = message.reference
    if reference is None or reference.message_id is None:
        return None
    if isinstance(reference.resolved, discord.Message):
        return reference.resolved
    try:
        async with asyncio.timeout(_LONGEST_LOOK_S):
            return await message.channel.fetch_message(reference.message_id)
    except (discord.HTTPException, aiohttp.ClientError, OSError):
        return None


def _images(message: discord.Message) -> Iterator[discord.Attachment]:
    for attachment in message.attachments:
        if (attachment.content_type or "").startswith("image/"):
            yield attachment


def _finished_video(message: discord.Message) -> int | None:
    open_items: list[Any] = list(message.components)
    while open_items:
        item = open_items.pop(0)
        custom_id = getattr(item, "custom_id", None)
        if isinstance(custom_id, str) and (found := _CONTINUES.fullmatch(custom_id)):
            return int(found["number"])
        open_items.extend(getattr(item, "children", ()))
    return None
