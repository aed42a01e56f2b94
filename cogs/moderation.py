"""``/unsettled``: what hangs, for moderators, and how to settle it by hand."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import ClapperboardBot
from bot.errors import NotAllowedError
from bot.posting.answering import Interaction, acknowledge, answer, mistakes_told
from bot.posting.buttons import dynamic_button, moderates_server
from bot.ui import answers
from bot.ui.custom_ids import Action
from bot.ui.unsettled_card import unsettled_view


class ModerationCog(commands.Cog):
    """For members who may manage messages."""

    def __init__(self, bot: ClapperboardBot) -> None:
        self._bot = bot
        self._buttons = (
            dynamic_button(Action.TRY_AGAIN, self.try_again),
            dynamic_button(Action.GIVE_UP, self.give_up),
        )

    async def cog_load(self) -> None:
        """Register the buttons."""
        self._bot.add_dynamic_items(*self._buttons)

    async def cog_unload(self) -> None:
        """Take the buttons out again."""
        self._bot.remove_dynamic_items(*self._buttons)

    @app_commands.command(description="Videos that hang, and how to settle them by hand")
    @app_commands.default_permissions(discord.Permissions(manage_messages=True))
    @app_commands.guild_only()
    async def unsettled(self, interaction: Interaction) -> None:
        """Show what hangs in this server, to the moderator alone."""
        async with mistakes_told(interaction):
            guild_id = _moderated_guild(interaction)
            await acknowledge(interaction, public=False)
            shown, total = await self._bot.services.oversight.unsettled(guild_id)
            await answer(interaction, unsettled_view(shown, total))

    async def try_again(self, interaction: Interaction, generation_id: int) -> None:
        """Have the bot look at it now."""
        guild_id = _moderated_guild(interaction)
        await acknowledge(interaction, public=False)
        await self._bot.services.oversight.try_again(generation_id, guild_id)
        await answer(interaction, answers.notice("I am looking at it now."))

    async def give_up(self, interaction: Interaction, generation_id: int) -> None:
        """End it and give the quota back."""
        guild_id = _moderated_guild(interaction)
        await acknowledge(interaction, public=False)
        is_at_oxen = await self._bot.services.oversight.give_up(generation_id, guild_id)
        words = "Given up; the quota is given back."
        if is_at_oxen:
            words += (
                " Oxen is asked to stop it. If it finishes all the same, the video is posted and "
                "costs its owner nothing."
            )
        await answer(interaction, answers.notice(words))


def _moderated_guild(interaction: Interaction) -> int:
    if interaction.guild_id is None or not moderates_server(interaction):
        raise NotAllowedError("Only moderators of this server can do that.")
    return interaction.guild_id


async def setup(bot: ClapperboardBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(ModerationCog(bot))
