"""The buttons and forms of a storyboard's card. They work after a restart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord
from discord.ext import commands

from bot.client import ClapperboardBot
from bot.generations.storyboards import (
    BoardSettings,
    suggested_length_s,
    with_settings,
    with_shot,
    with_shot_changed,
    without_shot,
)
from bot.models.draft import Draft
from bot.models.generation import Shot
from bot.models.references import ReferenceRole
from bot.posting.answering import Interaction, acknowledge_beside, answer_error, mistakes_told
from bot.posting.buttons import DynamicButton, actor_of, dynamic_button, dynamic_pair_button
from bot.posting.wishes import Picture
from bot.ui.custom_ids import Action, Pair
from bot.ui.storyboard_modals import (
    PicturesEntered,
    PicturesModal,
    SettingsModal,
    ShotEntered,
    ShotModal,
    ShotPlace,
)
from bot.ui.text import neutralise

_NAME_CHARS = 60
_MOVED_ON = "That shot is not there any more; this is the storyboard as it stands."


class StoryboardButtonsCog(commands.Cog):
    """What the buttons of a storyboard do: each opens a form, and the form changes the card.

    A press or a form is acknowledged without an answer of its own, so that whatever goes wrong is
    told below the card and the card stays.
    """

    def __init__(self, bot: ClapperboardBot) -> None:
        self._bot = bot
        self._buttons: tuple[DynamicButton, ...] = (
            dynamic_button(Action.STORYBOARD_ADD, self.add),
            dynamic_pair_button(Pair.STORYBOARD_SHOT, self.edit),
            dynamic_button(Action.STORYBOARD_PICTURES, self.pictures),
            dynamic_button(Action.STORYBOARD_SETTINGS, self.settings),
            dynamic_button(Action.STORYBOARD_NEW, self.begin_anew),
        )

    async def cog_load(self) -> None:
        """Register the buttons."""
        self._bot.add_dynamic_items(*self._buttons)

    async def cog_unload(self) -> None:
        """Take the buttons out again."""
        self._bot.remove_dynamic_items(*self._buttons)

    async def add(self, interaction: Interaction, draft_id: int) -> None:
        """Open the form for one more shot."""
        desk, draft = self._bot.services.storyboards, await self._draft(interaction, draft_id)
        form = desk.form(draft)
        new = Shot("", suggested_length_s(draft.settings, form))

        async def submitted(answered: Interaction, entered: ShotEntered) -> None:
            async with _beside(answered):
                await desk.change(
                    answered,
                    draft_id,
                    actor_of(answered),
                    lambda was: with_shot(was, entered.shot, place=entered.place),
                )

        number = len(draft.settings.shots) + 1
        place = ShotPlace(number, number, self._left_s(draft))
        await interaction.response.send_modal(
            ShotModal(new, place, form, submitted=submitted, failed=answer_error, is_new=True)
        )

    async def edit(self, interaction: Interaction, draft_id: int, number: int) -> None:
        """Open the form of one shot: change it, move it, take it out."""
        desk, draft = self._bot.services.storyboards, await self._draft(interaction, draft_id)
        shots = draft.settings.shots
        if not 1 <= number <= len(shots):
            async with _beside(interaction):
                await desk.show(interaction, draft_id, draft, _MOVED_ON)
            return
        shot = shots[number - 1]

        def changed(was: Draft, entered: ShotEntered) -> Draft:
            if entered.removed:
                return without_shot(was, shot, number=number)
            return with_shot_changed(was, shot, entered.shot, number=number, place=entered.place)

        async def submitted(answered: Interaction, entered: ShotEntered) -> None:
            async with _beside(answered):
                await desk.change(
                    answered, draft_id, actor_of(answered), lambda was: changed(was, entered)
                )

        place = ShotPlace(number, len(shots), self._left_s(draft, besides=shot))
        await interaction.response.send_modal(
            ShotModal(shot, place, desk.form(draft), submitted=submitted, failed=answer_error)
        )

    async def pictures(self, interaction: Interaction, draft_id: int) -> None:
        """Open the form for references and frames."""
        desk, draft = self._bot.services.storyboards, await self._draft(interaction, draft_id)

        async def submitted(answered: Interaction, entered: PicturesEntered) -> None:
            async with _beside(answered):
                await desk.change_pictures(
                    answered, draft_id, actor_of(answered), _attached(entered), out=entered.out
                )

        await interaction.response.send_modal(
            PicturesModal(draft, desk.form(draft), submitted=submitted, failed=answer_error)
        )

    async def settings(self, interaction: Interaction, draft_id: int) -> None:
        """Open the form for what holds for all shots."""
        desk, draft = self._bot.services.storyboards, await self._draft(interaction, draft_id)

        async def submitted(answered: Interaction, chosen: BoardSettings) -> None:
            async with _beside(answered):
                await desk.change(
                    answered, draft_id, actor_of(answered), lambda was: with_settings(was, chosen)
                )

        await interaction.response.send_modal(
            SettingsModal(draft, desk.form(draft), submitted=submitted, failed=answer_error)
        )

    async def begin_anew(self, interaction: Interaction, draft_id: int) -> None:
        """Leave this one, and begin another in its place."""
        async with _beside(interaction):
            await self._bot.services.storyboards.begin_anew(
                interaction, draft_id, actor_of(interaction)
            )

    async def _draft(self, interaction: Interaction, draft_id: int) -> Draft:
        return await self._bot.services.drafts.draft(draft_id, actor_of(interaction))

    def _left_s(self, draft: Draft, *, besides: Shot | None = None) -> int | None:
        lengths = self._bot.services.storyboards.form(draft).duration
        if lengths is None:
            return None
        others_s = draft.settings.duration_s - (besides.duration_s if besides else 0)
        return lengths.choices_s[-1] - others_s


@asynccontextmanager
async def _beside(interaction: Interaction) -> AsyncIterator[None]:
    """Acknowledge, and tell below the card what cannot be done."""
    await acknowledge_beside(interaction)
    async with mistakes_told(interaction):
        yield


def _attached(entered: PicturesEntered) -> tuple[Picture, ...]:
    images = [
        Picture(_label(one), ReferenceRole.IMAGE, at, one)
        for at, one in enumerate(entered.images, start=1)
    ]
    frames = (
        (ReferenceRole.START_FRAME, entered.start_frame),
        (ReferenceRole.END_FRAME, entered.end_frame),
    )
    images += [Picture(_label(one), role, 1, one) for role, one in frames if one is not None]
    return tuple(images)


def _label(attached: discord.Attachment) -> str:
    return neutralise(attached.filename, _NAME_CHARS) or "A picture"


async def setup(bot: ClapperboardBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(StoryboardButtonsCog(bot))
