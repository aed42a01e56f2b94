"""Requests, generations and cards to test with, and an independent reading of a card's texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from discord import ui
from hypothesis import strategies as st

from bot.generations.ports import FinishedVideo, Progress
from bot.models.generation import (
    Failure,
    FailureKind,
    Generation,
    GenerationState,
    RequestWithTakes,
    VideoRequest,
    VideoSettings,
)
from bot.models.video import StoredVideo, VideoFacts

ALICE = 80351110224678912
NOW_MS = 1_770_000_000_000
MODEL_NAME = "Kling O3 Pro"
ORIGINAL = VideoFacts(1080, 1920, 6_000, 14_889_779, has_audio=True, video_codec="h264")

SETTINGS = VideoSettings(
    model="kling", prompt="a calm walk on the moon", aspect_ratio="9:16", duration_s=6, audio=True
)
REQUEST = VideoRequest(
    id=17,
    interaction_id=5,
    user_id=ALICE,
    user_name="alice",
    guild_id=613425648685547541,
    channel_id=381870553235193857,
    private=False,
    settings=SETTINGS,
    references=(),
    takes=1,
    price_microusd=1_344_000,
    placeholder_message_id=None,
    created_at_ms=NOW_MS,
)


def take(state: GenerationState, number: int = 1, **changes: Any) -> Generation:
    """A generation in a state, with what such a one has."""
    usual: dict[str, Any] = {}
    if state is GenerationState.FAILED:
        usual["failure"] = Failure(FailureKind.REFUSED, "Safety check failed")
    if state is GenerationState.DELIVERED:
        usual["posted_message_id"] = 1_000 + number
    return Generation(
        id=100 + number,
        request_id=REQUEST.id,
        take=number,
        user_id=ALICE,
        state=state,
        state_since_ms=NOW_MS,
        created_at_ms=NOW_MS,
        **usual | changes,
    )


def progress(*takes: Generation, prompt: str = SETTINGS.prompt, **changes: Any) -> Progress:
    """The progress of a request with these takes."""
    request = replace(REQUEST, settings=replace(SETTINGS, prompt=prompt), takes=len(takes))
    return Progress(RequestWithTakes(request, takes), **changes)


def finished(
    *, prompt: str = SETTINGS.prompt, shrunk: bool = False, number: int = 1, takes: int = 1
) -> FinishedVideo:
    """A video that took a minute and forty seconds."""
    request = replace(REQUEST, settings=replace(SETTINGS, prompt=prompt), takes=takes)
    generation = take(
        GenerationState.POSTING,
        number,
        result=StoredVideo("1.mp4", ORIGINAL),
        ready_at_ms=NOW_MS + 100_000,
    )
    return FinishedVideo(
        RequestWithTakes(request, (generation,)), generation, Path("1.mp4"), ORIGINAL, shrunk
    )


NASTY = (
    "```",
    "``",
    "||",
    "**",
    "__",
    "~~",
    "\\",
    "<@123>",
    "<@!80351110224678913>",
    "<@&5>",
    "<#381870553235193858>",
    "</video create:7>",
    "<:smile:12>",
    "<a:smile:12>",
    "<t:1618953630:R>",
    "<id:guide>",
    ":smile:",
    "@everyone",
    "@here",
    "@EVERY\u200bone",
    "[x](http://evil.example)",
    "https://evil.example/?a=b",
    "<https://evil.example>",
    "discord://-/x",
    "\n# big",
    "# big",
    "-# small",
    "\n-# small",
    "> nest",
    ">>> all",
    "- list",
    "* list",
    "1. list",
    "12) list",
    "\u202eevil",
    "\u2066",
    "\r\n",
    "\u2028",
    "\x00",
    "\x1b[31m",
    "\u200b",
    "\ufeff",
    "e" + "\u0301" * 30,
    "👨\u200d👩\u200d👧",
    "@Image1",
    "#5",
    "¯\\_(ツ)_/¯",
)
PROMPTS = st.one_of(
    st.text(max_size=512),
    st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=8), st.just(" ")), max_size=60).map(
        "".join
    ),
    st.sampled_from(["```" * 170, "\\" * 512, "@everyone" * 56, "*" * 512, "😀" * 512]),
)


def components(view: ui.LayoutView) -> list[dict[str, Any]]:
    """A card as it goes over the wire."""
    wire: list[dict[str, Any]] = view.to_components()  # type: ignore[no-untyped-call]
    return wire


def texts(view: ui.LayoutView) -> list[str]:
    """Every text of a card, in order, as it goes over the wire."""

    def within(component: dict[str, Any]) -> Iterator[str]:
        if "content" in component:
            yield component["content"]
        for child in component.get("components", []):
            yield from within(child)

    return [content for component in components(view) for content in within(component)]


def shown(view: ui.LayoutView) -> str:
    """All texts of a card, one under another."""
    return "\n".join(texts(view))


def labels(view: ui.LayoutView) -> list[str]:
    """The labels of a card's buttons."""
    return [str(item.label) for item in view.walk_children() if isinstance(item, ui.Button)]


def accent(view: ui.LayoutView) -> int:
    """The colour of a card."""
    return int(components(view)[0]["accent_color"])


# Discord's own message grammar, from its documentation ("Message formatting"); an escaped
# character is taken out first, so that only what is alive remains.
_ESCAPED = re.compile(r"\\[^0-9A-Za-z\s]")
_ALIVE = re.compile(
    r"<@[!&]?\d+>|<#\d+>|</[^>]*:\d+>|<a?:\w+:\d+>|<t:-?\d+(?::\w)?>|<id:\w+>|@everyone|@here"
    r"|:[^\s:]+:|\b\w+://\S|\]\(|`|\*|_|~|\|\||[<>]|^\s*(?:#{1,3}|-#|-|\+|>|\d+[.)])\s",
    re.IGNORECASE | re.MULTILINE,
)
_NAIVE_MENTION = re.compile(r"<(?:@[!&]?|#)(\d+)>|(@everyone|@here)", re.IGNORECASE)


def alive(text: str) -> list[str]:
    """What Discord would format, link or resolve in a piece of text."""
    return _ALIVE.findall(_ESCAPED.sub("\ufffc", text))


def mentioned(text: str) -> set[str]:
    """Whom a reader that knows nothing of escapes would see mentioned."""
    return {user or mass for user, mass in _NAIVE_MENTION.findall(text)}
