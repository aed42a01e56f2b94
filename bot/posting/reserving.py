"""From a draft that is wanted to a request that is safe in the database, and its placeholder."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import ClapperboardError, PostError, PostImpossibleError, UnavailableError
from bot.generations.service import GenerationService
from bot.models.draft import Draft
from bot.models.generation import NewRequest, RequestWithTakes
from bot.models.references import Element
from bot.posting.answering import Interaction, answer
from bot.posting.own_cards import close_card
from bot.posting.placeholders import DiscordPlaceholders
from bot.posting.places import Place, place_of, shows_here
from bot.ui import answers, figures

_NO_DIRECT_MESSAGES = {
    Place.SERVER: "I cannot send you direct messages. Allow them in this server's privacy "
    "settings, or ask again without private. Nothing was charged.",
    Place.DIRECT: "I cannot send you direct messages. Nothing was charged.",
    Place.ELSEWHERE: "I am no member here, so your video would come by direct message, and I "
    "cannot send you any. Open a conversation with me and ask there, or have me added to this "
    "server. Nothing was charged.",
}


@dataclass(frozen=True, slots=True)
class Order:
    """A draft that shall become a request now."""

    draft: Draft
    elements: tuple[Element, ...] = ()
    """The cast that its prompts name."""
    draft_id: int | None = None
    """Where a kept draft was confirmed: it becomes one request at most."""


class Reservations:
    """Reserves, publicly or privately; what it raises has left nothing behind."""

    def __init__(self, service: GenerationService, placeholders: DiscordPlaceholders) -> None:
        self._service = service
        self._placeholders = placeholders

    async def make(
        self, interaction: Interaction, order: Order, placeholder_id: int | None
    ) -> None:
        """Reserve what an acknowledged interaction asks for, and close the draft's card.

        ``placeholder_id`` is the message of a public acknowledgement. Whoever comes second with the
        same draft is told that it has begun. Raises ``UserError`` and ``StoreError``.
        """
        if shows_here(interaction, private=order.draft.private):
            await self._make_public(interaction, order, placeholder_id)
        else:
            await self._make_private(interaction, order)

    async def tell_begun(self, interaction: Interaction, asked: RequestWithTakes) -> None:
        """Answer a press that comes too late: it has begun, and where."""
        await answer(interaction, answers.begun_already(_link(asked)))

    async def end_second_press(self, interaction: Interaction, asked: RequestWithTakes) -> None:
        """Tell the same of a button that begins, and close its card."""
        await self.tell_begun(interaction, asked)
        await close_card(interaction, answers.begun(_link(asked)))

    async def _make_public(
        self, interaction: Interaction, order: Order, placeholder_id: int | None
    ) -> None:
        self._placeholders.remember_response(interaction)
        try:
            asked = await self._reserve(
                interaction,
                order,
                channel_id=interaction.channel_id or 0,
                placeholder_id=placeholder_id,
            )
        except ClapperboardError:
            self._placeholders.forget_response(interaction)
            raise
        if asked.request.interaction_id != interaction.id:
            self._placeholders.forget_response(interaction)
            await self.end_second_press(interaction, asked)
            return
        await close_card(interaction, answers.begun(_link(asked)))

    async def _make_private(self, interaction: Interaction, order: Order) -> None:
        # The direct messages are tried before anything is reserved: a video that nobody can be
        # sent must not be paid for.
        try:
            channel_id, message_id = await self._placeholders.open_private(
                interaction.user, answers.notice("Preparing your video.")
            )
        except PostImpossibleError as error:
            raise UnavailableError(_NO_DIRECT_MESSAGES[place_of(interaction)]) from error
        except PostError as error:
            raise UnavailableError(
                "Discord is not taking direct messages just now. Nothing was charged; "
                "try again in a minute."
            ) from error
        try:
            asked = await self._reserve(
                interaction, order, channel_id=channel_id, placeholder_id=message_id
            )
        except ClapperboardError:
            await self._placeholders.take_back(channel_id, message_id)
            raise
        if asked.request.interaction_id != interaction.id:
            await self._placeholders.take_back(channel_id, message_id)
            await self.end_second_press(interaction, asked)
            return
        link = figures.message_link(asked.request, message_id)
        is_member = place_of(interaction) is not Place.ELSEWHERE
        await answer(interaction, answers.on_its_way(link, is_member=is_member))
        await close_card(interaction, answers.begun(link))

    async def _reserve(
        self,
        interaction: Interaction,
        order: Order,
        *,
        channel_id: int,
        placeholder_id: int | None,
    ) -> RequestWithTakes:
        draft, place = order.draft, place_of(interaction)
        return await self._service.create(
            NewRequest(
                interaction_id=interaction.id,
                user_id=interaction.user.id,
                user_name=interaction.user.display_name,
                guild_id=interaction.guild_id if place is Place.SERVER else None,
                channel_id=channel_id,
                private=draft.private or place is not Place.SERVER,
                settings=draft.settings,
                references=draft.references,
                takes=draft.takes,
                price_microusd=None,
                placeholder_message_id=placeholder_id,
                elements=order.elements,
                origin=draft.origin,
                poll=draft.poll,
                draft_id=order.draft_id,
            )
        )


def _link(asked: RequestWithTakes) -> str | None:
    """Address of the placeholder, where it is known."""
    request = asked.request
    if request.placeholder_message_id is None:
        return None
    return figures.message_link(request, request.placeholder_message_id)
