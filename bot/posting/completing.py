"""What Discord offers while something is typed."""

from __future__ import annotations

from collections.abc import Sequence

from discord import app_commands

from bot.casts.service import address
from bot.models.cast import CastMember, Viewer, handle_of
from bot.models.generation import RequestWithTakes
from bot.models.preset import Preset
from bot.ui.cast_card import suggestion
from bot.ui.history_card import request_suggestion

_OFFERED = 25
"""As many as Discord shows."""
_MOST_CHARS = 100
"""As long as one of them may be."""


def preset_choices(usable: Sequence[Preset], typed: str) -> list[app_commands.Choice[str]]:
    """Those presets whose names hold what was typed."""
    return [
        app_commands.Choice(name=preset.name, value=preset.name)
        for preset in usable
        if typed.casefold() in preset.handle
    ][:_OFFERED]


def member_choices(
    members: Sequence[CastMember], visible: Sequence[CastMember], typed: str, viewer: Viewer
) -> list[app_commands.Choice[str]]:
    """Those of the cast whose names hold what was typed, beginnings first.

    Each is told apart from all that the viewer knows of.
    """
    return [
        app_commands.Choice(name=suggestion(member, viewer), value=address(member, visible))
        for member in _holding(typed, members)[:_OFFERED]
    ]


def cast_choices(usable: Sequence[CastMember], typed: str) -> list[app_commands.Choice[str]]:
    """What was typed with its last name completed; several names have spaces between them."""
    *there, begun = typed.replace(",", " ").split(" ")
    chosen = [name.removeprefix("@") for name in there if name]
    handles = {handle_of(name) for name in chosen}
    offered = [member for member in usable if handle_of(member.name) not in handles]
    lines = [" ".join([*chosen, member.name]) for member in _holding(begun, offered)]
    return [
        app_commands.Choice(name=line, value=line) for line in lines if len(line) <= _MOST_CHARS
    ][:_OFFERED]


def _holding(typed: str, members: Sequence[CastMember]) -> list[CastMember]:
    wanted = handle_of(typed.strip().removeprefix("@"))
    found = [member for member in members if wanted in handle_of(member.name)]
    return sorted(found, key=lambda member: not handle_of(member.name).startswith(wanted))


def request_choices(found: Sequence[RequestWithTakes]) -> list[app_commands.Choice[str]]:
    """Requests by number and words."""
    return [
        app_commands.Choice(name=request_suggestion(asked), value=str(asked.request.id))
        for asked in found
    ][:_OFFERED]
