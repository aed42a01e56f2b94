"""The forms of the cast: change a member, and ask moderators to remove one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import discord
from discord import ui

from bot.models.cast import MAX_ANGLES, as_typed
from bot.ui.cast_reports_card import REASON_CHARS
from bot.ui.forms import Failed, Form, choice

_TYPED_CHARS = 100
"""Room for a name. More than one can have, so that what was typed is told apart from what fits."""


@dataclass(frozen=True, slots=True)
class CastEntries:
    """What the form gives back: as typed and chosen, checked by nobody yet."""

    name: str
    sharing: str
    """One of the values that the form offered."""
    front: discord.Attachment | None
    """``None`` keeps the one there is."""
    angles: tuple[discord.Attachment, ...]
    """In place of all that there are; empty keeps them."""


CastSubmitted: TypeAlias = Callable[[discord.Interaction[Any], CastEntries], Awaitable[None]]
ReasonSubmitted: TypeAlias = Callable[[discord.Interaction[Any], str], Awaitable[None]]


class CastForm(Form):
    """A member with everything filled in; ``sharing`` offers values with what people read."""

    def __init__(
        self,
        title: str,
        *,
        name: str,
        sharing: Mapping[str, str],
        chosen: str,
        submitted: CastSubmitted,
        failed: Failed,
    ) -> None:
        super().__init__(title, failed=failed)
        self._submitted = submitted
        self._name: ui.TextInput[Any] = ui.TextInput(
            custom_id="name", default=name[:_TYPED_CHARS] or None, max_length=_TYPED_CHARS
        )
        self._sharing = choice("sharing", sharing, chosen)
        self._front: ui.FileUpload[Any] = ui.FileUpload(
            custom_id="front", required=False, min_values=0, max_values=1
        )
        self._angles: ui.FileUpload[Any] = ui.FileUpload(
            custom_id="angles", required=False, min_values=0, max_values=MAX_ANGLES
        )
        self.ask("Name", "Letters, digits, _ and -; it begins with a letter", self._name)
        self.ask("Who can use it", "They write the name in their prompts", self._sharing)
        self.ask("New front view", "Empty keeps the one there is", self._front)
        self.ask(
            "New further views", "Up to 3 in place of the old ones; empty keeps them", self._angles
        )

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        """Hand over what was entered."""
        await self._submitted(
            interaction,
            CastEntries(
                name=as_typed(self._name.value),
                sharing=self._sharing.values[0],
                front=next(iter(self._front.values), None),
                angles=tuple(self._angles.values),
            ),
        )


class ReportForm(Form):
    """Why a likeness shall go, in a person's own words."""

    def __init__(self, *, submitted: ReasonSubmitted, failed: Failed) -> None:
        super().__init__("Ask for removal", failed=failed)
        self._submitted = submitted
        self._reason: ui.TextInput[Any] = ui.TextInput(
            style=discord.TextStyle.paragraph, custom_id="reason", max_length=REASON_CHARS
        )
        self.ask("Reason", "For the moderators of this server alone", self._reason)

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        """Hand over what was entered."""
        await self._submitted(interaction, self._reason.value)
