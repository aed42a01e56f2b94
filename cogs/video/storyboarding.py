"""``/video storyboard``: several shots in one video."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.client import ClapperboardBot
from bot.posting.answering import Interaction, acknowledge, mistakes_told
from bot.posting.buttons import actor_of
from bot.posting.storyboard_desk import Opening


class StoryboardCommand(commands.Cog):
    """Opens the storyboard that a person is working on, or a new one."""

    _bot: ClapperboardBot

    @app_commands.command(description="Make a video of several shots; picks up where you left it")
    @app_commands.describe(
        new="Begin a new one, and leave the unfinished one as it is",
        takes="How many different videos to make from it, each at full cost; 1 if left out",
        private="Only for you, by direct message",
    )
    async def storyboard(
        self,
        interaction: Interaction,
        *,
        new: bool = False,
        takes: app_commands.Range[int, 1, 4] | None = None,
        private: bool | None = None,
    ) -> None:
        """Show the card, to the person alone."""
        await acknowledge(interaction, public=False)
        async with mistakes_told(interaction):
            await self._bot.services.storyboards.open(
                interaction,
                actor_of(interaction),
                Opening(takes=takes, private=private, anew=new),
            )
