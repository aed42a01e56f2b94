"""Everything behind More… under a finished video."""

from __future__ import annotations

import io

import discord
from discord.ext import commands

from bot.client import ClapperboardBot
from bot.errors import NotAllowedError
from bot.generations.ports import FinishedVideo
from bot.models.generation import VideoRequest
from bot.posting.answering import Interaction, acknowledge, answer
from bot.posting.buttons import DynamicButton, actor_of, dynamic_button, is_moderator
from bot.posting.results import ENVELOPE_BYTES
from bot.posting.strips import strip_file
from bot.ui import answers
from bot.ui.custom_ids import Action
from bot.ui.more_card import Viewer, more_view
from bot.ui.result_card import posted_again_view, shown_again_view


class MoreCog(commands.Cog):
    """What a finished video is made of, and what else can be done with it."""

    def __init__(self, bot: ClapperboardBot) -> None:
        self._bot = bot
        self._buttons: tuple[DynamicButton, ...] = (
            dynamic_button(Action.MORE, self.more),
            dynamic_button(Action.SEND_AGAIN, self.send_again),
            dynamic_button(Action.POST_AGAIN, self.post_again),
            dynamic_button(Action.REMOVE, self.remove),
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

    async def more(self, interaction: Interaction, generation_id: int) -> None:
        """Show what the video is made of, with the other buttons below."""
        await acknowledge(interaction, public=False)
        actor = actor_of(interaction)
        take = await self._bot.services.shelf.take(generation_id, actor)
        request = take.request.request
        is_owner = request.user_id == actor.user_id
        files = await self._strip(interaction, request)
        card = more_view(
            take,
            Viewer(
                is_owner=is_owner,
                may_join=await self._bot.services.reels.continues(take, actor),
                may_delete=is_owner or actor.moderates(request),
            ),
            model_name=self._bot.services.generations.display_name(request.settings.model),
            pictures=files[0].filename if files else None,
        )
        await answer(interaction, card, files=files)

    async def send_again(self, interaction: Interaction, generation_id: int) -> None:
        """Show the video once more to whoever presses."""
        await acknowledge(interaction, public=False)
        services, actor = self._bot.services, actor_of(interaction)
        asked, generation = await services.generations.take(generation_id, actor)
        await services.showing_again.check_show(asked, generation, actor)
        finished = await self._finished(interaction, generation_id)
        request = finished.request.request
        filename, files = _video_files(finished)
        card = shown_again_view(
            finished,
            model_name=self._bot.services.generations.display_name(request.settings.model),
            filename=filename,
            may_post=request.user_id == actor.user_id and not request.private,
        )
        await answer(interaction, card, files=files)

    async def post_again(self, interaction: Interaction, generation_id: int) -> None:
        """Post the video once more where the button is, unless its post was deleted."""
        await acknowledge(interaction, public=True)
        services, actor = self._bot.services, actor_of(interaction)
        asked, generation = await services.generations.take(generation_id, actor)
        await services.showing_again.check_post(asked, generation, actor)
        finished = await self._finished(interaction, generation_id)
        request = finished.request.request
        filename, files = _video_files(finished)
        card = posted_again_view(
            finished,
            model_name=self._bot.services.generations.display_name(request.settings.model),
            filename=filename,
            posted_by=interaction.user.id,
        )
        await interaction.edit_original_response(
            view=card, attachments=files, allowed_mentions=discord.AllowedMentions.none()
        )

    async def remove(self, interaction: Interaction, user_id: int) -> None:
        """Take away a message that somebody had posted; what it shows stays."""
        if interaction.user.id != user_id and not is_moderator(interaction):
            raise NotAllowedError(f"Only <@{user_id}>, who posted this, or a moderator can.")
        await interaction.response.defer()
        await interaction.delete_original_response()

    async def api_call(self, interaction: Interaction, request_id: int) -> None:
        """Show the request as a program."""
        await acknowledge(interaction, public=False)
        call = await self._bot.services.generations.api_call(request_id, actor_of(interaction))
        files = [_text_file(call.curl, "request.sh"), _text_file(call.python, "request.py")]
        names = ("request.sh", "request.py")
        await answer(interaction, answers.api_call(call.curl, filenames=names), files=files)

    async def original(self, interaction: Interaction, generation_id: int) -> None:
        """Fetch a fresh link to the video as Oxen made it."""
        await acknowledge(interaction, public=False)
        services, actor = self._bot.services, actor_of(interaction)
        asked, generation = await services.generations.take(generation_id, actor)
        await services.showing_again.check_show(asked, generation, actor)
        original = await services.generations.original(generation_id, actor)
        await answer(interaction, answers.original(original.url, original.size_bytes))

    async def delete(self, interaction: Interaction, generation_id: int) -> None:
        """Ask once, to the person alone."""
        services = self._bot.services
        asked, video = await services.generations.result_to_delete(
            generation_id, actor_of(interaction)
        )
        question = answers.confirm_delete(video.id, take=video.take, takes=asked.request.takes)
        await answer(interaction, question)

    async def confirm_delete(self, interaction: Interaction, generation_id: int) -> None:
        """Take the post away."""
        await interaction.response.defer()
        await self._bot.services.generations.delete_result(generation_id, actor_of(interaction))
        # In place of the question, whose button would be of no more use.
        await interaction.edit_original_response(view=answers.deleted())

    async def _finished(self, interaction: Interaction, generation_id: int) -> FinishedVideo:
        return await self._bot.services.shelf.fitted(
            generation_id,
            actor_of(interaction),
            max_bytes=interaction.filesize_limit - ENVELOPE_BYTES,
        )

    async def _strip(self, interaction: Interaction, request: VideoRequest) -> list[discord.File]:
        # Others have seen the video, which is no reason to hand them a private cast's pictures.
        is_owner = request.user_id == interaction.user.id
        elements = request.elements if is_owner else ()
        return await strip_file(self._bot.services.strips, request.references, elements)


def _video_files(finished: FinishedVideo) -> tuple[str, list[discord.File]]:
    filename = f"clapperboard-{finished.generation.id}.mp4"
    if finished.file is None:
        return filename, []
    return filename, [discord.File(finished.file, filename=filename)]


def _text_file(text: str, filename: str) -> discord.File:
    return discord.File(io.BytesIO(text.encode()), filename=filename)


async def setup(bot: ClapperboardBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(MoreCog(bot))
