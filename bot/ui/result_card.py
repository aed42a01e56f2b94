"""The finished video, with what it was made of and what can be done with it."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.generations.ports import FinishedVideo
from bot.models.generation import GenerationState
from bot.ui import figures
from bot.ui.ancestors import came_from_line
from bot.ui.card import Accent, Card, attachment, button, buttons, text
from bot.ui.custom_ids import Action
from bot.ui.prompts import quoted
from bot.ui.text import plain, shorten

_ALT_TEXT_CHARS = 300


def result_view(
    finished: FinishedVideo, *, model_name: str, filename: str, note: str | None = None
) -> Card:
    """The result card; ``filename`` is the name of the attached video.

    The header mentions the requester: allow exactly that one mention when sending. ``note`` is one
    line on why it appears where it does.
    """
    return Card(
        text(_heading(finished), note or "", quoted(finished.request.request.settings)),
        _video(finished, filename),
        text(*_small_lines(finished, model_name)),
        _buttons(finished),
        accent=Accent.DONE,
    )


def shown_again_view(
    finished: FinishedVideo, *, model_name: str, filename: str, may_post: bool
) -> Card:
    """The same video once more, for one person; ``may_post`` offers to post it for everybody."""
    items = _once_more(finished, model_name, filename)
    generation = finished.generation
    row = []
    if may_post and generation.state is GenerationState.DELIVERED:
        row.append(button("Post here", Action.POST_AGAIN, generation.id))
    if finished.shrunk:
        row.append(button("Original", Action.ORIGINAL, generation.id))
    return Card(*items, *([buttons(*row)] if row else []), accent=Accent.DONE)


def posted_again_view(
    finished: FinishedVideo, *, model_name: str, filename: str, posted_by: int
) -> Card:
    """The same video once more, for everybody; the user ``posted_by`` may take it away again."""
    items = _once_more(finished, model_name, filename)
    remove = buttons(button("Remove", Action.REMOVE, posted_by))
    return Card(*items, _buttons(finished), remove, accent=Accent.DONE)


def _once_more(finished: FinishedVideo, model_name: str, filename: str) -> list[ui.Item[Any]]:
    return [
        text(_heading(finished), quoted(finished.request.request.settings)),
        _video(finished, filename),
        text(*_small_lines(finished, model_name)),
    ]


def _video(finished: FinishedVideo, filename: str) -> ui.Item[Any]:
    if finished.file is None:
        return text("The video does not fit here. Original fetches a link to it.")
    prompt = finished.request.request.settings.words()
    alt_text = shorten(plain(f"Video: {prompt}"), _ALT_TEXT_CHARS)
    return ui.MediaGallery(discord.MediaGalleryItem(attachment(filename), description=alt_text))


def _heading(finished: FinishedVideo) -> str:
    request = finished.request.request
    heading = f"### Video for {figures.mention(request.user_id)}"
    if request.takes == 1:
        return heading
    return f"{heading}{figures.DOT}take {finished.generation.take} of {request.takes}"


def _small_lines(finished: FinishedVideo, model_name: str) -> list[str]:
    request, generation = finished.request.request, finished.generation
    parts = list(
        figures.small_print(
            request.settings,
            request.price_microusd,
            model_name=model_name,
            is_free=generation.state is GenerationState.FAILED,
        )
    )
    if generation.ready_at_ms is not None:
        took_ms = max(generation.ready_at_ms - request.created_at_ms, 0)
        parts.append(f"took {figures.duration(took_ms)}")
    lines = [figures.small(*parts), came_from_line(request)]
    if finished.shrunk:
        lines.append(figures.small(_shrunk_note(finished)))
    return lines


def _shrunk_note(finished: FinishedVideo) -> str:
    original = finished.generation.result
    if original is None:
        return "Made smaller to fit this channel."
    size = figures.mebibytes(original.facts.size_bytes)
    if finished.file is None:
        return f"The original is {size}."
    return f"Made smaller to fit this channel; the original is {size}."


def _buttons(finished: FinishedVideo) -> ui.ActionRow[Any]:
    request_id, generation_id = finished.request.request.id, finished.generation.id
    row = [
        button("Again", Action.AGAIN, request_id),
        button("Edit", Action.EDIT, request_id),
        button("Continue", Action.CONTINUE, generation_id),
    ]
    if finished.shrunk:
        row.append(button("Original", Action.ORIGINAL, generation_id))
    return buttons(*row, button("More…", Action.MORE, generation_id))
