"""Short answers that only the person who asked sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote as percent_encode

import discord
from discord import ui

from bot.ui import figures
from bot.ui.card import MAX_TEXT_CHARS, Accent, Card, attachment, button, buttons, text
from bot.ui.custom_ids import Action
from bot.ui.text import quote_prompt, shorten

_SNIPPET_CHARS = 1200
"""A longer call would fill a phone's screen several times over; the attached file has it whole."""
_TYPED_CHARS = 3500
"""Over all fields of a form; what the card says itself needs the rest."""
_URL_CHARS = 3000
"""Presigned addresses run to about 1,500 characters; a button's own limit is 512."""


_BY_COMMAND = (
    "Edit opens a form without pictures and takes. To change those, send `/video create` again."
)
_COPIED_CHARS = 800
"""More than a prompt may have. Escapes may double it, and a message has 4,000 characters in all."""


def notice(message: str) -> Card:
    """Something that went well, or just is so."""
    return Card(_message(message), accent=Accent.QUIET)


def refusal(
    message: str,
    *,
    draft_id: int | None = None,
    typed: str = "",
    edit: Action = Action.DRAFT,
    by_command: bool = False,
) -> Card:
    """What cannot be done and what would be right: the text of a ``UserError``, as it is.

    With ``draft_id`` a button opens the form again with everything that was typed, to go on as
    ``edit`` says; without it the prompt that was ``typed`` stands there whole, to be copied. Where
    the form has no field for what is wrong, ``by_command`` says so, and both are there.
    """
    items: list[ui.Item[Any]] = [_message(message)]
    if draft_id is not None and by_command:
        items.append(text(_BY_COMMAND))
    if typed.strip() and (draft_id is None or by_command):
        items.append(text("-# Your prompt, to copy:", quote_prompt(typed, _COPIED_CHARS)))
    if draft_id is not None:
        items.append(buttons(button("Edit", edit, draft_id)))
    return Card(*items, accent=Accent.ATTENTION)


def unexpected() -> Card:
    """The bot failed in a way nobody foresaw."""
    return Card(
        text(
            "Something went wrong inside the bot. Try again in a moment; if it happens once more, "
            "tell whoever runs it."
        ),
        accent=Accent.FAILED,
    )


def on_its_way(link: str | None = None, *, is_member: bool = True) -> Card:
    """A request was accepted; ``link`` leads to its placeholder, if there is a public one.

    ``is_member`` is false where the bot could not have posted in any case.
    """
    place = f"[your direct messages]({link})" if link else "your direct messages"
    why = "" if is_member else "\n-# I am no member here, so I cannot post the video in this place."
    return notice(f"Your video is on its way to {place}.{why}")


def begun_already(link: str | None = None) -> Card:
    """A button that works once was pressed again; ``link`` leads to the placeholder."""
    return notice(f"That has begun already, so nothing more was charged. {_see_how_far(link)}")


def begun(link: str | None = None) -> Card:
    """In place of a card whose button has begun the video; ``link`` leads to the placeholder."""
    return notice(f"Begun. {_see_how_far(link)}")


def changed_meanwhile() -> Card:
    """In place of a card whose draft is another one by now; the newer card stands below it."""
    return notice("This has changed meanwhile. It goes on in the card below.")


def drawing() -> Card:
    """In the place where an animatic will be."""
    return notice("Drawing the animatic. That takes a few seconds.")


def discarded() -> Card:
    """In place of a card whose draft is forgotten."""
    return notice("Discarded. Nothing was charged.")


def cancelling() -> Card:
    """A cancellation was taken in."""
    return notice(
        "Cancelling. The card shows how it ends; nothing is charged for what is not made."
    )


def confirm_delete(generation_id: int, *, take: int, takes: int) -> Card:
    """Ask once before a post is deleted; which one, where there are several takes."""
    which = f"take {take} of {takes}" if takes > 1 else "this video"
    return Card(
        text(f"Delete {which} from the channel? It stays charged and cannot be brought back."),
        buttons(
            button(
                "Delete",
                Action.CONFIRM_DELETE,
                generation_id,
                style=discord.ButtonStyle.danger,
            )
        ),
        accent=Accent.ATTENTION,
    )


def deleted() -> Card:
    """A post is gone."""
    return notice("Deleted.")


def original(url: str, size_bytes: int) -> Card:
    """A fresh link to the file as Oxen made it. The link is signed: for one person's eyes."""
    size = figures.mebibytes(size_bytes)
    address = percent_encode(url, safe=":/?#@!$&'*+,;=%-._~")
    if len(address) > _URL_CHARS:
        return notice(f"The original ({size}) has an address too long for a message.")
    return notice(f"[The original, {size}]({address})\n-# The link works for a limited time.")


def api_call(curl: str, *, filenames: tuple[str, ...]) -> Card:
    """The exact call of a request: cURL in sight where it is short, everything as files."""
    items: list[ui.Item[Any]] = [
        text(
            "### API call",
            "The key is read from the variable `OXEN_API_KEY`. Files such as `image1.jpg`, with "
            "the endings of the call, are the request's pictures; put them beside it. "
            "Their order: reference pictures, start frame, end frame, then the cast's.",
        )
    ]
    # Inside a code block nothing can be escaped: three backticks in a prompt would end it.
    if len(curl) <= _SNIPPET_CHARS and "```" not in curl:
        items.append(text(f"```bash\n{curl}\n```"))
    items.extend(ui.File[Any](attachment(name)) for name in filenames)
    return Card(*items, accent=Accent.QUIET)


def lost_form(typed: Sequence[str], *, had_files: bool) -> Card:
    """A form that nobody waits for any more: what was typed, to be copied into a new one."""
    told = (
        "That form was open for too long, or I was restarted meanwhile, so nothing came of it. "
        "Open it again"
    )
    texts = [one.strip() for one in typed if one.strip()]
    items: list[ui.Item[Any]] = [text(f"{told}; this is what you typed:" if texts else f"{told}.")]
    for one in texts:
        # Inside a code block nothing can be escaped: three backticks would end it.
        tame = shorten(one.replace("```", "'''"), _TYPED_CHARS // len(texts))
        items.append(text(f"```\n{tame}\n```"))
    if had_files:
        items.append(text("Attach the pictures once more."))
    return Card(*items, accent=Accent.ATTENTION)


def _see_how_far(link: str | None) -> str:
    return f"[See how far it is.]({link})" if link else ""


def _message(message: str) -> ui.TextDisplay[Any]:
    return ui.TextDisplay(_within_limit(message.strip()) or "That did not work.")


def _within_limit(message: str) -> str:
    return shorten(message, MAX_TEXT_CHARS)
