"""``/video storyboard``: several shots in one video."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.client import ClapperboardBot
from bot.errors import InvalidRequestError
from bot.generations.wording import code
from bot.models.preset import PresetContent
from bot.posting.answering import Interaction, acknowledge, mistakes_told
from bot.posting.buttons import actor_of
from bot.posting.completing import preset_choices
from bot.posting.completing_models import model_choices
from bot.posting.storyboard_desk import Opening


class StoryboardCommand(commands.Cog):
    """Opens the storyboard that a person is working on, or a new one."""

    _bot: ClapperboardBot

    @app_commands.command(description="Make a video of several shots; picks up where you left it")
    @app_commands.describe(
        new="Begin a new one, and leave the unfinished one as it is",
        model="The model; shown while you type",
        preset="Begin with these saved settings; see /preset",
        takes="How many different videos to make from it, each at full cost; 1 if left out",
        private="Only for you, by direct message",
    )
    async def storyboard(
        self,
        interaction: Interaction,
        *,
        new: bool = False,
        model: str | None = None,
        preset: str | None = None,
        takes: app_commands.Range[int, 1, 4] | None = None,
        private: bool | None = None,
    ) -> None:
        """Show the card, to the person alone."""
        services = self._bot.services
        await acknowledge(interaction, public=False)
        async with mistakes_told(interaction):
            chosen = (services.models.find(model) or model.strip()) if model else None
            if chosen and not services.models.allows(chosen):
                raise InvalidRequestError(
                    f"There is no model {code(chosen)} here. "
                    "Choose one that comes up when you type in the option model."
                )
            given = PresetContent(model=chosen, takes=takes, private=private)
            saved = services.presets.content(preset, interaction.user.id, interaction.guild_id)
            beginning = given.over(saved)
            await services.storyboards.open(
                interaction,
                actor_of(interaction),
                Opening(beginning, changes=beginning if preset else given, anew=new),
            )

    @storyboard.autocomplete("model")
    async def _models_with_shots(
        self, _: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        offered = self._bot.services.models.offered()
        return model_choices([one for one in offered if one.form and one.form.shots], typed)

    @storyboard.autocomplete("preset")
    async def _presets_to_begin_with(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        usable = self._bot.services.presets.usable(interaction.user.id, interaction.guild_id)
        return preset_choices(usable, typed)
