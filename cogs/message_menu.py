"""The menu of a message: "Make a video from this"."""

from __future__ import annotations

from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import ClapperboardBot
from bot.errors import InvalidRequestError
from bot.generations.fitting import begun, fitted
from bot.models.draft import Draft
from bot.models.model_form import ModelForm
from bot.posting.answering import Interaction, mistakes_told
from bot.posting.collecting import Collected, collect
from bot.posting.form_desk import Opening

NAME = "Make a video from this"


class MessageMenuCog(commands.Cog):
    """A message's pictures become a filled-in form; a finished video is continued."""

    def __init__(self, bot: ClapperboardBot) -> None:
        self._bot = bot
        self._menu = app_commands.ContextMenu(name=NAME, callback=self.make_a_video)

    async def cog_load(self) -> None:
        """Add the menu."""
        self._bot.tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """Take the menu out again."""
        self._bot.tree.remove_command(NAME, type=self._menu.type)

    async def make_a_video(self, interaction: Interaction, message: discord.Message) -> None:
        """Open the form with what the message offers."""
        services = self._bot.services
        async with mistakes_told(interaction):
            empty = self._draft(interaction)
            models, model, me = services.models, empty.settings.model, self._bot.user
            most = models.form(model).most_images
            found = await collect(message, most=most, bot_id=me.id if me else 0)
            if found.generation_id is not None:
                await services.forms.open_next_scene(interaction, found.generation_id)
                return
            if most == 0 and found.left_out:
                raise InvalidRequestError(
                    _takes_none(models.form(model), models.display_name(model))
                )
            if not found.pictures and most != 0:
                answered = " If you mean the one that it answers, use the menu there."
                raise InvalidRequestError(
                    "There is no picture in that message. Choose one with a picture in it, or one "
                    f"of my videos to continue it.{answered if message.reference else ''}"
                )
            settings = replace(empty.settings, prompt=found.words)
            await services.forms.open(
                interaction,
                replace(empty, settings=settings),
                Opening("Make a video from this", pictures_note=_note(found)),
                pictures=found.pictures,
            )

    def _draft(self, interaction: Interaction) -> Draft:
        """An empty one, with what the person's requests begin with."""
        services, user_id = self._bot.services, interaction.user.id
        preset = services.presets.content(None, user_id, interaction.guild_id)
        models = services.models
        model = preset.model or models.default
        settings = begun(preset, "", model=model, form=models.form(model))
        if not models.allows(model):
            # As the form does: what it then takes decides which pictures come along.
            settings = fitted(settings, models.default, models.form(models.default))
        return Draft(user_id, settings, (), preset.takes or 1, bool(preset.private))


def _takes_none(form: ModelForm, model_name: str) -> str:
    """Why the pictures of a message cannot be used, and what would be right."""
    if form.start_frame is None:
        return (
            f"{model_name} takes words, but no pictures. Use /video create with a model that takes "
            "pictures, or without them."
        )
    return (
        f"{model_name} takes words and a first frame, but no reference pictures. Use /video create "
        "with the picture as start_frame, or with another model."
    )


def _note(found: Collected) -> str:
    """What the prompt can point to, in the little room that a form has for it."""
    pictures = len(found.pictures)
    note = f"; pictures: @Image1 to @Image{pictures}"
    if pictures == 1:
        note = "; its picture is @Image1"
    return f"{note} ({found.left_out} more left out)" if found.left_out else note


async def setup(bot: ClapperboardBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(MessageMenuCog(bot))
