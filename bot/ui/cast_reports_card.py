"""Likenesses that somebody asked to have removed, for moderators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.models.cast import CastMember, CastReport
from bot.ui import figures
from bot.ui.card import Accent, Card, attachment, button, buttons, text
from bot.ui.cast_card import called
from bot.ui.custom_ids import Action
from bot.ui.text import quote_prompt

REASON_CHARS = 300
_CHOICE = (
    "Remove takes it out of the cast for good; Keep leaves it and closes the report. "
    "Videos that were made stay."
)


def reports_view(shown: Sequence[CastReport], total: int, *, thumbnails: Mapping[int, str]) -> Card:
    """The oldest that wait; ``thumbnails`` are the attached files' names by report."""
    if not shown:
        return Card(
            text("### Nothing is reported", "Nobody waits for a likeness to be removed."),
            accent=Accent.DONE,
        )
    number = "1 likeness is" if total == 1 else f"{total} likenesses are"
    rest = f"The {len(shown)} oldest are shown." if total > len(shown) else ""
    items: list[ui.Item[Any]] = [text(f"### {number} reported", _CHOICE, rest)]
    for report in shown:
        items += [ui.Separator(), *_entry(report, thumbnails.get(report.id))]
    return Card(*items, accent=Accent.ATTENTION)


def report_view(report: CastReport, *, thumbnail: str | None) -> Card:
    """One report as it comes in, for the moderators' channel."""
    return Card(
        text("### A likeness is reported", _CHOICE),
        *_entry(report, thumbnail),
        accent=Accent.ATTENTION,
    )


def settled_view(member: CastMember, moderator_id: int, *, removed: bool) -> Card:
    """What became of a report, in place of its card."""
    fate = "removed from the cast" if removed else "kept in the cast"
    return Card(
        text(f"{called(member.name)} was {fate} by {figures.mention(moderator_id)}."),
        accent=Accent.QUIET,
    )


def reported_view(member: CastMember) -> Card:
    """A report was taken in, for whoever made it."""
    return Card(
        text(
            f"Reported. The moderators of this server decide whether {called(member.name)} stays; "
            "what you wrote is for them alone."
        ),
        accent=Accent.QUIET,
    )


def _entry(report: CastReport, thumbnail: str | None) -> list[ui.Item[Any]]:
    member = report.member
    lines = "\n".join(
        [
            f"**{called(member.name)}**{figures.DOT}added by {figures.mention(member.owner_id)}",
            quote_prompt(report.reason, REASON_CHARS),
            figures.small(
                f"Reported by {figures.mention(report.reporter_id)} "
                f"{figures.relative(report.reported_at_ms)}"
            ),
        ]
    )
    about: ui.Item[Any] = text(lines)
    if thumbnail is not None:
        face: ui.Thumbnail[Any] = ui.Thumbnail(attachment(thumbnail), description=member.name)
        about = ui.Section(lines, accessory=face)
    return [
        about,
        buttons(
            button("Remove", Action.REPORT_REMOVE, report.id, style=discord.ButtonStyle.danger),
            button("Keep", Action.REPORT_KEEP, report.id),
        ),
    ]
