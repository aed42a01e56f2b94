"""The buttons under cards. They work after a restart: all that they need is in their custom id."""

from __future__ import annotations

from dataclasses import replace

from discord.ext import commands

from bot.client import ClapperboardBot
from bot.generations.scenes import lacks_its_frame
from bot.generations.storyboards import is_storyboard
from bot.models.draft import Draft
from bot.models.generation import OriginKind, VideoSettings
from bot.posting.answering import (
    Interaction,
    acknowledge,
    acknowledge_in_place,
    answer,
    answer_error,
)
from bot.posting.buttons import DynamicButton, actor_of, dynamic_button
from bot.posting.continuing import last_frame_of
from bot.posting.wishes import Picture, Wish
from bot.ui import answers
from bot.ui.custom_ids import Action
from bot.ui.video_modal import VideoForm, VideoModal, what_happens_next


class VideoButtonsCog(commands.Cog):
    """What the buttons of placeholders and results do."""

    def __init__(self, bot: ClapperboardBot) -> None:
        self._bot = bot
        self._buttons: tuple[DynamicButton, ...] = (
            dynamic_button(Action.CANCEL, self.cancel),
            dynamic_button(Action.AGAIN, self.again),
            dynamic_button(Action.EDIT, self.edit),
            dynamic_button(Action.FORK, self.edit),
            dynamic_button(Action.CONTINUE, self.continue_video),
            dynamic_button(Action.DRAFT, self.edit_draft),
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
        await self._bot.services.generations.cancel(request_id, actor_of(interaction))
        await answer(interaction, answers.cancelling())

    async def again(self, interaction: Interaction, request_id: int) -> None:
        """Make the same video once more, for whoever pressed."""
        draft = await self._bot.services.generations.draft_of(
            request_id, actor_of(interaction), kind=OriginKind.AGAIN
        )
        await self._receive(interaction, draft, draft.settings)

    async def edit(self, interaction: Interaction, request_id: int) -> None:
        """Open the form with everything filled in."""
        draft = await self._bot.services.generations.draft_of(request_id, actor_of(interaction))
        if is_storyboard(draft):
            await acknowledge(interaction, public=False)
            await self._bot.services.storyboards.open_new(interaction, draft)
            return
        await self._open_form(interaction, draft)

    async def edit_draft(self, interaction: Interaction, draft_id: int) -> None:
        """Open the form again with what was typed before a check failed."""
        draft = await self._bot.services.drafts.draft(draft_id, actor_of(interaction))
        if is_storyboard(draft):
            # In the place of the refusal, question or preview that its button is on.
            await acknowledge_in_place(interaction)
            await self._bot.services.storyboards.open_kept(interaction, draft_id, draft)
            return
        await self._open_form(interaction, draft)

    async def continue_video(self, interaction: Interaction, generation_id: int) -> None:
        """Open the form for the next scene: only what happens in it is asked for."""
        actor = actor_of(interaction)
        draft, before = await self._bot.services.scenes.next_scene(generation_id, actor)
        await self._open_form(interaction, draft, before=before.request.request.settings)

    async def _open_form(
        self, interaction: Interaction, draft: Draft, *, before: VideoSettings | None = None
    ) -> None:
        async def submitted(answered: Interaction, form: VideoForm) -> None:
            await self._receive(answered, draft, _settings(draft.settings, form))

        modal = VideoModal(
            _form(draft.settings),
            submitted=submitted,
            failed=answer_error,
            title="Next scene" if lacks_its_frame(draft) else "Edit video",
            prompt_hint=what_happens_next(before) if before else None,
        )
        await interaction.response.send_modal(modal)

    async def _receive(
        self, interaction: Interaction, draft: Draft, settings: VideoSettings
    ) -> None:
        services = self._bot.services
        origin = draft.origin
        if origin and origin.kind is OriginKind.AGAIN and settings != draft.settings:
            origin = replace(origin, kind=OriginKind.EDIT)
        frames: tuple[Picture, ...] = ()
        if origin and lacks_its_frame(draft):
            frames = (
                last_frame_of(services.scenes, origin, actor_of(interaction), settings.model),
            )
        wish = Wish(
            settings=settings,
            pictures=frames,
            references=draft.references,
            takes=draft.takes,
            private=draft.private,
            poll=draft.poll,
            origin=origin,
        )
        await services.intake.receive(interaction, wish)


def _form(settings: VideoSettings) -> VideoForm:
    return VideoForm(
        prompt=settings.prompt,
        negative_prompt=settings.negative_prompt or "",
        duration_s=settings.duration_s,
        aspect_ratio=settings.aspect_ratio,
        audio=settings.audio,
    )


def _settings(before: VideoSettings, form: VideoForm) -> VideoSettings:
    return replace(
        before,
        prompt=form.prompt,
        aspect_ratio=form.aspect_ratio,
        duration_s=form.duration_s,
        audio=form.audio,
        negative_prompt=form.negative_prompt or None,
    )


async def setup(bot: ClapperboardBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(VideoButtonsCog(bot))
