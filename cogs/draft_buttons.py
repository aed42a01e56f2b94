"""The buttons of cards that show a draft, and hold everything that costs nothing yet."""

from __future__ import annotations

from discord.ext import commands

from bot.client import ClapperboardBot
from bot.posting.answering import Interaction
from bot.posting.buttons import DynamicButton, dynamic_button, imprinted_button
from bot.posting.wishes import Press
from bot.ui.custom_ids import Action


class DraftButtonsCog(commands.Cog):
    """What the buttons of quotes, previews and storyboards do."""

    def __init__(self, bot: ClapperboardBot) -> None:
        self._bot = bot
        self._buttons: tuple[DynamicButton, ...] = (
            imprinted_button(Action.BEGIN, self.begin),
            imprinted_button(Action.BEGIN_PRIVATE, self.begin_private),
            dynamic_button(Action.PREVIEW, self.preview),
            dynamic_button(Action.DISCARD, self.discard),
        )

    async def cog_load(self) -> None:
        """Register the buttons."""
        self._bot.add_dynamic_items(*self._buttons)

    async def cog_unload(self) -> None:
        """Take the buttons out again."""
        self._bot.remove_dynamic_items(*self._buttons)

    async def begin(self, interaction: Interaction, draft_id: int, imprint: str | None) -> None:
        """Make the video, where everybody sees it."""
        press = Press(draft_id, imprint)
        await self._bot.services.intake.begin(interaction, press)

    async def begin_private(
        self, interaction: Interaction, draft_id: int, imprint: str | None
    ) -> None:
        """Make the video by direct message."""
        press = Press(draft_id, imprint, private=True)
        await self._bot.services.intake.begin(interaction, press)

    async def preview(self, interaction: Interaction, draft_id: int) -> None:
        """Draw the animatic."""
        await self._bot.services.intake.preview(interaction, draft_id)

    async def discard(self, interaction: Interaction, draft_id: int) -> None:
        """Forget the draft."""
        await self._bot.services.intake.discard(interaction, draft_id)


async def setup(bot: ClapperboardBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(DraftButtonsCog(bot))
