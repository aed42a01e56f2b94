"""Lineage, behind More… under a finished video."""

from __future__ import annotations

from discord.ext import commands

from bot.client import ClapperboardBot
from bot.posting.answering import Interaction, acknowledge, answer
from bot.posting.buttons import DynamicButton, actor_of, dynamic_button
from bot.posting.reading import readable_by
from bot.ui.custom_ids import Action
from bot.ui.lineage_card import lineage_view


class LineageButtonCog(commands.Cog):
    """Shows what came before and after a video."""

    def __init__(self, bot: ClapperboardBot) -> None:
        self._bot = bot
        self._buttons: tuple[DynamicButton, ...] = (dynamic_button(Action.LINEAGE, self.lineage),)

    async def cog_load(self) -> None:
        """Register the button."""
        self._bot.add_dynamic_items(*self._buttons)

    async def cog_unload(self) -> None:
        """Take the button out again."""
        self._bot.remove_dynamic_items(*self._buttons)

    async def lineage(self, interaction: Interaction, request_id: int) -> None:
        """Answer with the tree, to the person alone."""
        await acknowledge(interaction, public=False)
        found = await self._bot.services.lineage.lineage(
            request_id, actor_of(interaction), readable_by(interaction)
        )
        await answer(interaction, lineage_view(found))


async def setup(bot: ClapperboardBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(LineageButtonCog(bot))
