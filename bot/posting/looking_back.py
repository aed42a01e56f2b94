"""Shows people their own work: the cards of a search, with frames of the videos."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import discord
from discord import ui

from bot.generations.actor import Actor
from bot.generations.history import HistoryService, Search
from bot.generations.service import GenerationService
from bot.models.generation import GenerationState, RequestWithTakes
from bot.posting.answering import Interaction, answer
from bot.posting.reading import check_readable
from bot.ui.card import button, buttons
from bot.ui.custom_ids import Action
from bot.ui.history_card import history_view, show_view

_THUMBNAIL_PX = 256
_POSTER_PX = 720


class LookingBack:
    """Answers with one's own requests. The interactions are acknowledged before."""

    def __init__(self, history: HistoryService, generations: GenerationService) -> None:
        self._history = history
        self._generations = generations

    async def page(self, interaction: Interaction, search: Search, number: int) -> None:
        """A page of what a search finds."""
        page = await self._history.page(interaction.user.id, search, number)
        files = await asyncio.gather(
            *(self._poster(asked, side_px=_THUMBNAIL_PX) for asked in page.requests)
        )
        named = {
            asked.request.id: file.filename
            for asked, file in zip(page.requests, files, strict=True)
            if file is not None
        }
        card = history_view(
            page, search, posters=named, display_name=self._generations.display_name
        )
        await answer(interaction, card, files=[file for file in files if file is not None])

    async def turned(self, interaction: Interaction, search: Search, number: int) -> None:
        """The same for a search that a button brought."""
        await self.page(interaction, await self._history.named(interaction.user.id, search), number)

    async def one(self, interaction: Interaction, request_id: int, actor: Actor) -> None:
        """One request, with all that can be done."""
        asked = await self._generations.request(request_id, actor)
        check_readable(interaction, asked.request)
        poster = await self._poster(asked, side_px=_POSTER_PX)
        card = show_view(
            asked,
            model_name=self._generations.display_name(asked.request.settings.model),
            poster=poster.filename if poster else None,
            action_row=_actions(asked),
        )
        await answer(interaction, card, files=[poster] if poster else [])

    async def _poster(self, asked: RequestWithTakes, *, side_px: int) -> discord.File | None:
        drawn = await self._history.poster(asked, side_px=side_px)
        if drawn is None:
            return None
        return discord.File(io.BytesIO(drawn), filename=f"video{asked.request.id}.jpg")


def _actions(asked: RequestWithTakes) -> ui.ActionRow[Any]:
    """As below the video itself; of several takes, for the first that is there."""
    request_id = asked.request.id
    row = [button("Again", Action.AGAIN, request_id), button("Edit", Action.EDIT, request_id)]
    for take in asked.generations:
        if take.state is GenerationState.DELIVERED:
            row += [
                button("Continue", Action.CONTINUE, take.id),
                button("More…", Action.MORE, take.id),
            ]
            break
    return buttons(*row)
