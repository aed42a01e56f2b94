"""One's own videos: a page of them, and one with all that can be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import discord
from discord import ui

from bot.generations.history import Search, digest
from bot.generations.ports import Progress
from bot.models.generation import Generation, GenerationState, RequestWithTakes
from bot.models.history import HistoryPage, HistoryState
from bot.ui import figures
from bot.ui.card import Accent, Card, attachment, button, buttons, picture, text
from bot.ui.custom_ids import Action, Worded, worded_id
from bot.ui.progress_card import progress_view
from bot.ui.stages import STAGE_NAMES, Stage, has_no_place, overall_stage
from bot.ui.takes import send_buttons
from bot.ui.text import neutralise, quote_prompt

SEARCHED_CHARS = 45
"""What fits into a button beside the rest."""
_PROMPT_CHARS = 100
_SEPARATOR = "|"

STATE_NAMES = {
    HistoryState.UNDER_WAY: "Under way",
    HistoryState.DONE: "Done",
    HistoryState.FAILED: "Not made",
    HistoryState.CANCELLED: "Cancelled",
}


def history_view(
    page: HistoryPage,
    search: Search,
    *,
    posters: Mapping[int, str],
    display_name: Callable[[str], str],
) -> Card:
    """A page; ``posters`` are the attached files' names by request."""
    heading = "### Your videos"
    if page.number or page.has_older:
        heading += f"{figures.DOT}page {page.number + 1}"
    items: list[ui.Item[Any]] = [text(heading, _searched(search, display_name))]
    if not page.requests:
        return Card(*items, text(_nothing(search)), accent=Accent.QUIET)
    for asked in page.requests:
        lines = _entry(asked, display_name)
        poster = posters.get(asked.request.id)
        if poster is None:
            items.append(text(*lines))
            continue
        thumbnail: ui.Thumbnail[Any] = ui.Thumbnail(
            attachment(poster), description=f"A frame of video {asked.request.id}"
        )
        items.append(ui.Section("\n".join(lines), accessory=thumbnail))
    items.append(
        buttons(*(button(f"#{a.request.id}", Action.SHOW, a.request.id) for a in page.requests))
    )
    turning = [
        _turn("Newer", page.number - 1, search) if page.number else None,
        _turn("Older", page.number + 1, search) if page.has_older else None,
    ]
    if shown := [one for one in turning if one is not None]:
        items.append(buttons(*shown))
    return Card(*items, accent=Accent.QUIET)


def show_view(
    asked: RequestWithTakes, *, model_name: str, poster: str | None, action_row: ui.ActionRow[Any]
) -> Card:
    """One request; ``poster`` is the name of the attached frame of a finished one."""
    request = asked.request
    stage = overall_stage(asked.generations)
    if stage not in {Stage.DONE, Stage.PARTLY_DONE}:
        return progress_view(Progress(request=asked), model_name=model_name, looked_up=True)
    items: list[ui.Item[Any]] = [
        text(f"### Video #{request.id}", quote_prompt(request.settings.words()))
    ]
    if poster is not None:
        items.append(picture(poster, f"A frame of video {request.id}"))
    small = figures.small_print(
        request.settings, request.price_microusd, model_name=model_name, takes=request.takes
    )
    takes = [_take_line(asked, take) for take in asked.generations]
    items.append(
        text(*takes, figures.small(*small), figures.small(figures.relative(request.created_at_ms)))
    )
    sending = send_buttons(asked, [take for take in asked.generations if has_no_place(take)])
    rows = [action_row, buttons(*sending)] if sending else [action_row]
    return Card(*items, *rows, accent=Accent.DONE)


def request_suggestion(asked: RequestWithTakes) -> str:
    """One line for Discord's list of suggestions: plain text, at most 100 characters."""
    stage = STAGE_NAMES[overall_stage(asked.generations)].lower()
    name = f"#{asked.request.id} · {stage} · {' '.join(asked.request.settings.words().split())}"
    return name if len(name) <= 100 else f"{name[:99]}…"  # noqa: PLR2004  Discord's limit


def packed(number: int, search: Search) -> str:
    """A page and its search as the text of a button."""
    fields = (
        str(number),
        search.state.value if search.state else "",
        digest(search.model) if search.model else "",
        str(search.since.toordinal()) if search.since else "",
        str(search.until.toordinal()) if search.until else "",
        search.text[:SEARCHED_CHARS],
    )
    return _SEPARATOR.join(fields)


def unpacked(words: str) -> tuple[int, Search]:
    """Read back what ``packed`` wrote, the model as its digest; raises ``ValueError``."""
    number, state, model, since, until, searched = words.split(_SEPARATOR, 5)
    return int(number), Search(
        state=HistoryState(state) if state else None,
        model=model,
        text=searched,
        since=date.fromordinal(int(since)) if since else None,
        until=date.fromordinal(int(until)) if until else None,
    )


def _turn(label: str, number: int, search: Search) -> ui.Button[Any]:
    return ui.Button(
        label=label,
        style=discord.ButtonStyle.secondary,
        custom_id=worded_id(Worded.HISTORY, packed(number, search)),
    )


def _entry(asked: RequestWithTakes, display_name: Callable[[str], str]) -> list[str]:
    request = asked.request
    stage = overall_stage(asked.generations)
    links = [_link(asked, take) for take in asked.generations]
    small = figures.small_print(
        request.settings,
        request.price_microusd,
        model_name=display_name(request.settings.model),
        takes=request.takes,
    )
    ended = STAGE_NAMES[stage]
    if stage is Stage.FAILED and any(has_no_place(take) for take in asked.generations):
        ended = "Not posted"
    told = [f"**#{request.id}** {ended}", figures.relative(request.created_at_ms)]
    return [
        figures.DOT.join([*told, *(link for link in links if link)]),
        quote_prompt(request.settings.words(), _PROMPT_CHARS),
        figures.small(*small),
    ]


def _take_line(asked: RequestWithTakes, take: Generation) -> str:
    several = asked.request.takes > 1
    if take.state is GenerationState.DELIVERED:
        return _link(asked, take)
    name = f"Take {take.take}" if several else "It"
    if has_no_place(take):
        return f"{name} is made, but had no place to be posted"
    return f"{name} was {'not made' if take.state is GenerationState.FAILED else 'cancelled'}"


def _link(asked: RequestWithTakes, take: Generation) -> str:
    if take.state is not GenerationState.DELIVERED or not take.posted_message_id:
        return ""
    label = f"take {take.take}" if asked.request.takes > 1 else "see the video"
    return f"[{label}]({figures.message_link(asked.request, take.posted_message_id)})"


def _searched(search: Search, display_name: Callable[[str], str]) -> str:
    told = [
        STATE_NAMES[search.state].lower() if search.state else "",
        neutralise(display_name(search.model), SEARCHED_CHARS) if search.model else "",
        f"“{neutralise(search.text, SEARCHED_CHARS)}”" if search.text else "",
        f"since {search.since}" if search.since else "",
        f"until {search.until}" if search.until else "",
    ]
    shown = [one for one in told if one]
    return figures.small("Filter", *shown) if shown else ""


def _nothing(search: Search) -> str:
    if search == Search():
        return "There is nothing yet. Make your first with `/video create`."
    return "Nothing matches. Leave out a filter, or see everything with `/video history`."
