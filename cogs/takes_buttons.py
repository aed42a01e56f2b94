"""The buttons that choose among several takes."""

from __future__ import annotations

from discord.ext import commands

from bot.client import ClapperboardBot
from bot.posting.answering import Interaction, acknowledge, answer
from bot.posting.buttons import DynamicButton, actor_of, dynamic_button
from bot.ui import answers
from bot.ui.custom_ids import Action


class TakesButtonsCog(commands.Cog):
    """Picks, votes, and the end of a poll; the card of the takes follows by itself."""

    def __init__(self, bot: ClapperboardBot) -> None:
        self._bot = bot
        self._buttons: tuple[DynamicButton, ...] = (
            dynamic_button(Action.PICK, self.choose),
            dynamic_button(Action.CLOSE_POLL, self.close),
        )

    async def cog_load(self) -> None:
        """Register the buttons."""
        self._bot.add_dynamic_items(*self._buttons)

    async def cog_unload(self) -> None:
        """Take the buttons out again."""
        self._bot.remove_dynamic_items(*self._buttons)

    async def choose(self, interaction: Interaction, generation_id: int) -> None:
        """Pick a take, or vote for it."""
        await acknowledge(interaction, public=False)
        done = await self._bot.services.choosing.choose(generation_id, actor_of(interaction))
        await answer(interaction, answers.notice(done))

    async def close(self, interaction: Interaction, request_id: int) -> None:
        """Count the votes."""
        await acknowledge(interaction, public=False)
        done = await self._bot.services.choosing.close(request_id, actor_of(interaction))
        await answer(interaction, answers.notice(done))


async def setup(bot: ClapperboardBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(TakesButtonsCog(bot))
