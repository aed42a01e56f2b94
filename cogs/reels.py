"""Make reel: the scenes up to this one, joined into one video."""

from __future__ import annotations

from discord.ext import commands

from bot.client import ClapperboardBot
from bot.errors import NotAllowedError
from bot.posting.answering import Interaction, acknowledge
from bot.posting.buttons import DynamicButton, actor_of, dynamic_button
from bot.posting.reading import readable_by
from bot.posting.reel_posts import show_reel
from bot.ui.custom_ids import Action


class ReelCog(commands.Cog):
    """Joins the scenes of a line."""

    def __init__(self, bot: ClapperboardBot) -> None:
        self._bot = bot
        self._buttons: tuple[DynamicButton, ...] = (dynamic_button(Action.REEL, self.reel),)

    async def cog_load(self) -> None:
        """Register the button."""
        self._bot.add_dynamic_items(*self._buttons)

    async def cog_unload(self) -> None:
        """Take the button out again."""
        self._bot.remove_dynamic_items(*self._buttons)

    async def reel(self, interaction: Interaction, generation_id: int) -> None:
        """Join the scenes, and post them for all who could see each of them.

        Whoever made a scene that was deleted has the reel for themselves.
        """
        await acknowledge(interaction, public=True)
        reels, showing_again = self._bot.services.reels, self._bot.services.showing_again
        line = await reels.line(generation_id, actor_of(interaction))
        readable, alone = readable_by(interaction), False
        for scene in line.scenes:
            request = scene.request.request
            is_ones_own = request.user_id == interaction.user.id
            if not is_ones_own and not readable(request.guild_id or 0, request.channel_id):
                raise NotAllowedError(
                    "An earlier scene of this line stands in a channel that you cannot read, so "
                    "the line cannot be joined."
                )
            if await showing_again.was_deleted(scene.request, scene.generation):
                if not is_ones_own:
                    raise NotAllowedError(
                        "A scene of this line was deleted, so the line cannot be joined."
                    )
                alone = True
        await show_reel(interaction, reels, line, alone=alone)


async def setup(bot: ClapperboardBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(ReelCog(bot))
