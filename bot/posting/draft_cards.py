"""Shows drafts to their authors: what they would cost, and what they might look like."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import discord

from bot.generations.quoting import QuoteService
from bot.models.draft import Draft
from bot.models.references import Element
from bot.posting.answering import Interaction, answer, own_card
from bot.posting.strips import Strips, strip_file
from bot.ui import answers
from bot.ui.draft_buttons import begin_label
from bot.ui.draft_card import quote_view


class DraftCards:
    """Answers with the cards of kept drafts. The interactions are acknowledged before."""

    def __init__(
        self, quotes: QuoteService, strips: Strips, *, display_name: Callable[[str], str]
    ) -> None:
        self._quotes = quotes
        self._strips = strips
        self._display_name = display_name

    async def show_quote(
        self, interaction: Interaction, draft_id: int, draft: Draft, elements: Sequence[Element]
    ) -> None:
        """Ask before spending; a draft that the quota does not admit is refused right here."""
        quote = await self._quotes.quote(draft_id, draft)
        if quote.over_quota is not None:
            await answer(interaction, answers.refusal(quote.over_quota, draft_id=draft_id))
            return
        files = await strip_file(self._strips, draft.references, elements)
        card = quote_view(
            quote,
            model_name=self._display_name(draft.settings.model),
            pictures=files[0].filename if files else None,
        )
        await answer(interaction, card, files=files)

    def agreed(self, interaction: Interaction, draft: Draft, *, private: bool) -> bool:
        """Whether the button that was pressed says what would happen now.

        The price may have changed since, and so may the draft, on another card of it.
        """
        total = self._quotes.total_microusd(draft.settings, takes=draft.takes)
        label = _label_pressed(interaction)
        return private == draft.private and label in {None, begin_label(total)}


def _label_pressed(interaction: Interaction) -> str | None:
    message = own_card(interaction)
    pressed = interaction.data.get("custom_id") if interaction.data else None
    open_items = list(message.components) if message is not None else []
    while open_items:
        item = open_items.pop()
        if isinstance(item, discord.Button) and item.custom_id == pressed:
            return item.label
        open_items.extend(getattr(item, "children", ()))
    return None
