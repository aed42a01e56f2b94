"""Forms that were open while the bot restarted: what was typed in them comes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord
from discord.ext import commands

from bot.client import ClapperboardBot
from bot.posting.answering import Interaction, answer
from bot.ui import answers

_TEXT_INPUT = discord.ComponentType.text_input.value
_FILE_UPLOAD = discord.ComponentType.file_upload.value


class LostFormsCog(commands.Cog):
    """discord.py knows a form by what it holds in memory, and ignores all others."""

    def __init__(self, bot: ClapperboardBot) -> None:
        self._bot = bot

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Answer a form that nobody waits for any more.

        One that somebody waits for is being answered at this moment, or has been.
        """
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        sent: Mapping[str, Any] = interaction.data or {}
        open_forms = self._bot._connection._view_store._modals  # noqa: SLF001  kept nowhere else
        if sent.get("custom_id") in open_forms or interaction.response.is_done():
            return
        fields = [label.get("component", {}) for label in sent.get("components", ())]
        typed = [field["value"] for field in fields if field.get("type") == _TEXT_INPUT]
        had_files = any(field.get("values") for field in fields if field["type"] == _FILE_UPLOAD)
        await answer(interaction, answers.lost_form(typed, had_files=had_files))


async def setup(bot: ClapperboardBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(LostFormsCog(bot))
