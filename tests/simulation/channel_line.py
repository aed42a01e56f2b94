"""The line to Discord: the services' ports, with every way in which a call can go wrong."""

from __future__ import annotations

from bot.errors import PostAmbiguousError
from bot.generations.ports import FinishedVideo, Progress
from bot.models.generation import Generation, RequestWithTakes, Surface
from tests.simulation.channel import Channel
from tests.simulation.life import Life

_BELIEVED_LIMIT_BYTES = 10_000_000
_LONGEST_UPLOAD_S = 60.0


class ChannelLine:
    """``Placeholders`` and ``ResultPosts`` of one life."""

    def __init__(self, channel: Channel, life: Life) -> None:
        self._channel = channel
        self._life = life
        self._timeline = channel.timeline
        self._responses: set[int] = set()

    def remember_response(self, interaction_id: int) -> None:
        """The answer to this interaction is the placeholder; only this life knows it."""
        self._responses.add(interaction_id)

    async def show_progress(self, progress: Progress) -> int | None:
        request = progress.request.request
        as_response = request.interaction_id in self._responses
        if not as_response and not request.placeholder_message_id:
            return None
        fails = self._timeline.chance(self._channel.plan.troubles.edit_ambiguous)
        message_id = await self._life.exchange(
            f"edit of the card of request {request.id}",
            lambda: self._channel.edit_card(progress, as_response=as_response),
            there_s=self._timeline.mostly_short(3.0),
            back_s=self._timeline.mostly_short(3.0),
            instead=PostAmbiguousError("HTTP 503") if fails else None,
            sent=not fails or self._timeline.chance(0.5),
        )
        self._responses.discard(request.interaction_id)
        return message_id

    async def choose_surface(self, request: RequestWithTakes) -> Surface:
        await self._life.step("before the surface is chosen")
        channel, asked = self._channel, request.request
        may_all = channel.may_view and channel.may_send and channel.may_read
        if asked.private or not channel.exists or may_all:
            return Surface.REPLY
        has_card = asked.placeholder_message_id is not None and asked.takes == 1
        return Surface.PLACEHOLDER if has_card else Surface.DIRECT

    async def upload_limit_bytes(self, request: RequestWithTakes, surface: Surface) -> int:
        return _BELIEVED_LIMIT_BYTES

    async def post(self, finished: FinishedVideo, surface: Surface, *, nonce: str) -> int:
        timeline = self._timeline
        fails = timeline.chance(self._channel.plan.troubles.post_ambiguous)
        return await self._life.exchange(
            f"post of generation {finished.generation.id} as {surface}",
            lambda: self._channel.post(finished, surface, nonce),
            there_s=timeline.mostly_short(_LONGEST_UPLOAD_S),
            back_s=timeline.mostly_short(5.0),
            instead=PostAmbiguousError("ConnectionResetError") if fails else None,
            sent=not fails or timeline.chance(0.5),
        )

    async def find(
        self, request: RequestWithTakes, generation: Generation, surface: Surface
    ) -> int | None:
        fails = self._timeline.chance(self._channel.plan.troubles.find_fails)
        return await self._life.exchange(
            f"search for generation {generation.id}",
            lambda: self._channel.find(request, generation.id, surface),
            there_s=self._timeline.mostly_short(2.0),
            back_s=self._timeline.mostly_short(2.0),
            instead=PostAmbiguousError("HTTP 500") if fails else None,
        )

    async def delete(self, request: RequestWithTakes, generation: Generation) -> None:
        await self._life.step("before a post is deleted")
        if generation.posted_message_id:
            self._channel.delete(generation.posted_message_id)
