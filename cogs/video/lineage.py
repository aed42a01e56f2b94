"""``/video lineage``: what came before and after a video."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.client import ClapperboardBot
from bot.generations.history import parsed_number
from bot.posting.answering import Interaction, acknowledge, answer, mistakes_told
from bot.posting.buttons import actor_of
from bot.posting.completing import request_choices
from bot.posting.reading import readable_by
from bot.ui.lineage_card import lineage_view


class LineageCommand(commands.Cog):
    """The tree of requests around one."""

    _bot: ClapperboardBot

    @app_commands.command(description="See what a video came from, and what came out of it")
    @app_commands.describe(id="The number of a video; yours and this channel's are shown")
    async def lineage(self, interaction: Interaction, id: str) -> None:  # noqa: A002  the option's name
        """Answer with the tree, to the person alone."""
        async with mistakes_told(interaction):
            request_id = parsed_number(id)
            await acknowledge(interaction, public=False)
            found = await self._bot.services.lineage.lineage(
                request_id, actor_of(interaction), readable_by(interaction)
            )
            await answer(interaction, lineage_view(found))

    @lineage.autocomplete("id")
    async def _visible(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        found = await self._bot.services.lineage.suggestions(
            actor_of(interaction), interaction.channel_id or 0, typed
        )
        return request_choices(found)
