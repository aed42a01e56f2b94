"""First responses and short answers to interactions, each given exactly once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import aiohttp
import discord
import structlog

from bot.errors import ClapperboardError, StoreError, UserError
from bot.posting.failures import ALREADY_ACKNOWLEDGED, UNKNOWN_INTERACTION
from bot.ui import answers
from bot.ui.card import Card

_log = structlog.get_logger(__name__)

Interaction: TypeAlias = discord.Interaction[Any]

_NO_DATABASE = (
    "My database did not answer, so I cannot tell whether this went through. Before you try "
    "again in a minute, see with `/video history` whether it was begun; only a video that arrives "
    "is charged. If it goes on, tell whoever runs me."
)
_LOOKS = 3
_PUBLIC = "clapperboard.deferred_public"
_FIRST_RESPONSE = "clapperboard.first_response"


class UnacknowledgedError(ClapperboardError):
    """Discord does not know of a first response, and tells the person that the bot was silent."""


async def acknowledge(interaction: Interaction, *, public: bool) -> int | None:
    """Defer; the id of the message that will be the answer, where Discord tells it.

    "Already acknowledged" is one's own first response: discord.py repeats the call after a 5xx,
    and one interaction has one. After a reply that is lost Discord is asked whether it has the
    response. Raises ``UnacknowledgedError`` where it has none: the person is told that nothing
    happened and will ask again, so nothing may be begun. The first acknowledgement counts: a later
    one changes nothing.
    """
    return await _deferred(interaction, public=public, thinking=True)


async def acknowledge_in_place(interaction: Interaction) -> None:
    """Defer a press on a card that only this person sees: the answer takes the card's place."""
    await _deferred(interaction, public=False, thinking=False)


async def acknowledge_beside(interaction: Interaction) -> None:
    """Defer a press or a form on a card that only this person sees, and that stays.

    ``edit_original_response`` brings the card in step; answers come below it.
    """
    await _deferred(interaction, public=False, thinking=False)
    interaction.extras[_PUBLIC] = None


async def _deferred(interaction: Interaction, *, public: bool, thinking: bool) -> int | None:
    if _PUBLIC in interaction.extras:
        first: int | None = interaction.extras[_FIRST_RESPONSE]
        return first
    message_id = None
    try:
        response = await interaction.response.defer(thinking=thinking, ephemeral=not public)
        message_id = response.message_id if response is not None else None
    except discord.HTTPException as error:
        if error.code != ALREADY_ACKNOWLEDGED:
            raise
        message_id = await _acknowledged_as(interaction)
    except (aiohttp.ClientError, OSError):
        _log.warning("interaction.acknowledgement_unsure")
        message_id = await _acknowledged_as(interaction)
    interaction.extras[_PUBLIC] = public
    interaction.extras[_FIRST_RESPONSE] = message_id
    return message_id


async def _acknowledged_as(interaction: Interaction) -> int:
    """Ask Discord for the message of the first response; its id."""
    for attempts_left in reversed(range(_LOOKS)):
        try:
            return (await interaction.original_response()).id
        except discord.NotFound as error:
            raise UnacknowledgedError("Discord knows of no response") from error
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            if not attempts_left:
                raise UnacknowledgedError("Discord does not say") from error
    raise AssertionError("unreachable: the last look returns or raises")


async def answer(
    interaction: Interaction, card: Card, *, files: list[discord.File] | None = None
) -> None:
    """Answer the person alone, whatever has been said to the interaction before.

    A public "thinking" is taken away first: what concerns one person is ephemeral.
    """
    attached = files or []
    # discord.py does not know of an acknowledgement whose reply was lost: our own note decides.
    acknowledged = _PUBLIC in interaction.extras
    if not acknowledged and not interaction.response.is_done():
        await interaction.response.send_message(view=card, files=attached, ephemeral=True)
    elif interaction.extras.get(_PUBLIC) is False:
        await interaction.edit_original_response(view=card, attachments=attached)
    else:
        if interaction.extras.get(_PUBLIC):
            interaction.extras[_PUBLIC] = None
            await interaction.delete_original_response()
        await interaction.followup.send(view=card, files=attached, ephemeral=True)


@asynccontextmanager
async def mistakes_told(interaction: Interaction) -> AsyncIterator[None]:
    """Answer a ``UserError`` of the body with its own words: it is an ordinary end."""
    try:
        yield
    except UserError as error:
        await answer_error(interaction, error)


async def answer_error(interaction: Interaction, error: BaseException) -> None:
    """Tell the person what went wrong; the one place where errors of interactions end.

    1. ``UserError``: its own words. 2. ``StoreError``: what it means for the person. 3. Everything
    else: an apology that names nothing of the inside. The last two are logged with their trace.

    Nobody can be told anything any more once the interaction has expired (Discord gives three
    seconds; a machine under load may take longer): that is noted, and so is an answer that fails.
    """
    expired = isinstance(error, discord.NotFound) and error.code == UNKNOWN_INTERACTION
    if expired or isinstance(error, UnacknowledgedError):
        _log.warning("interaction.expired")
        return
    known = isinstance(error, UserError)
    if not known:
        _log.error(
            "interaction.failed",
            ours=isinstance(error, ClapperboardError),
            exc_info=(type(error), error, error.__traceback__),
        )
    card = answers.unexpected()
    if known:
        card = answers.refusal(str(error))
    elif isinstance(error, StoreError):
        card = answers.refusal(_NO_DATABASE)
    try:
        await answer(interaction, card)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as failure:
        _log.warning("interaction.answer_failed", error=type(failure).__name__)
