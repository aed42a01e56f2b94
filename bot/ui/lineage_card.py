"""The tree of requests that came out of one another."""

from __future__ import annotations

from bot.generations.lineage import Branch, Lineage
from bot.models.generation import Generation, GenerationState, OriginKind, Surface
from bot.models.lineage import Relative
from bot.ui import figures
from bot.ui.card import MAX_TEXT_CHARS, Accent, Card, text
from bot.ui.stages import STAGE_NAMES, Stage, overall_stage
from bot.ui.text import neutralise

_EM_SPACE = "\u2003"
"""Ordinary spaces at the start of a line are not shown."""
_DEEPEST = 4
"""Steps of indentation; more leave no room for words on a phone."""
_NAME_CHARS = 16
_PROMPT_CHARS = 32
_ROOM_CHARS = MAX_TEXT_CHARS - 300
"""For the tree; the rest is for the heading and what follows."""

_WORDS = {
    OriginKind.AGAIN: "again",
    OriginKind.EDIT: "edited",
    OriginKind.FORK: "forked",
    OriginKind.CONTINUE: "continued",
}


def lineage_view(lineage: Lineage) -> Card:
    """The tree as one person may see it, for that person alone."""
    lines = [_line(branch, lineage.marked_id) for branch in lineage.branches]
    shown = _fitting(lines, _marked_line(lineage))
    notes = []
    if len(lineage.branches) == 1:
        notes.append("Nothing came before it, and nothing has come out of it yet.")
    if len(shown) < len(lines) or not lineage.is_whole:
        notes.append("These are the nearest; there are more.")
    return Card(
        text("### Lineage", *shown),
        text(*(figures.small(note) for note in notes or ["▸ is the video you asked about"])),
        accent=Accent.QUIET,
    )


def _line(branch: Branch, marked_id: int) -> str:
    indent = _EM_SPACE * min(branch.depth, _DEEPEST)
    arrow = "↳ " if branch.depth else ""
    kind = f"{_WORDS[branch.kind]} by " if branch.kind is not None and branch.depth else ""
    relative = branch.relative
    if relative is None:
        return f"{indent}{arrow}a private video"
    name = neutralise(relative.user_name, _NAME_CHARS)
    told = f"{kind}{name}{figures.DOT}{_what(relative)}{_state(relative)}"
    is_marked = relative.request_id == marked_id
    return f"{indent}{arrow}{'▸ **' + told + '**' if is_marked else told}"


def _what(relative: Relative) -> str:
    words = neutralise(relative.settings.words(), _PROMPT_CHARS) or "…"
    post = next((one for one in relative.generations if _is_posted(one)), None)
    if post is None or not post.posted_message_id:
        return words
    return f"[{words}]({figures.message_link(relative, post.posted_message_id)})"


def _is_posted(take: Generation) -> bool:
    delivered = take.state is GenerationState.DELIVERED and take.surface is not Surface.DIRECT
    return delivered and bool(take.posted_message_id)


def _state(relative: Relative) -> str:
    """Where it stands, unless it is done: that is what its link says."""
    stage = overall_stage(relative.generations)
    return "" if stage is Stage.DONE else f"{figures.DOT}{STAGE_NAMES[stage].lower()}"


def _marked_line(lineage: Lineage) -> int:
    return next(
        number
        for number, branch in enumerate(lineage.branches)
        if branch.relative is not None and branch.relative.request_id == lineage.marked_id
    )


def _fitting(lines: list[str], marked: int) -> list[str]:
    """As many lines as there is room for, the marked one among them."""
    first, last = 0, len(lines)
    while sum(len(line) + 1 for line in lines[first:last]) > _ROOM_CHARS:
        if last - 1 > marked:
            last -= 1
        else:
            first += 1
    return lines[first:last]
