"""The buttons under cards. They work after a restart: all that they need is in their custom id."""

from __future__ import annotations

from discord.ext import commands

from bot.client import ClapperboardBot
from bot.generations.scenes import lacks_its_frame
from bot.generations.storyboards import is_storyboard
from bot.models.draft import Draft
from bot.models.generation import OriginKind
from bot.posting.answering import (
    Interaction,
    acknowledge,
    acknowledge_in_place,
    answer,
)
from bot.posting.buttons import DynamicButton, actor_of, dynamic_button
from bot.posting.form_desk import Opening
from bot.posting.wishes import First
from bot.ui import answers
from bot.ui.custom_ids import Action


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
            dynamic_button(Action.DRAFT_QUOTED, self.edit_quoted),
            dynamic_button(Action.DRAFT_PREVIEWED, self.edit_previewed),
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
        """Make the same video once more, for whoever pressed.

        Publicly, as far as is known before the database was asked; a private one is told alone.
        """
        await acknowledge(interaction, public=True)
        draft = await self._bot.services.generations.draft_of(
            request_id, actor_of(interaction), kind=OriginKind.AGAIN
        )
        await self._bot.services.forms.receive(interaction, draft, draft.settings)

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
        await self._edit_draft(interaction, draft_id, First.NOTHING)

    async def edit_quoted(self, interaction: Interaction, draft_id: int) -> None:
        """Open the form of a draft whose price was shown: the next price is, too."""
        await self._edit_draft(interaction, draft_id, First.QUOTE)

    async def edit_previewed(self, interaction: Interaction, draft_id: int) -> None:
        """Open the form of a draft that was previewed: what is changed is previewed again."""
        await self._edit_draft(interaction, draft_id, First.PREVIEW)

    async def continue_video(self, interaction: Interaction, generation_id: int) -> None:
        """Open the form for the next scene: only what happens in it is asked for."""
        await self._bot.services.forms.open_next_scene(interaction, generation_id)

    async def _edit_draft(self, interaction: Interaction, draft_id: int, first: First) -> None:
        draft = await self._bot.services.drafts.draft(draft_id, actor_of(interaction))
        if is_storyboard(draft):
            # In the place of the refusal, question or preview that its button is on.
            await acknowledge_in_place(interaction)
            await self._bot.services.storyboards.open_kept(interaction, draft_id, draft)
            return
        await self._open_form(interaction, draft, first=first)

    async def _open_form(
        self, interaction: Interaction, draft: Draft, *, first: First = First.NOTHING
    ) -> None:
        await self._bot.services.forms.open(
            interaction, draft, Opening(title=_title(draft)), first=first
        )


def _title(draft: Draft) -> str:
    if lacks_its_frame(draft):
        return "Next scene"
    is_fork = draft.origin is not None and draft.origin.kind is OriginKind.FORK
    return "Fork video" if is_fork else "Edit video"


async def setup(bot: ClapperboardBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(VideoButtonsCog(bot))
