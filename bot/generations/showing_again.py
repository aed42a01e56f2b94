"""Who may see a finished video once more, and where: what was deleted stays deleted."""

from __future__ import annotations

from typing import Protocol

from bot.errors import NotAllowedError, PostError, UnavailableError
from bot.generations.actor import Actor
from bot.models.generation import Generation, GenerationState, RequestWithTakes


class Posts(Protocol):
    """The messages with the videos, as people see them now."""

    async def was_deleted(self, request: RequestWithTakes, generation: Generation) -> bool:
        """Whether the post is gone from a place that is still there.

        Raises the ``PostError`` family where that cannot be told.
        """
        ...


class ShowingAgain:
    """The rules of a second showing. Everything raises ``UserError`` with words for the person.

    Moderators delete in Discord itself, of which the bot hears nothing: it looks whether the post
    still stands whenever that matters. Whoever asked for a video paid for it, and can have it for
    themselves in any case.
    """

    def __init__(self, posts: Posts) -> None:
        self._posts = posts

    async def was_deleted(self, asked: RequestWithTakes, generation: Generation) -> bool:
        """Whether a video's post was taken away; raises ``UnavailableError``."""
        try:
            return await self._posts.was_deleted(asked, generation)
        except PostError as error:
            raise UnavailableError(
                "I cannot look just now whether this video still stands where it was posted. "
                "Whoever asked for it can have it with Send again."
            ) from error

    async def check_show(
        self, asked: RequestWithTakes, generation: Generation, actor: Actor
    ) -> None:
        """Raise ``NotAllowedError`` for who may not have the video handed out to them."""
        request = asked.request
        if request.user_id == actor.user_id or actor.moderates(request):
            return
        if await self.was_deleted(asked, generation):
            raise NotAllowedError(
                f"This video was deleted. Only <@{request.user_id}>, who asked for it, can still "
                "see it."
            )

    async def check_post(
        self, asked: RequestWithTakes, generation: Generation, actor: Actor
    ) -> None:
        """Raise ``NotAllowedError`` for who may not post the video for everybody."""
        request = asked.request
        if request.user_id != actor.user_id:
            raise NotAllowedError(
                f"Only <@{request.user_id}>, who asked for this video, can post it again."
            )
        if request.private:
            raise NotAllowedError("This video is private, so it stays in your direct messages.")
        if generation.state is not GenerationState.DELIVERED:
            raise NotAllowedError(
                "This video has not been posted, so there is nothing to post again. "
                "Send again shows it to you alone."
            )
        if await self.was_deleted(asked, generation):
            raise NotAllowedError(
                "This video was deleted, so it is not posted again. "
                "Send again shows it to you alone."
            )
