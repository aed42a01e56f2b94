"""``/quota``: what a person has used, and what is left."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.client import ClapperboardBot
from bot.posting.answering import Interaction, acknowledge, answer
from bot.ui.quota_card import quota_view


class QuotaCog(commands.Cog):
    """A person's own quota."""

    def __init__(self, bot: ClapperboardBot) -> None:
        self._bot = bot

    @app_commands.command(description="What you have used, what is left, and when it renews")
    async def quota(self, interaction: Interaction) -> None:
        """Show the person's own quota, to them alone."""
        await acknowledge(interaction, public=False)
        services = self._bot.services
        status = await services.quotas.status(interaction.user.id)
        card = quota_view(
            status.limits,
            status.usage,
            model_name=services.generations.display_name(services.model),
            pricing=services.generations.pricing(services.model),
        )
        await answer(interaction, card)


async def setup(bot: ClapperboardBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(QuotaCog(bot))
