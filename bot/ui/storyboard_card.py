"""A storyboard in the making: its shots, pictures and cost, and what it still lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.generations.storyboards import MAX_SHOTS, chars_by_shot
from bot.models.draft import Draft
from bot.models.generation import Shot
from bot.models.model_form import ModelForm
from bot.models.references import ReferenceImage, ReferenceRole
from bot.ui import figures
from bot.ui.card import Accent, Card, button, buttons, picture, text
from bot.ui.custom_ids import Action, Pair, pair_id
from bot.ui.draft_buttons import begin_button
from bot.ui.prompts import shot_shown_chars
from bot.ui.text import neutralise, quote_prompt, shorten

_SHOTS_BESIDE_BUTTONS = 6
"""Each such shot is three of the 40 components that Discord allows; more have rows of buttons."""
_BUTTONS_IN_A_ROW = 5
STRIPS_SHOWN = 4
"""As many as there is always room for; more pictures than a model takes need not all be seen."""
_AVOIDED_CHARS = 80
_TOLD_CHARS = 600
"""Of what went wrong, and again of what is missing; the shots need the rest."""
_NAME_CHARS = 40


@dataclass(frozen=True, slots=True)
class Strip:
    """Some of the pictures side by side, in a file that travels with the card."""

    filename: str
    names: tuple[str, ...]
    """What the pictures are, in their order."""


@dataclass(frozen=True, slots=True)
class Storyboard:
    """All that the card shows."""

    draft_id: int
    draft: Draft
    model_name: str
    form: ModelForm
    price_microusd: int | None
    """Of one take; ``None`` where it is not known."""
    imprint: str
    """Of the draft and the cast that it names."""
    missing: str | None
    """Why it cannot be rendered yet, in words; ``None`` where it can."""
    strips: tuple[Strip, ...] = ()
    notes: tuple[str, ...] = ()
    """What became of the last deed, where that does not show."""
    resumed: bool = False
    """It is shown again as it was left."""


def storyboard_view(board: Storyboard) -> Card:
    """The card, for its author alone."""
    notes = shorten("\n".join(board.notes), _TOLD_CHARS)
    items: list[ui.Item[Any]] = [text(_heading(board), notes)]
    if board.resumed:
        anew = button("Start anew", Action.STORYBOARD_NEW, board.draft_id)
        items.append(ui.Section("As you left it.", accessory=anew))
    for strip in board.strips[:STRIPS_SHOWN]:
        names = tuple(neutralise(name, _NAME_CHARS) for name in strip.names)
        described = f"Reference pictures: {', '.join(strip.names)}"
        items += [picture(strip.filename, described), text(figures.small(*names))]
    items += _shots(board)
    items.append(text(*_closing_lines(board)))
    items.append(_buttons(board))
    return Card(*items, accent=Accent.ATTENTION if board.missing else Accent.QUIET)


def role_name(reference: ReferenceImage) -> str:
    """What prompts or people call a picture: ``@Image1``, ``first frame``."""
    if reference.role is ReferenceRole.IMAGE:
        return f"@Image{reference.position}"
    return "first frame" if reference.role is ReferenceRole.START_FRAME else "last frame"


def _heading(board: Storyboard) -> str:
    settings, lengths = board.draft.settings, board.form.duration
    if not settings.shots or lengths is None:
        return "### Storyboard"
    longest_s = lengths.choices_s[-1]
    total = f"### Storyboard{figures.DOT}{settings.duration_s} of {longest_s} s"
    over_s = settings.duration_s - longest_s
    return f"{total}, {over_s} s too many" if over_s > 0 else total


def _shots(board: Storyboard) -> list[ui.Item[Any]]:
    shots = board.draft.settings.shots
    if not shots:
        return [text(_invitation(board.form))]
    counted = chars_by_shot(board.draft.settings)
    limit = shot_shown_chars(len(shots))
    titled = [
        (_title(number, shot, _length(chars, board.form)), shot.prompt)
        for number, (shot, chars) in enumerate(zip(shots, counted, strict=True), start=1)
    ]
    if len(shots) <= _SHOTS_BESIDE_BUTTONS:
        return [
            ui.Section(
                f"{title}\n{quote_prompt(prompt, limit)}",
                accessory=_edit(board.draft_id, number, "Edit"),
            )
            for number, (title, prompt) in enumerate(titled, start=1)
        ]
    lines = [f"> {title}{figures.DOT}{neutralise(prompt, limit)}" for title, prompt in titled]
    rows = _rows(board.draft_id, shots)
    return [text(*lines), text(figures.small("Edit shot")), *rows]


def _title(number: int, shot: Shot, length: str) -> str:
    return figures.DOT.join((f"**Shot {number}**", f"{shot.duration_s} s", length))


def _rows(draft_id: int, shots: Sequence[Shot]) -> list[ui.ActionRow[Any]]:
    edits = [_edit(draft_id, number, str(number)) for number in range(1, len(shots) + 1)]
    return [
        buttons(*edits[at : at + _BUTTONS_IN_A_ROW])
        for at in range(0, len(edits), _BUTTONS_IN_A_ROW)
    ]


def _edit(draft_id: int, number: int, label: str) -> ui.Button[Any]:
    return ui.Button(label=label, custom_id=pair_id(Pair.STORYBOARD_SHOT, draft_id, number))


def _invitation(form: ModelForm) -> str:
    if form.duration is None:
        return "No shots yet. Each has a prompt and a length of its own."
    shortest, longest = form.duration.choices_s[0], form.duration.choices_s[-1]
    return (
        "No shots yet. Each has a prompt and a length of its own; together they are one video of "
        f"{shortest} to {longest} s."
    )


def _length(chars: int, form: ModelForm) -> str:
    most = form.prompt.max_chars
    if most is None:
        return f"{chars} characters"
    return f"**{chars} of {most}**" if chars > most else f"{chars} of {most}"


def _closing_lines(board: Storyboard) -> list[str]:
    draft = board.draft
    if not draft.settings.shots:
        return [figures.small(neutralise(board.model_name, _NAME_CHARS))]
    made_of = figures.small_print(
        draft.settings, board.price_microusd, model_name=board.model_name, takes=draft.takes
    )
    avoided = neutralise(draft.settings.negative_prompt or "", _AVOIDED_CHARS)
    further = [f"Without {avoided}"] if avoided else []
    if draft.private:
        further.append("by direct message")
    return [
        f"**Not ready yet.** {shorten(board.missing, _TOLD_CHARS)}" if board.missing else "",
        figures.small(*made_of),
        figures.small(*further) if further else "",
    ]


def _buttons(board: Storyboard) -> ui.ActionRow[Any]:
    draft, draft_id, form = board.draft, board.draft_id, board.form
    shots = draft.settings.shots
    usual, first = discord.ButtonStyle.secondary, discord.ButtonStyle.primary
    add = button("Add shot", Action.STORYBOARD_ADD, draft_id, style=usual if shots else first)
    add.disabled = len(shots) >= MAX_SHOTS
    pictures = button("Pictures", Action.STORYBOARD_PICTURES, draft_id)
    pictures.disabled = not (form.images or form.start_frame or form.end_frame)
    price = board.price_microusd
    total = None if price is None or not shots else price * draft.takes
    render = begin_button(draft_id, total, private=draft.private, imprint=board.imprint)
    render.disabled = board.missing is not None
    preview = button("Preview", Action.PREVIEW, draft_id)
    preview.disabled = render.disabled
    settings = button("Settings", Action.STORYBOARD_SETTINGS, draft_id)
    return buttons(add, pictures, settings, preview, render)
