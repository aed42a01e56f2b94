"""What a finished video is made of, and everything that can be done with it; for one person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from discord import ui

from bot.generations.shelf import Take
from bot.models.generation import VideoRequest
from bot.models.references import ReferenceRole
from bot.ui import figures
from bot.ui.ancestors import came_from
from bot.ui.card import Accent, Card, button, buttons, picture, text
from bot.ui.custom_ids import Action
from bot.ui.text import neutralise, quote_prompt, without_addresses

_WHOLE_PROMPT_CHARS = 600
"""More than the usual model takes; what is longer is in the API call."""
_SHOT_CHARS = 80
_SHOTS_SHOWN = 15
_NOT_WANTED_CHARS = 200
_EXTRA_CHARS = 200
_NAME_CHARS = 32


@dataclass(frozen=True, slots=True)
class Viewer:
    """What depends on who is looking."""

    is_owner: bool
    may_join: bool
    """Whether the video continues another, so that there is a reel to make."""
    may_delete: bool


def more_view(take: Take, viewer: Viewer, *, model_name: str, pictures: str | None = None) -> Card:
    """The card behind More…; ``pictures`` names an attached image of the request's pictures."""
    request = take.request.request
    items: list[ui.Item[Any]] = [text("### About this video", *_story(request))]
    if pictures is not None:
        items.append(picture(pictures, "Reference pictures"))
    items.append(text(*_facts(take, model_name)))
    items.append(text(figures.small(*_ids(take))))
    items.extend(_rows(take, viewer))
    return Card(*items, accent=Accent.QUIET)


def _story(request: VideoRequest) -> list[str]:
    settings = request.settings
    if not settings.shots:
        return [quote_prompt(settings.prompt, _WHOLE_PROMPT_CHARS)]
    lines = [
        f"> {number}. {shot.duration_s} s{figures.DOT}{neutralise(shot.prompt, _SHOT_CHARS)}"
        for number, shot in enumerate(settings.shots[:_SHOTS_SHOWN], start=1)
    ]
    if (left_out := len(settings.shots) - _SHOTS_SHOWN) > 0:
        lines.append(f"> and {left_out} more")
    return lines


def _facts(take: Take, model_name: str) -> list[str]:
    request, generation, facts = take.request.request, take.generation, take.video.facts
    settings = request.settings
    model, *look, price = figures.small_print(
        replace(settings, extra=()), request.price_microusd, model_name=model_name
    )
    who, when = figures.mention(request.user_id), figures.date(request.created_at_ms)
    lines = [
        f"**Asked for by** {who}, {when}",
        f"**Model** {model}{figures.DOT}{figures.DOT.join(look)}",
    ]
    if words := came_from(request):
        lines.append(f"**Lineage** {words}")
    if settings.negative_prompt:
        lines.append(f"**To avoid** {neutralise(settings.negative_prompt, _NOT_WANTED_CHARS)}")
    if settings.extra:
        values = ", ".join(f"{name}={value}" for name, value in settings.extra)
        lines.append(f"**Extra** {neutralise(without_addresses(values), _EXTRA_CHARS)}")
    if request.references:
        lines.append(f"**Pictures** {_pictures(request)}")
    if request.elements:
        names = (f"@{neutralise(one.name, _NAME_CHARS)}" for one in request.elements)
        lines.append(f"**Cast** {', '.join(names)}")
    size = f"{facts.width_px} × {facts.height_px} px"  # noqa: RUF001  a real multiplication sign
    lines.append(f"**File** {size}{figures.DOT}{figures.mebibytes(facts.size_bytes)}")
    cost = "nothing: it turned up after it had been given up" if generation.free else price
    if generation.ready_at_ms is not None:
        took_ms = max(generation.ready_at_ms - request.created_at_ms, 0)
        cost += f"{figures.DOT}took {figures.duration(took_ms)}"
    lines.append(f"**Cost** {cost}")
    return lines


def _pictures(request: VideoRequest) -> str:
    images = len(request.reference_images())
    parts = [f"{images} reference image{'s' if images > 1 else ''}"] if images else []
    if request.frame(ReferenceRole.START_FRAME):
        parts.append("a start frame")
    if request.frame(ReferenceRole.END_FRAME):
        parts.append("an end frame")
    return ", ".join(parts)


def _ids(take: Take) -> list[str]:
    request, generation = take.request.request, take.generation
    parts = [f"request {request.id}", f"video {generation.id}"]
    if request.takes > 1:
        parts.append(f"take {generation.take} of {request.takes}")
    parts.append(f"Oxen {neutralise(generation.oxen_id or '', 40)}")
    return parts


def _rows(take: Take, viewer: Viewer) -> list[ui.ActionRow[Any]]:
    request_id, generation_id = take.request.request.id, take.generation.id
    often = [button("Send again", Action.SEND_AGAIN, generation_id)]
    if viewer.may_join:
        often.append(button("Make reel", Action.REEL, generation_id))
    if not viewer.is_owner:
        often.append(button("Fork", Action.FORK, request_id))
    seldom = [
        button("Lineage", Action.LINEAGE, request_id),
        button("API call", Action.API_CALL, request_id),
        button("Original", Action.ORIGINAL, generation_id),
    ]
    if viewer.may_delete:
        seldom.append(button("Delete", Action.DELETE, generation_id))
    return [buttons(*often), buttons(*seldom)]
