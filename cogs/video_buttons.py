"""The buttons under cards. They work after a restart: all that they need is in their custom id."""

from __future__ import annotations

import io

import discord
from discord.ext import commands

from bot.client import ClapperboardBot
from bot.generations.service import Actor
from bot.models.draft import Draft
from bot.models.generation import VideoSettings
from bot.posting.answering import Interaction, acknowledge, answer, answer_error
from bot.posting.buttons import DynamicButton, dynamic_button, is_moderator
from bot.posting.wishes import Wish
from bot.ui import answers
from bot.ui.custom_ids import Action
from bot.ui.video_modal import VideoForm, VideoModal


class VideoButtonsCog(commands.Cog):
    """What the buttons of placeholders and results do."""

    def __init__(self, bot: ClapperboardBot) -> None:
        self._bot = bot
        self._buttons: tuple[DynamicButton, ...] = (
            dynamic_button(Action.CANCEL, self.cancel),
            dynamic_button(Action.AGAIN, self.again),
            dynamic_button(Action.EDIT, self.edit),
            dynamic_button(Action.DRAFT, self.edit_draft),
            dynamic_button(Action.API_CALL, self.api_call),
            dynamic_button(Action.ORIGINAL, self.original),
            dynamic_button(Action.DELETE, self.delete),
            dynamic_button(Action.CONFIRM_DELETE, self.confirm_delete),
        )

    async def cog_load(self) -> None:
        """Register the buttons."""
        self._bot.add_dynamic_items(*self._buttons)

    async def cog_unload(self) -> None:
        """Take the buttons out again."""
        self._bot.remove_dynamic_items(*self._buttons)

    async def cancel(self, interaction: Interaction, request_id: int) -> None:
        """Cancel what has not ended yet."""
        await acknowledge(interaction, public=False)
        await self._bot.services.generations.cancel(request_id, _actor(interaction))
        await answer(interaction, answers.cancelling())

    async def again(self, interaction: Interaction, request_id: int) -> None:
        """Make the same video once more, for whoever pressed."""
        draft = await self._bot.services.generations.draft_of(request_id, _actor(interaction))
        await self._receive(interaction, draft, draft.settings)

    async def edit(self, interaction: Interaction, request_id: int) -> None:
        """Open the form with everything filled in."""
        draft = await self._bot.services.generations.draft_of(request_id, _actor(interaction))
        await self._open_form(interaction, draft)

    async def edit_draft(self, interaction: Interaction, draft_id: int) -> None:
        """Open the form again with what was typed before a check failed."""
        draft = await self._bot.services.drafts.draft(draft_id, _actor(interaction))
        await self._open_form(interaction, draft)

    async def api_call(self, interaction: Interaction, request_id: int) -> None:
        """Show the request as a program."""
        await acknowledge(interaction, public=False)
        call = await self._bot.services.generations.api_call(request_id, _actor(interaction))
        files = [_text_file(call.curl, "request.sh"), _text_file(call.python, "request.py")]
        names = ("request.sh", "request.py")
        await answer(interaction, answers.api_call(call.curl, filenames=names), files=files)

    async def original(self, interaction: Interaction, generation_id: int) -> None:
        """Fetch a fresh link to the video as Oxen made it."""
        await acknowledge(interaction, public=False)
        original = await self._bot.services.generations.original(generation_id, _actor(interaction))
        await answer(interaction, answers.original(original.url, original.size_bytes))

    async def delete(self, interaction: Interaction, generation_id: int) -> None:
        """Ask once, to the person alone."""
        services = self._bot.services
        await services.generations.result_to_delete(generation_id, _actor(interaction))
        await answer(interaction, answers.confirm_delete(generation_id))

    async def confirm_delete(self, interaction: Interaction, generation_id: int) -> None:
        """Take the post away."""
        await interaction.response.defer()
        await self._bot.services.generations.delete_result(generation_id, _actor(interaction))
        # In place of the question, whose button would be of no more use.
        await interaction.edit_original_response(view=answers.deleted())

    async def _open_form(self, interaction: Interaction, draft: Draft) -> None:
        async def submitted(answered: Interaction, form: VideoForm) -> None:
            await self._receive(answered, draft, _settings(draft.settings.model, form))

        modal = VideoModal(_form(draft.settings), submitted=submitted, failed=answer_error)
        await interaction.response.send_modal(modal)

    async def _receive(
        self, interaction: Interaction, draft: Draft, settings: VideoSettings
    ) -> None:
        wish = Wish(
            settings=settings,
            references=draft.references,
            takes=draft.takes,
            private=draft.private,
            origin=draft.origin,
        )
        await self._bot.services.intake.receive(interaction, wish)


def _actor(interaction: Interaction) -> Actor:
    return Actor(interaction.user.id, is_moderator=is_moderator(interaction))


def _form(settings: VideoSettings) -> VideoForm:
    return VideoForm(
        prompt=settings.prompt,
        negative_prompt=settings.negative_prompt or "",
        duration_s=settings.duration_s,
        aspect_ratio=settings.aspect_ratio,
        audio=settings.audio,
    )


def _settings(model: str, form: VideoForm) -> VideoSettings:
    return VideoSettings(
        model=model,
        prompt=form.prompt,
        aspect_ratio=form.aspect_ratio,
        duration_s=form.duration_s,
        audio=form.audio,
        negative_prompt=form.negative_prompt or None,
    )


def _text_file(text: str, filename: str) -> discord.File:
    return discord.File(io.BytesIO(text.encode()), filename=filename)


async def setup(bot: ClapperboardBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(VideoButtonsCog(bot))
