"""The shape that every form has: what it is made of, and where its errors go."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

import discord
from discord import ui

Failed: TypeAlias = Callable[[discord.Interaction[Any], Exception], Awaitable[None]]

PROMPT_FIELD_CHARS = 1000
"""Room for a prompt. More than the model takes, so that nothing typed is cut off: the check that
follows says by how much it is too long."""

_INPUT_MAX_CHARS = 4000
"""Discord's own limit for one text input."""
_OPEN_S = 3600.0
"""How long a form may stay open; discord.py keeps it in memory until then."""
MOST_OPTIONS = 25
"""As many as one select holds."""


class Form(ui.Modal):
    """A form; ``failed`` gets whatever handling it raises."""

    def __init__(self, title: str, *, failed: Failed) -> None:
        super().__init__(title=title, timeout=_OPEN_S)
        self._failed = failed

    def ask(self, label: str, description: str, component: ui.Item[Any]) -> None:
        """Add one field."""
        self.add_item(ui.Label(text=label, description=description, component=component))

    # discord.py's own Modal drops the base class's third argument in the same way.
    async def on_error(  # type: ignore[override]
        self, interaction: discord.Interaction[Any], error: Exception, /
    ) -> None:
        """Hand over what went wrong, so that it is answered where all errors are."""
        await self._failed(interaction, error)


def paragraph(
    value: str, custom_id: str, *, required: bool, hint: str | None = None
) -> ui.TextInput[Any]:
    """A text of several lines, filled in with what is known."""
    known = value[:_INPUT_MAX_CHARS]
    return ui.TextInput(
        style=discord.TextStyle.paragraph,
        custom_id=custom_id,
        default=known or None,
        placeholder=hint,
        required=required,
        max_length=max(PROMPT_FIELD_CHARS, len(known)),
    )


def choice(
    custom_id: str, choices: Mapping[str, str], chosen: str, wording: str = "{}"
) -> ui.Select[Any]:
    """A select with the present value chosen, even where the model no longer offers it."""
    offered = choices if chosen in choices else {chosen: wording.format(chosen), **choices}
    return ui.Select(
        custom_id=custom_id,
        options=[
            discord.SelectOption(label=label, value=value, default=value == chosen)
            for value, label in list(offered.items())[:MOST_OPTIONS]
        ],
    )
