"""Shows reels as answers to the button: one message, edited from "joining" to the video."""

from __future__ import annotations

from contextlib import suppress

import discord
import structlog

from bot.errors import (
    PostAmbiguousError,
    PostError,
    PostImpossibleError,
    PostTooLargeError,
    UnavailableError,
)
from bot.generations.reels import Line, Reel, ReelService
from bot.posting.answering import Interaction, answer
from bot.posting.failures import translated
from bot.posting.results import ENVELOPE_BYTES
from bot.ui.reel_card import joining_view, reel_view

_log = structlog.get_logger(__name__)

_ATTEMPTS = 3
_SMALLER = 0.8
"""The share of the limit that is tried next where Discord finds a file too large after all."""


async def show_reel(
    interaction: Interaction, reels: ReelService, line: Line, *, alone: bool = False
) -> None:
    """Join a line, and answer a publicly acknowledged interaction with it.

    An edit repeated is still one message, so a lost reply is no trouble. What was made for one
    person stays with that person, wherever the button was pressed, and so does all of it where
    ``alone`` says so. Raises ``UserError``.
    """
    alone = (alone or line.is_private) and interaction.guild_id is not None
    if not alone:
        # Whoever does not see this sees the bot think.
        with suppress(PostError), translated():
            await interaction.edit_original_response(
                view=joining_view(line), allowed_mentions=discord.AllowedMentions.none()
            )
    max_bytes = interaction.filesize_limit - ENVELOPE_BYTES
    for _ in range(_ATTEMPTS):
        reel = await reels.make(line, max_bytes=max_bytes)
        try:
            with translated():
                await _show(interaction, reel, alone=alone)
        except PostTooLargeError:
            max_bytes = int(min(max_bytes, reel.facts.size_bytes) * _SMALLER)
        except PostAmbiguousError as error:
            _log.warning("reel.ambiguous", error=str(error))
        except PostImpossibleError as error:
            # The message was deleted meanwhile, or the interaction has expired: nobody is waiting.
            _log.info("reel.nobody_waits", error=str(error))
            return
        else:
            return
    raise UnavailableError(
        "Discord does not take the reel just now. It costs nothing to try again in a minute."
    )


async def _show(interaction: Interaction, reel: Reel, *, alone: bool) -> None:
    filename = f"reel-{reel.line.scenes[-1].generation.id}.mp4"
    made_by = None if alone else interaction.user.id
    card = reel_view(reel, filename=filename, made_by=made_by)
    file = discord.File(reel.file, filename=filename)
    try:
        if alone:
            await answer(interaction, card, files=[file])
        else:
            await interaction.edit_original_response(
                view=card, attachments=[file], allowed_mentions=discord.AllowedMentions.none()
            )
    finally:
        file.close()
