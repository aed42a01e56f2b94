"""A draft before it is begun: what it costs, and what it might look like."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.models.money import format_usd
from bot.models.quote import Quote
from bot.ui import figures
from bot.ui.allowance import left_afterwards
from bot.ui.card import Accent, Card, attachment, button, buttons, picture, text
from bot.ui.custom_ids import Action
from bot.ui.draft_buttons import begin_button
from bot.ui.prompts import quoted
from bot.ui.text import plain, shorten

_ALT_TEXT_CHARS = 300


def quote_view(
    quote: Quote, *, imprint: str, model_name: str, pictures: str | None = None, note: str = ""
) -> Card:
    """The question before money is spent; ``pictures`` is the name of an attached strip.

    ``imprint`` is of the draft as it is kept. ``note`` is one line on why it is asked in place of
    something else.
    """
    items: list[ui.Item[Any]] = [
        text(note, f"### {_question(quote)}", quoted(quote.draft.settings))
    ]
    if pictures is not None:
        items.append(picture(pictures, "Reference pictures"))
    items.append(text(*_price_lines(quote), *_terms(quote), _small_print(quote, model_name)))
    items.append(_buttons(quote, imprint, preview=True))
    return Card(*items, accent=Accent.ATTENTION)


def preview_view(quote: Quote, *, imprint: str, model_name: str, filename: str) -> Card:
    """The animatic of a draft; ``filename`` is the name of the attached video.

    ``imprint`` is of the draft as it is kept.
    """
    alt_text = shorten(plain(f"Animatic: {quote.draft.settings.words()}"), _ALT_TEXT_CHARS)
    video = discord.MediaGalleryItem(attachment(filename), description=alt_text)
    return Card(
        text("### Animatic, free of charge", quoted(quote.draft.settings)),
        ui.MediaGallery(video),
        text(
            "A sketch of what is seen when. In the video it will move.",
            *_terms(quote),
            _small_print(quote, model_name),
        ),
        _buttons(quote, imprint, preview=False),
        accent=Accent.AT_WORK if quote.over_quota is None else Accent.ATTENTION,
    )


def _question(quote: Quote) -> str:
    if quote.total_microusd is None:
        return "Render this, at a price that is not known?"
    return f"Render this for {format_usd(quote.total_microusd)}?"


def _price_lines(quote: Quote) -> list[str]:
    takes = quote.draft.takes
    if quote.price_microusd is None:
        return ["Oxen names no price for this model; what it takes is charged all the same."]
    if takes == 1:
        return []
    return [f"{takes} takes at {format_usd(quote.price_microusd)} each."]


def _terms(quote: Quote) -> list[str]:
    """What the quota says, and how long it takes."""
    draft = quote.draft
    if quote.over_quota is not None:
        return [quote.over_quota]
    seconds = draft.settings.duration_s * draft.takes
    return [
        f"Usually there in about {figures.duration(quote.typical_ms)}.",
        *left_afterwards(quote.limits, quote.usage, videos=draft.takes, seconds=seconds),
    ]


def _small_print(quote: Quote, model_name: str) -> str:
    draft = quote.draft
    return figures.small(
        *figures.small_print(
            draft.settings, quote.price_microusd, model_name=model_name, takes=draft.takes
        ),
        *(["by direct message"] if draft.private else []),
    )


def _buttons(quote: Quote, imprint: str, *, preview: bool) -> ui.ActionRow[Any]:
    row: list[ui.Button[Any]] = []
    if quote.over_quota is None:
        private = quote.draft.private
        row.append(
            begin_button(quote.draft_id, quote.total_microusd, private=private, imprint=imprint)
        )
    if preview:
        row.append(button("Preview", Action.PREVIEW, quote.draft_id))
    edit = Action.DRAFT_QUOTED if preview else Action.DRAFT_PREVIEWED
    row.append(button("Edit", edit, quote.draft_id))
    row.append(button("Discard", Action.DISCARD, quote.draft_id))
    return buttons(*row)
