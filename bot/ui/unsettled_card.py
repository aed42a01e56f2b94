"""What hangs, for moderators, with a way to settle it by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discord import ui

from bot.generations.oversight import Unsettled
from bot.models.generation import GenerationState
from bot.ui import figures
from bot.ui.card import Accent, Card, button, buttons, text
from bot.ui.custom_ids import Action
from bot.ui.text import quote_prompt

_PROMPT_CHARS = 80
_WORDS = {
    GenerationState.RESERVED: "waiting for Oxen to take it",
    GenerationState.SUBMITTING: "sent to Oxen, which has not said whether it has it",
    GenerationState.RENDERING: "rendering at Oxen",
    GenerationState.READY: "ready, but not posted",
    GenerationState.POSTING: "posted perhaps: Discord did not say",
    GenerationState.FAILED: "made, but there was no place to post it",
}


def unsettled_view(shown: Sequence[Unsettled], total: int) -> Card:
    """The oldest that hang; every button concerns one of them."""
    if not shown:
        return Card(
            text("### Nothing hangs", "Every video in this server is settled or on its way."),
            accent=Accent.DONE,
        )
    number = "1 video hangs" if total == 1 else f"{total} videos hang"
    rest = f"The {len(shown)} oldest are shown." if total > len(shown) else ""
    items: list[ui.Item[Any]] = [
        text(f"### {number}", "They settle themselves within a day; you can be faster.", rest)
    ]
    for one in shown:
        items.extend(_entry(one))
    return Card(*items, accent=Accent.ATTENTION)


def _entry(one: Unsettled) -> list[ui.Item[Any]]:
    request, generation = one.request.request, one.generation
    since = figures.relative(generation.state_since_ms)
    row = [button("Try again", Action.TRY_AGAIN, generation.id)]
    if not generation.is_final:
        row.append(button("Give up", Action.GIVE_UP, generation.id))
    return [
        ui.Separator(),
        text(
            f"For {figures.mention(request.user_id)}{figures.DOT}{_WORDS[generation.state]}"
            f"{figures.DOT}{since}",
            quote_prompt(request.settings.words(), _PROMPT_CHARS),
        ),
        buttons(*row),
    ]
