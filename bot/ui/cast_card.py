"""Cards of the cast: a page of it, one member, and the questions before it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.models.cast import CastDetails, CastKind, CastMember, CastScope, Proposal, Sharing, Viewer
from bot.ui import figures
from bot.ui.card import Accent, Card, attachment, button, buttons, picture, text
from bot.ui.custom_ids import Action
from bot.ui.text import neutralise

PAGE_MEMBERS = 5
"""As many as fit into one row of buttons."""
_IMAGES_IN_A_VIDEO = 4
_NAME_CHARS = 40


def called(name: str) -> str:
    """``@luna``, as prompts write it, formatting nothing."""
    return neutralise(f"@{name}", _NAME_CHARS)


def who_can_use(sharing: Sharing, viewer: Viewer, owner_id: int) -> str:
    """``everyone in this server``: who can write the name in a prompt."""
    if sharing.scope is CastScope.PRIVATE:
        return "you alone" if viewer.user_id == owner_id else figures.mention(owner_id)
    if sharing.guild_id != viewer.guild_id:
        return "people in another server"
    if sharing.scope is CastScope.SERVER:
        return "everyone in this server"
    return f"everyone with <@&{sharing.role_id}>"


def list_view(
    members: Sequence[CastMember],
    viewer: Viewer,
    number: int,
    *,
    total: int,
    thumbnails: Mapping[int, str],
) -> Card:
    """Page ``number``, from 0; ``thumbnails`` are the attached files' names by member."""
    if not total:
        return Card(
            text(
                "### Nobody in the cast yet",
                "Add a character or an object with `/cast add`: a name, a picture from the front, "
                "and up to three more views.",
                "Then write `@name` in a prompt wherever you want it.",
            ),
            accent=Accent.QUIET,
        )
    pages = -(-total // PAGE_MEMBERS)
    heading = f"### The cast{figures.DOT}{total}"
    place = f"Page {number + 1} of {pages}" if pages > 1 else ""
    items: list[ui.Item[Any]] = [text(heading, figures.small(place) if place else "")]
    for member in members:
        lines = "\n".join(_entry(member, viewer))
        thumbnail = thumbnails.get(member.id)
        if thumbnail is None:
            items.append(text(lines))
            continue
        face: ui.Thumbnail[Any] = ui.Thumbnail(attachment(thumbnail), description=member.name)
        items.append(ui.Section(lines, accessory=face))
    items.append(buttons(*(button(f"@{one.name}", Action.CAST_SHOW, one.id) for one in members)))
    turning = [
        button("Previous", Action.CAST_LIST, number - 1) if number else None,
        button("Next", Action.CAST_LIST, number + 1) if number + 1 < pages else None,
    ]
    if shown := [one for one in turning if one is not None]:
        items.append(buttons(*shown))
    return Card(*items, accent=Accent.QUIET)


def member_view(member: CastMember, viewer: Viewer, *, strip: str | None, news: str = "") -> Card:
    """One member with what the viewer can do; ``news`` is what has just happened to it."""
    details = member.details
    items: list[ui.Item[Any]] = [text(f"### {called(member.name)}", news)]
    if strip is not None:
        items.append(picture(strip, f"Pictures of {member.name}"))
    items.append(
        text(
            f"{_kind(details)}, for {who_can_use(member.sharing, viewer, member.owner_id)}.",
            f"Write `@{member.name}` in a prompt. {_room_left(details)}",
            figures.small(
                f"Added by {figures.mention(member.owner_id)} "
                f"{figures.relative(member.created_at_ms)}"
            ),
        )
    )
    row = []
    if member.is_kept_by(viewer):
        row.append(button("Edit", Action.CAST_EDIT, member.id))
        row.append(button("Remove", Action.CAST_REMOVE, member.id))
    elif member.sharing.scope is not CastScope.PRIVATE:
        row.append(button("Report", Action.CAST_REPORT, member.id))
    if row:
        items.append(buttons(*row))
    return Card(*items, accent=Accent.DONE if news else Accent.QUIET)


def agreement_view(
    proposal_id: int, proposal: Proposal, viewer: Viewer, *, owner_id: int, strip: str | None
) -> Card:
    """Ask whether whoever is shown agrees, before anything can be made with them."""
    details = proposal.details
    deed = "Change" if proposal.member_id else "Add"
    items: list[ui.Item[Any]] = [
        text(
            f"### {deed} {called(details.name)}?",
            "If a real person is shown, they must agree to appear in videos. "
            "Nothing can be made from this before you say so.",
        )
    ]
    if strip is not None:
        items.append(picture(strip, f"Pictures of {details.name}"))
    shared = details.sharing.scope is not CastScope.PRIVATE
    items += [
        text(
            f"**Kept**: the name and {_pictures(details)}, by this bot, until they are removed. "
            "They go to Oxen with each video that names them.",
            f"**Can use it**: {who_can_use(details.sharing, viewer, owner_id)}.",
            figures.small(
                "Anyone who sees it can ask the moderators to remove it"
                if shared
                else "You can remove it at any time with /cast remove"
            ),
        ),
        buttons(
            button(
                f"They agree, {deed.lower()}",
                Action.CAST_AGREE,
                proposal_id,
                style=discord.ButtonStyle.primary,
            ),
            button("Cancel", Action.CAST_DROP, proposal_id),
        ),
    ]
    return Card(*items, accent=Accent.ATTENTION)


def refused_view(message: str, proposal_id: int) -> Card:
    """What cannot be, with a button that opens the form again; the pictures are kept."""
    return Card(
        text(
            message, figures.small("Pictures that are fine are kept: no need to attach them again")
        ),
        buttons(button("Edit", Action.CAST_FIX, proposal_id)),
        accent=Accent.ATTENTION,
    )


def remove_view(member: CastMember, viewer: Viewer, *, strip: str | None) -> Card:
    """Ask once before a member is removed."""
    items: list[ui.Item[Any]] = [text(f"### Remove {called(member.name)}?")]
    if strip is not None:
        items.append(picture(strip, f"Pictures of {member.name}"))
    items += [
        text(
            f"It is for {who_can_use(member.sharing, viewer, member.owner_id)}. Prompts that name "
            "it are refused from then on; videos that were made stay. "
            "This cannot be brought back.",
        ),
        buttons(
            button("Remove", Action.CAST_REMOVE_YES, member.id, style=discord.ButtonStyle.danger)
        ),
    ]
    return Card(*items, accent=Accent.ATTENTION)


def removed_view(member: CastMember) -> Card:
    """A member is gone."""
    return Card(
        text(f"{called(member.name)} is out of the cast. Videos that were made stay."),
        accent=Accent.QUIET,
    )


def dropped_view(proposal: Proposal) -> Card:
    """Nobody agreed: nothing has changed."""
    left = "stays as it was" if proposal.member_id else "was not added"
    return Card(text(f"{called(proposal.details.name)} {left}."), accent=Accent.QUIET)


def suggestion(member: CastMember, viewer: Viewer) -> str:
    """One line for Discord's list of suggestions: plain text, well under its 100 characters."""
    place = member.sharing.scope.value
    if member.sharing.guild_id not in {None, viewer.guild_id}:
        place += " elsewhere"
    return f"{member.name} · {member.details.kind.value} · {place}"


def _entry(member: CastMember, viewer: Viewer) -> list[str]:
    details = member.details
    whose = who_can_use(member.sharing, viewer, member.owner_id)
    lines = [
        f"**{called(member.name)}**{figures.DOT}{_kind(details).lower()}",
        f"For {whose}{figures.DOT}{_pictures(details)}",
    ]
    if member.owner_id != viewer.user_id:
        lines.append(figures.small(f"Added by {figures.mention(member.owner_id)}"))
    return lines


def _kind(details: CastDetails) -> str:
    return "A character" if details.kind is CastKind.CHARACTER else "An object"


def _pictures(details: CastDetails) -> str:
    count = len(details.images)
    return "1 picture" if count == 1 else f"{count} pictures"


def _room_left(details: CastDetails) -> str:
    left = _IMAGES_IN_A_VIDEO - len(details.images)
    if left <= 0:
        return f"It has {_pictures(details)}, all that a video takes."
    more = "1 more" if left == 1 else f"{left} more"
    return f"It has {_pictures(details)}, which leaves room for {more} in a video."
