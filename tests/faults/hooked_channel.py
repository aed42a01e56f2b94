"""The channel in memory, with a place to step in before and while something is posted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.generations.ports import FinishedVideo
from bot.models.generation import RequestWithTakes, Surface
from tests.generations.channel import Channel

Deed = Callable[[], Awaitable[None]]


class HookedChannel(Channel):
    """Each deed happens once."""

    before_choice: Deed | None = None
    """The generation is ``ready``, and nothing is decided."""
    before_post: Deed | None = None
    """The generation is ``posting``, and nothing is sent."""
    after_post: Deed | None = None
    """The post is visible, and the bot has not heard of it."""

    async def choose_surface(self, request: RequestWithTakes) -> Surface:
        await self._do("before_choice")
        return await super().choose_surface(request)

    async def post(self, finished: FinishedVideo, surface: Surface, *, nonce: str) -> int:
        await self._do("before_post")
        message_id = await super().post(finished, surface, nonce=nonce)
        await self._do("after_post")
        return message_id

    async def _do(self, name: str) -> None:
        deed: Deed | None = getattr(self, name)
        setattr(self, name, None)
        if deed is not None:
            await deed()
