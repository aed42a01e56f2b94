"""Shows drafts to their authors: what they would cost, and what they might look like."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import discord

from bot.errors import UnavailableError
from bot.generations.previewing import PreviewService
from bot.generations.quoting import QuoteService
from bot.models.draft import Draft, imprint
from bot.models.references import Element
from bot.posting.answering import Interaction, answer
from bot.posting.own_cards import label_pressed
from bot.posting.strips import Strips, strip_file
from bot.posting.wishes import Press
from bot.ui import answers
from bot.ui.custom_ids import Action
from bot.ui.draft_buttons import begin_label
from bot.ui.draft_card import preview_view, quote_view


class DraftCards:
    """Answers with the cards of kept drafts. The interactions are acknowledged before."""

    def __init__(
        self,
        quotes: QuoteService,
        previews: PreviewService,
        strips: Strips,
        *,
        display_name: Callable[[str], str],
    ) -> None:
        self._quotes = quotes
        self._previews = previews
        self._strips = strips
        self._display_name = display_name

    async def show_quote(
        self,
        interaction: Interaction,
        draft_id: int,
        draft: Draft,
        elements: Sequence[Element],
        *,
        note: str = "",
    ) -> None:
        """Ask before spending; a draft that the quota does not admit is refused right here."""
        quote = await self._quotes.quote(draft_id, draft)
        if quote.over_quota is not None:
            card = answers.refusal(
                quote.over_quota,
                draft_id=draft_id,
                typed=draft.settings.prompt,
                edit=Action.DRAFT_QUOTED,
                by_command=draft.takes > 1 and not draft.settings.shots,
            )
            await answer(interaction, card)
            return
        files = await strip_file(self._strips, draft.references, elements)
        card = quote_view(
            quote,
            imprint=imprint(draft, elements),
            model_name=self._display_name(draft.settings.model),
            pictures=files[0].filename if files else None,
            note=note,
        )
        await answer(interaction, card, files=files)

    async def show_preview(
        self, interaction: Interaction, draft_id: int, draft: Draft, elements: Sequence[Element]
    ) -> None:
        """Draw the animatic and show it, with the button that makes the video.

        Where it cannot be drawn now the question is asked without it, and says so.
        """
        await answer(interaction, answers.drawing())
        try:
            film = await self._previews.animatic(draft, elements)
        except UnavailableError as error:
            await self.show_quote(interaction, draft_id, draft, elements, note=str(error))
            return
        filename = f"animatic-{draft_id}.mp4"
        card = preview_view(
            await self._quotes.quote(draft_id, draft),
            imprint=imprint(draft, elements),
            model_name=self._display_name(draft.settings.model),
            filename=filename,
        )
        await answer(interaction, card, files=[discord.File(io.BytesIO(film), filename=filename)])

    def agreed(
        self, interaction: Interaction, press: Press, draft: Draft, elements: Sequence[Element]
    ) -> bool:
        """Whether the card that was pressed shows what would happen now.

        The price may have changed since, the cast too, and the draft, on another card of it.
        """
        total = self._quotes.total_microusd(draft.settings, takes=draft.takes)
        return (
            press.private == draft.private
            and press.imprint in {None, imprint(draft, elements)}
            and label_pressed(interaction) in {None, begin_label(total)}
        )
