"""First responses and short answers to interactions, each given exactly once."""

from __future__ import annotations

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
    "My database is not taking anything just now, so this was not begun and costs nothing. "
    "Try again in a minute; if it goes on, tell whoever runs me."
)
_PUBLIC = "clapperboard.deferred_public"


async def acknowledge(interaction: Interaction, *, public: bool) -> int | None:
    """Defer; the id of the message that will be the answer, where Discord tells it.

    A reply that is lost is taken for an acknowledgement, and so is "already acknowledged":
    discord.py repeats the call after a 5xx, and one interaction has one first response.
    """
    response = None
    try:
        response = await interaction.response.defer(thinking=True, ephemeral=not public)
    except discord.HTTPException as error:
        if error.code != ALREADY_ACKNOWLEDGED:
            raise
    except (aiohttp.ClientError, OSError):
        _log.warning("interaction.acknowledgement_unsure")
    interaction.extras[_PUBLIC] = public
    return response.message_id if response is not None else None


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


async def answer_error(interaction: Interaction, error: BaseException) -> None:
    """Tell the person what went wrong; the one place where errors of interactions end.

    1. ``UserError``: its own words. 2. ``StoreError``: what it means for the person. 3. Everything
    else: an apology that names nothing of the inside. The last two are logged with their trace.

    Nobody can be told anything any more once the interaction has expired (Discord gives three
    seconds; a machine under load may take longer): that is noted, and so is an answer that fails.
    """
    if isinstance(error, discord.NotFound) and error.code == UNKNOWN_INTERACTION:
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
