"""The desk where wishes come in: checked, then refused, or on their way to become requests."""

from __future__ import annotations

from contextlib import suppress

import aiohttp
import discord
import structlog

from bot.casts.resolving import CastResolver
from bot.errors import InvalidImageError, InvalidRequestError, QuotaExceededError, UserError
from bot.generations.choosing import check_poll
from bot.generations.drafting import DraftService
from bot.generations.mentions import named
from bot.generations.service import Actor, GenerationService
from bot.models.draft import Draft
from bot.models.references import Element, ReferenceImage
from bot.posting.answering import Interaction, acknowledge, answer
from bot.posting.reserving import Order, Reservations
from bot.posting.taking_in import Attachments
from bot.posting.viewing import viewer_of
from bot.posting.wishes import Wish
from bot.ui import answers

_log = structlog.get_logger(__name__)

_SEND_AGAIN = "Nothing was charged. Send the command again with another picture."


class Intake:
    """Acknowledges, takes the pictures in, reserves; a refusal is ephemeral and loses nothing.

    Commands, forms and buttons that repeat come in through ``receive``; a draft that was shown on a
    card is begun by ``begin``.
    """

    def __init__(
        self,
        service: GenerationService,
        drafts: DraftService,
        reservations: Reservations,
        attachments: Attachments,
        cast: CastResolver,
    ) -> None:
        self._service = service
        self._drafts = drafts
        self._reservations = reservations
        self._attachments = attachments
        self._cast = cast

    async def receive(self, interaction: Interaction, wish: Wish) -> None:
        """Turn a wish into a request, or tell the person why not."""
        try:
            self._service.check(wish.settings, wish.roles(), takes=wish.takes)
            if wish.poll:
                check_poll(takes=wish.takes, private=wish.private)
        except InvalidRequestError as error:
            await acknowledge(interaction, public=False)
            kept: tuple[ReferenceImage, ...] = ()
            with suppress(QuotaExceededError):
                kept, _ = await self._take_in(interaction, wish)
            await self._refuse(interaction, wish, wish.references + kept, error)
            return
        placeholder_id = await acknowledge(interaction, public=not wish.private)
        references = wish.references
        try:
            kept, damaged = await self._take_in(interaction, wish)
            references += kept
            if damaged:
                words = [*(str(error) for error in damaged), _SEND_AGAIN]
                raise InvalidImageError("\n".join(words))
            draft = wish.draft(interaction.user.id, references)
            elements = await self._elements(interaction, draft)
            await self._reservations.make(interaction, Order(draft, elements), placeholder_id)
        except UserError as error:
            await self._refuse(interaction, wish, references, error)

    async def begin(
        self, interaction: Interaction, draft_id: int, *, private: bool = False
    ) -> None:
        """Make the video of a draft that its owner confirmed, once however often it is pressed.

        ``private`` is what the button says of the draft, so that the acknowledgement need not wait
        for the database. A refusal keeps the draft. Raises ``NotFoundError`` for a draft that is
        gone or somebody else's.
        """
        placeholder_id = await acknowledge(interaction, public=not private)
        actor = Actor(interaction.user.id)
        if (begun := await self._service.begun(draft_id, actor)) is not None:
            await self._reservations.tell_begun(interaction, begun)
            await _close_card(interaction, answers.rendering_begun())
            return
        draft = await self._drafts.draft(draft_id, actor)
        try:
            elements = await self._elements(interaction, draft)
            order = Order(draft, elements, draft_id)
            await self._reservations.make(interaction, order, placeholder_id)
        except UserError as error:
            _log.info("request.refused", reason=type(error).__name__)
            await answer(interaction, answers.refusal(str(error), draft_id=draft_id))
            return
        await _close_card(interaction, answers.rendering_begun())

    async def _take_in(
        self, interaction: Interaction, wish: Wish
    ) -> tuple[tuple[ReferenceImage, ...], tuple[InvalidImageError, ...]]:
        """Fetch what is attached, and what is wrong with the rest; only for who may have a video.

        Raises ``QuotaExceededError``: or refused requests could fill the disk.
        """
        if wish.pictures:
            await self._service.check_quota(interaction.user.id, wish.settings, takes=wish.takes)
        return await self._attachments.take_in(wish.pictures, wish.settings.model)

    async def _elements(self, interaction: Interaction, draft: Draft) -> tuple[Element, ...]:
        """Whom the prompts name, looked up anew for who asks now. Every way in passes here."""
        return await self._cast.resolve(
            named(draft.settings.prompts()),
            viewer_of(interaction),
            origin_request_id=draft.origin.request_id if draft.origin else None,
        )

    async def _refuse(
        self,
        interaction: Interaction,
        wish: Wish,
        references: tuple[ReferenceImage, ...],
        error: UserError,
    ) -> None:
        draft_id = None
        # The form takes no pictures: with one missing it would make another video than was meant.
        if len(references) == len(wish.references) + len(wish.pictures):
            draft_id = await self._drafts.keep(wish.draft(interaction.user.id, references))
        _log.info("request.refused", reason=type(error).__name__)
        card = answers.refusal(str(error), draft_id=draft_id, typed=wish.settings.prompt)
        await answer(interaction, card)


async def _close_card(interaction: Interaction, card: discord.ui.LayoutView) -> None:
    """Take the buttons off the ephemeral card that held the one that was pressed.

    Nobody else sees it, and its buttons are answered kindly all the same: a failure is harmless.
    """
    message = interaction.message
    if message is None or not message.flags.ephemeral:
        return
    try:
        await interaction.followup.edit_message(message.id, view=card, attachments=[])
    except (discord.HTTPException, aiohttp.ClientError, OSError):
        _log.info("draft.card_not_closed")
