"""``/video create``: images and a prompt in."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.casts.names import names_in
from bot.client import ClapperboardBot
from bot.errors import UserError
from bot.generations.extras import merged, read
from bot.generations.fitting import begun, fitting
from bot.generations.mentions import with_cast
from bot.models.preset import PresetContent
from bot.models.references import ReferenceRole
from bot.posting.answering import Interaction, mistakes_told
from bot.posting.completing import cast_choices, preset_choices
from bot.posting.completing_models import (
    extra_choices,
    length_choices,
    model_choices,
    shape_choices,
)
from bot.posting.viewing import viewer_of
from bot.posting.wishes import First, Picture, Wish

_TYPED_CHARS = 2_000
"""More than the model takes: a longer prompt is answered with by how much, and can be edited."""
_WORD_CHARS = 100
_LONGEST_S = 600
"""Far more than any model makes: what each makes is checked, and can be edited."""


class CreateCommand(commands.Cog):
    """Images and a prompt in; the placeholder of a video out."""

    _bot: ClapperboardBot

    @app_commands.command(description="Make a video from a prompt and up to four pictures")
    @app_commands.describe(
        prompt="What happens; most models take 512 characters. Pictures are @Image1 to @Image4",
        image1="Reference picture: JPEG, PNG or WebP",
        image2="Another picture; those attached are @Image1, @Image2 and so on, in order",
        image3="Another picture",
        image4="Another picture",
        cast="Who plays in it: names of the cast, which the prompt need not name then",
        start_frame="The video begins with this picture",
        end_frame="The video ends with this picture; needs a start frame",
        negative_prompt="What to avoid; left out: blur, distortion and low quality",
        aspect_ratio="Width to height, as the model makes it; mostly 16:9 if left out",
        duration="Length in seconds, as the model makes it; mostly 5 if left out",
        audio="With sound; voices in Chinese and English",
        takes="How many different videos to make from it, each at full cost; 1 if left out",
        poll="Let everybody choose among the takes; left out, you pick one",
        private="Only for you, by direct message",
        preview="See a free animatic first, drawn from your pictures, and then decide",
        preset="Begin with these saved settings; see /preset",
        model="Who makes it; each model has its own price, limits and settings",
        extra="What only this model takes, as name=value name=value",
    )
    async def create(
        self,
        interaction: Interaction,
        *,
        prompt: app_commands.Range[str, 1, _TYPED_CHARS],
        image1: discord.Attachment | None = None,
        image2: discord.Attachment | None = None,
        image3: discord.Attachment | None = None,
        image4: discord.Attachment | None = None,
        cast: app_commands.Range[str, 0, _TYPED_CHARS] | None = None,
        start_frame: discord.Attachment | None = None,
        end_frame: discord.Attachment | None = None,
        negative_prompt: app_commands.Range[str, 0, _TYPED_CHARS] | None = None,
        aspect_ratio: app_commands.Range[str, 0, _WORD_CHARS] | None = None,
        duration: app_commands.Range[int, 1, _LONGEST_S] | None = None,
        audio: bool | None = None,
        takes: app_commands.Range[int, 1, 4] | None = None,
        poll: bool = False,
        private: bool | None = None,
        preview: bool = False,
        preset: str | None = None,
        model: app_commands.Range[str, 0, _WORD_CHARS] | None = None,
        extra: app_commands.Range[str, 0, _TYPED_CHARS] | None = None,
    ) -> None:
        """Take the wish to the intake desk."""
        services = self._bot.services
        async with mistakes_told(interaction):
            begun_with = services.presets.content(preset, interaction.user.id, interaction.guild_id)
            chosen = (services.models.find(model) or model.strip()) if model else None
            form = services.models.form(chosen or begun_with.model or services.model)
            if chosen and chosen != begun_with.model:
                begun_with = fitting(replace(begun_with, model=chosen), form)
            given = PresetContent(
                model=chosen,
                aspect_ratio=aspect_ratio,
                duration_s=duration,
                audio=audio,
                negative_prompt=negative_prompt,
                extra=merged(begun_with.extra or (), read(extra, form)) if extra else None,
                takes=takes,
                private=private,
            ).over(begun_with)
            wish = Wish(
                settings=begun(
                    given,
                    with_cast(prompt, names_in(cast or "")),
                    model=services.model,
                    form=form,
                ),
                pictures=_pictures([image1, image2, image3, image4], start_frame, end_frame),
                takes=given.takes or 1,
                private=bool(given.private),
                poll=poll,
                first=First.PREVIEW if preview else First.NOTHING,
            )
            await services.intake.receive(interaction, wish)

    @create.autocomplete("model")
    async def _models(self, _: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return model_choices(self._bot.services.models.offered(), typed)

    @create.autocomplete("duration")
    async def _lengths(
        self, interaction: Interaction, typed: float | str
    ) -> list[app_commands.Choice[int]]:
        models, model = self._bot.services.models, self._model(interaction)
        so_far, form = interaction.namespace, models.form(model)
        typed_so_far = PresetContent(audio=bool(so_far.audio), extra=read(so_far.extra or "", form))
        settings = begun(typed_so_far, "", model=model, form=form)
        return length_choices(models, settings, str(typed))

    @create.autocomplete("aspect_ratio")
    async def _shapes(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return shape_choices(self._bot.services.models.form(self._model(interaction)), typed)

    @create.autocomplete("extra")
    async def _extras(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return extra_choices(self._bot.services.models.form(self._model(interaction)), typed)

    def _model(self, interaction: Interaction) -> str:
        """The model that the command holds so far."""
        services, so_far = self._bot.services, interaction.namespace
        if so_far.model:
            return services.models.find(so_far.model) or services.model
        with suppress(UserError):
            begun_with = services.presets.content(
                so_far.preset, interaction.user.id, interaction.guild_id
            )
            return begun_with.model or services.model
        return services.model

    @create.autocomplete("cast")
    async def _cast(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        usable = await self._bot.services.cast.usable(viewer_of(interaction))
        return cast_choices(usable, typed)

    @create.autocomplete("preset")
    async def _presets(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        usable = self._bot.services.presets.usable(interaction.user.id, interaction.guild_id)
        return preset_choices(usable, typed)


def _pictures(
    images: list[discord.Attachment | None],
    start_frame: discord.Attachment | None,
    end_frame: discord.Attachment | None,
) -> tuple[Picture, ...]:
    """``@Image1`` is the first one attached, whichever option it came in."""
    attached = [(n, image) for n, image in enumerate(images, start=1) if image is not None]
    pictures = [
        Picture(f"image{option}", ReferenceRole.IMAGE, position, image)
        for position, (option, image) in enumerate(attached, start=1)
    ]
    frames: list[tuple[str, ReferenceRole, Any]] = [
        ("start_frame", ReferenceRole.START_FRAME, start_frame),
        ("end_frame", ReferenceRole.END_FRAME, end_frame),
    ]
    pictures += [Picture(label, role, 1, frame) for label, role, frame in frames if frame]
    return tuple(pictures)
