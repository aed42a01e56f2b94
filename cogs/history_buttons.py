"""The buttons of ``/video history``: turn a page, open one video."""

from __future__ import annotations

from discord.ext import commands

from bot.client import ClapperboardBot
from bot.errors import NotFoundError
from bot.posting.answering import Interaction, acknowledge, acknowledge_in_place
from bot.posting.buttons import DynamicButton, actor_of, dynamic_button, worded_button
from bot.ui.custom_ids import Action, Worded
from bot.ui.history_card import unpacked


class HistoryButtonsCog(commands.Cog):
    """What the buttons under one's own videos do."""

    def __init__(self, bot: ClapperboardBot) -> None:
        self._bot = bot
        self._buttons: tuple[DynamicButton, ...] = (
            dynamic_button(Action.SHOW, self.show),
            worded_button(Worded.HISTORY, self.turn),
        )

    async def cog_load(self) -> None:
        """Register the buttons."""
        self._bot.add_dynamic_items(*self._buttons)

    async def cog_unload(self) -> None:
        """Take the buttons out again."""
        self._bot.remove_dynamic_items(*self._buttons)

    async def show(self, interaction: Interaction, request_id: int) -> None:
        """Open one video below the page."""
        await acknowledge(interaction, public=False)
        actor = actor_of(interaction)
        await self._bot.services.looking_back.one(interaction, request_id, actor)

    async def turn(self, interaction: Interaction, words: str) -> None:
        """Put another page in place of this one."""
        try:
            number, search = unpacked(words)
        except ValueError as error:
            raise NotFoundError(
                "That page cannot be turned any more. Begin again with /video history."
            ) from error
        await acknowledge_in_place(interaction)
        await self._bot.services.looking_back.turned(interaction, search, number)


async def setup(bot: ClapperboardBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(HistoryButtonsCog(bot))
