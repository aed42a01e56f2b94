"""The cards of drafts: only their author sees them, and they end when the draft goes on."""

from __future__ import annotations

from collections.abc import Iterator

import aiohttp
import discord
import structlog

from bot.posting.answering import Interaction, acknowledge, acknowledge_in_place
from bot.ui.card import Card
from bot.ui.custom_ids import DRAFT_ACTIONS, custom_id

_log = structlog.get_logger(__name__)


async def acknowledge_alone(interaction: Interaction) -> None:
    """Defer for an answer that only this person sees.

    The form that a draft's card opened is answered in that card's place: what the card said, and
    its buttons, is no longer what they want.
    """
    sent = interaction.type is discord.InteractionType.modal_submit
    if sent and _draft_card(interaction) is not None:
        await acknowledge_in_place(interaction)
    else:
        await acknowledge(interaction, public=False)


async def close_card(interaction: Interaction, card: Card) -> None:
    """Put a card without buttons in the place of the draft's card that led here.

    A failure is harmless: what the old buttons stand for works once, and says so.
    """
    message = _draft_card(interaction)
    if message is None:
        return
    try:
        await interaction.followup.edit_message(message.id, view=card, attachments=[])
    except (discord.HTTPException, aiohttp.ClientError, OSError):
        _log.info("draft.card_not_closed")


def label_pressed(interaction: Interaction) -> str | None:
    """What the button said that was pressed, where it stands on a draft's card."""
    message = _draft_card(interaction)
    if message is None or interaction.data is None:
        return None
    pressed = interaction.data.get("custom_id")
    return next((b.label for b in _buttons(message) if b.custom_id == pressed), None)


def _draft_card(interaction: Interaction) -> discord.Message | None:
    message = interaction.message
    if message is None or not message.flags.ephemeral:
        return None
    prefixes = tuple(custom_id(action, 0).removesuffix("0") for action in DRAFT_ACTIONS)
    is_one = any((button.custom_id or "").startswith(prefixes) for button in _buttons(message))
    return message if is_one else None


def _buttons(message: discord.Message) -> Iterator[discord.Button]:
    open_items = list(message.components)
    while open_items:
        item = open_items.pop()
        if isinstance(item, discord.Button):
            yield item
        open_items.extend(getattr(item, "children", ()))
