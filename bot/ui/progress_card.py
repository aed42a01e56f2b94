"""The placeholder: one card that follows a request from the queue to the finished video."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any

from discord import ui

from bot.generations.ports import Progress
from bot.models.generation import Generation, GenerationState, Surface
from bot.ui import figures
from bot.ui.ancestors import came_from_line
from bot.ui.card import Accent, Card, button, buttons, picture, text
from bot.ui.custom_ids import Action
from bot.ui.failures import NOTHING_CHARGED, Explanation, explain
from bot.ui.prompts import quoted
from bot.ui.stages import (
    UNDER_WAY,
    Stage,
    can_cancel,
    has_no_place,
    overall_stage,
    stage_of,
)
from bot.ui.takes import choice_line, choice_row, finished_takes, send_buttons

_ACCENTS = {
    Stage.WAITING: Accent.QUIET,
    Stage.SENT: Accent.AT_WORK,
    Stage.RENDERING: Accent.AT_WORK,
    Stage.ARRIVING: Accent.AT_WORK,
    Stage.CANCELLING: Accent.QUIET,
    Stage.DONE: Accent.DONE,
    Stage.PARTLY_DONE: Accent.ATTENTION,
    Stage.FAILED: Accent.FAILED,
    Stage.CANCELLED: Accent.QUIET,
}
_TITLES = {
    Stage.WAITING: "In line for",
    Stage.SENT: "On its way for",
    Stage.RENDERING: "Rendering for",
    Stage.ARRIVING: "Arriving for",
    Stage.CANCELLING: "Cancelling for",
    Stage.DONE: "Done for",
    Stage.PARTLY_DONE: "Partly done for",
    Stage.FAILED: "Not made for",
    Stage.CANCELLED: "Cancelled for",
}
_AWAY = {
    Stage.SENT: "Oxen is not answering. Whether it has this request shows as soon as it is back; "
    "nothing is sent twice.",
    Stage.RENDERING: "Oxen is not answering. This video is safe and is fetched as soon as "
    "it is back.",
    Stage.CANCELLING: "Oxen is not answering. The cancellation reaches it as soon as it is back.",
}


_ONLY_WHAT_WAS_MADE = "Nothing was charged for what was not made."
_ROW = 5
"""Buttons that Discord takes in a row."""


class Pictures(Enum):
    """What the card shows; where it is nothing, an edit must also drop the attachments."""

    REFERENCES = "references"
    TAKES = "takes"
    """A frame of each finished take."""
    NOTHING = "nothing"


def pictures_of(progress: Progress) -> Pictures:
    """Reference pictures as long as nothing is finished; a single finished video needs none."""
    if finished_takes(progress):
        return Pictures.TAKES
    under_way = overall_stage(progress.request.generations) in UNDER_WAY
    return Pictures.REFERENCES if under_way else Pictures.NOTHING


def progress_view(
    progress: Progress, *, model_name: str, pictures: str | None = None, looked_up: bool = False
) -> Card:
    """The placeholder as it stands now.

    ``pictures`` is the name of an attached image with all pictures side by side: Discord
    draws each image as wide as the card, and several of them fill a phone. The header names the
    requester: send and edit with ``AllowedMentions.none()``, the result calls. Where somebody has
    ``looked_up`` the request, a video whose post does not arrive can be had by itself.
    """
    request, takes = progress.request.request, progress.request.generations
    stage = overall_stage(takes)
    who = figures.mention(request.user_id)
    finished = finished_takes(progress)
    if stage is Stage.DONE and not finished:
        return Card(text(_done_line(progress, who)), accent=Accent.DONE)

    attention = progress.oxen_away and stage in UNDER_WAY
    made = [take for take in takes if has_no_place(take)]
    title = "Not posted for" if stage is Stage.FAILED and made else _TITLES[stage]
    items: list[ui.Item[Any]] = [text(f"### {title} {who}", quoted(request.settings))]
    if pictures is not None:
        shown = f"A frame of {len(finished)} takes" if finished else "Reference pictures"
        items.append(picture(pictures, shown))
    items.append(
        text(
            *_status_lines(progress, stage),
            choice_line(progress),
            figures.small(
                *figures.small_print(
                    request.settings,
                    request.price_microusd,
                    model_name=model_name,
                    takes=request.takes,
                    is_free=stage in {Stage.FAILED, Stage.CANCELLED},
                )
            ),
            came_from_line(request),
        )
    )
    offered = [take for take in takes if looked_up and stage_of(take) is Stage.ARRIVING] + made
    if (choices := choice_row(progress)) is not None:
        items.append(choices)
    items.extend(_rows(_buttons(request.id, stage, takes), send_buttons(progress.request, offered)))
    return Card(*items, accent=Accent.ATTENTION if attention else _ACCENTS[stage])


def _buttons(request_id: int, stage: Stage, takes: Sequence[Generation]) -> list[ui.Button[Any]]:
    if can_cancel(takes):
        return [button("Cancel", Action.CANCEL, request_id)]
    if stage in UNDER_WAY:
        return []
    return [button("Again", Action.AGAIN, request_id), button("Edit", Action.EDIT, request_id)]


def _rows(usual: list[ui.Button[Any]], sending: list[ui.Button[Any]]) -> list[ui.ActionRow[Any]]:
    """One row where they fit, sending first: it costs nothing."""
    rows = [sending + usual] if len(sending + usual) <= _ROW else [sending, usual]
    return [buttons(*row) for row in rows if row]


def _status_lines(progress: Progress, stage: Stage) -> list[str]:
    takes = progress.request.generations
    if len(takes) == 1:
        if stage is Stage.FAILED:
            return _failure_lines(explain(takes[0].failure))
        return [_status(progress, stage)]

    lines = [f"**Take {take.take}** · {_take_status(progress, take)}" for take in takes]
    if progress.oxen_away and stage in UNDER_WAY:
        return [_status(progress, stage), *lines]
    if stage in {Stage.FAILED, Stage.PARTLY_DONE}:
        reasons = {explain(take.failure) for take in takes if take.state is GenerationState.FAILED}
        quotes = sorted(
            {f"-# Oxen: “{reason.own_words}”" for reason in reasons if reason.own_words}
        )
        steps = sorted({reason.next_step for reason in reasons})
        return [*lines, _ONLY_WHAT_WAS_MADE, *quotes, *steps[:1]]
    if stage not in UNDER_WAY and any(stage_of(take) is Stage.CANCELLED for take in takes):
        return [*lines, _ONLY_WHAT_WAS_MADE]
    return lines


def _failure_lines(reason: Explanation) -> list[str]:
    quote = f"-# Oxen: “{reason.own_words}”" if reason.own_words else ""
    return [f"{reason.what} {NOTHING_CHARGED}", quote, reason.next_step]


def _status(progress: Progress, stage: Stage) -> str:
    """What happens now, in one line."""
    if progress.oxen_away and stage in UNDER_WAY:
        return _AWAY.get(stage, _away_while_waiting(progress.waiting_total))
    expected = (
        f"expected {figures.relative(progress.expected_at_ms)}"
        if progress.expected_at_ms is not None
        else "usually a few minutes"
    )
    return {
        Stage.WAITING: f"{_place_in_line(progress.waiting_position)}{figures.DOT}{expected}",
        Stage.SENT: "Oxen is being asked.",
        Stage.RENDERING: expected[:1].upper() + expected[1:],
        Stage.ARRIVING: "The video is ready and on its way here.",
        Stage.CANCELLING: "Oxen has been asked to stop.",
        Stage.CANCELLED: NOTHING_CHARGED,
    }.get(stage, "")


def _take_status(progress: Progress, take: Generation) -> str:
    stage = stage_of(take)
    if stage is Stage.DONE:
        return _link("see the video", progress, take)
    if stage is Stage.FAILED:
        made = "not posted" if has_no_place(take) else "not made"
        return f"{made}: {explain(take.failure).briefly}"
    if stage is Stage.RENDERING and progress.expected_at_ms is not None:
        return f"rendering, expected {figures.relative(progress.expected_at_ms)}"
    return {
        Stage.WAITING: "in line",
        Stage.SENT: "on its way to Oxen",
        Stage.RENDERING: "rendering",
        Stage.ARRIVING: "arriving",
        Stage.CANCELLING: "being cancelled",
    }.get(stage, "cancelled")


def _done_line(progress: Progress, who: str) -> str:
    [take] = [t for t in progress.request.generations if t.state is GenerationState.DELIVERED]
    return f"Done for {who}{figures.DOT}{_link('see the video', progress, take)}"


def _link(label: str, progress: Progress, take: Generation) -> str:
    if take.surface is Surface.DIRECT:
        return f"{label} in your direct messages"
    if not take.posted_message_id:
        return label
    return f"[{label}]({figures.message_link(progress.request.request, take.posted_message_id)})"


def _place_in_line(position: int | None) -> str:
    if position is None:
        return "In line"
    return "Next in line" if position == 1 else f"Number {position} in line"


def _away_while_waiting(waiting: int) -> str:
    queue = "" if waiting == 0 else f"; {waiting} {'is' if waiting == 1 else 'are'} waiting"
    return f"Oxen is not answering. This request is safe and goes out as soon as it is back{queue}."
