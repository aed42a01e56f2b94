"""``/preset``: named settings of a person or a server."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.client import ClapperboardBot
from bot.generations.extras import read
from bot.generations.history import parsed_number
from bot.models.preset import NewPreset, PresetContent, PresetScope
from bot.posting.answering import Interaction, acknowledge, answer, mistakes_told
from bot.posting.buttons import actor_of, moderates_server
from bot.posting.completing import preset_choices, request_choices
from bot.posting.completing_models import model_choices
from bot.posting.reading import check_readable
from bot.presets.service import NAME_MAX_CHARS
from bot.ui import answers
from bot.ui.preset_card import described, presets_view
from bot.ui.text import neutralise

_NAME = "The preset's name"


class PresetCog(commands.GroupCog, group_name="preset", group_description="Settings to begin with"):
    """What a person's and a server's presets are, and which one a person begins with."""

    def __init__(self, bot: ClapperboardBot) -> None:
        self._bot = bot

    @app_commands.command(description="Save settings under a name")
    @app_commands.describe(
        name=_NAME,
        from_video="Take the settings of one of your videos; they are shown while you type",
        model="The video model",
        aspect_ratio="Width to height, such as 9:16",
        duration="Length in seconds",
        audio="With sound",
        negative_prompt="What to avoid",
        extra="What only this model takes, as name=value name=value",
        takes="How many different videos to make at once",
        private="Only for you, by direct message",
        server="For everybody in this server; moderators only",
    )
    async def save(
        self,
        interaction: Interaction,
        *,
        name: app_commands.Range[str, 1, NAME_MAX_CHARS],
        from_video: str | None = None,
        model: str | None = None,
        aspect_ratio: str | None = None,
        duration: app_commands.Range[int, 1, 60] | None = None,
        audio: bool | None = None,
        negative_prompt: app_commands.Range[str, 0, 2_000] | None = None,
        extra: app_commands.Range[str, 0, 2_000] | None = None,
        takes: app_commands.Range[int, 1, 4] | None = None,
        private: bool | None = None,
        server: bool = False,
    ) -> None:
        """Save a preset; what is given here goes before what the video had."""
        services = self._bot.services
        async with mistakes_told(interaction):
            await acknowledge(interaction, public=False)
            chosen = (services.models.find(model) or model.strip()) if model else None
            form = services.models.form(chosen or services.model)
            given = PresetContent(
                model=chosen,
                aspect_ratio=aspect_ratio,
                duration_s=duration,
                audio=audio,
                negative_prompt=negative_prompt,
                extra=read(extra, form) if extra else None,
                takes=takes,
                private=private,
            )
            content = await self._completed(interaction, given, from_video)
            services.generations.check_preset(content, default_model=services.model)
            new = NewPreset(
                owner_id=interaction.user.id,
                name=" ".join(name.split()),
                scope=PresetScope.SERVER if server else PresetScope.PERSONAL,
                guild_id=interaction.guild_id if server else None,
                content=content,
            )
            preset, replaced = await services.presets.save(
                new, is_moderator=moderates_server(interaction)
            )
            told = described(preset.content, services.generations.display_name)
            done = "Saved anew" if replaced else "Saved"
            await answer(
                interaction,
                answers.notice(
                    f"{done}: **{neutralise(preset.name, NAME_MAX_CHARS)}**\n-# {told}\n"
                    "Begin every request with it through `/preset use`."
                ),
            )

    @app_commands.command(description="Choose what your requests begin with")
    @app_commands.describe(name="The preset's name; left out, they begin with nothing")
    async def use(self, interaction: Interaction, name: str | None = None) -> None:
        """Make a preset the person's default, or none."""
        presets = self._bot.services.presets
        async with mistakes_told(interaction):
            await acknowledge(interaction, public=False)
            preset = None
            if name is not None:
                preset = presets.find(name, interaction.user.id, interaction.guild_id)
            await presets.begin_with(interaction.user.id, preset)
            told = "Your requests begin with no preset now."
            if preset is not None:
                told = (
                    f"Your requests begin with **{neutralise(preset.name, NAME_MAX_CHARS)}** now. "
                    "What you say in a command overrides it."
                )
            await answer(interaction, answers.notice(told))

    @app_commands.command(name="list", description="The presets that you can use here")
    async def list_(self, interaction: Interaction) -> None:
        """Show one's own and the server's presets, to the person alone."""
        services = self._bot.services
        user_id, guild_id = interaction.user.id, interaction.guild_id
        card = presets_view(
            services.presets.usable(user_id, guild_id),
            begun_with=services.presets.begun_with(user_id, guild_id),
            display_name=services.generations.display_name,
        )
        await answer(interaction, card)

    @app_commands.command(description="Remove a preset")
    @app_commands.describe(name=_NAME)
    async def remove(self, interaction: Interaction, name: str) -> None:
        """Remove one's own preset, or as a moderator one of the server."""
        presets = self._bot.services.presets
        async with mistakes_told(interaction):
            await acknowledge(interaction, public=False)
            user_id = interaction.user.id
            preset = presets.find(name, user_id, interaction.guild_id)
            await presets.remove(preset, user_id, is_moderator=moderates_server(interaction))
            told = f"**{neutralise(preset.name, NAME_MAX_CHARS)}** is removed."
            await answer(interaction, answers.notice(told))

    @save.autocomplete("model")
    async def _models(self, _: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return model_choices(self._bot.services.models.offered(), typed)

    @save.autocomplete("from_video")
    async def _videos(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        found = await self._bot.services.history.suggestions(interaction.user.id, typed)
        return request_choices(found)

    @use.autocomplete("name")
    @remove.autocomplete("name")
    async def _names(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        usable = self._bot.services.presets.usable(interaction.user.id, interaction.guild_id)
        return preset_choices(usable, typed)

    async def _completed(
        self, interaction: Interaction, given: PresetContent, from_video: str | None
    ) -> PresetContent:
        if from_video is None:
            return given
        actor = actor_of(interaction)
        generations = self._bot.services.generations
        asked = await generations.request(parsed_number(from_video), actor)
        check_readable(interaction, asked.request)
        settings = asked.request.settings
        of_video = PresetContent(
            model=settings.model,
            aspect_ratio=settings.aspect_ratio,
            duration_s=settings.duration_s,
            audio=settings.audio,
            negative_prompt=settings.negative_prompt,
            extra=settings.extra or None,
            takes=asked.request.takes,
            private=asked.request.private,
        )
        return given.over(of_video)


async def setup(bot: ClapperboardBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(PresetCog(bot))
