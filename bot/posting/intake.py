"""The desk where wishes come in: checked, then refused, or on their way to become requests."""

from __future__ import annotations

from contextlib import suppress

import structlog

from bot.casts.resolving import CastResolver
from bot.errors import (
    BeyondFormError,
    InvalidImageError,
    InvalidRequestError,
    QuotaExceededError,
    UnavailableError,
    UserError,
)
from bot.generations.choosing import check_poll
from bot.generations.drafting import DraftService
from bot.generations.mentions import named
from bot.generations.quoting import QuoteService
from bot.generations.service import GenerationService
from bot.generations.storyboards import is_storyboard
from bot.models.draft import Draft
from bot.models.references import Element, ReferenceImage
from bot.posting.answering import (
    Interaction,
    acknowledge,
    acknowledge_in_place,
    answer,
)
from bot.posting.buttons import actor_of
from bot.posting.draft_cards import DraftCards
from bot.posting.own_cards import acknowledge_alone, close_card
from bot.posting.places import Place, place_of, shows_here
from bot.posting.reserving import Order, Reservations
from bot.posting.rush import Rush
from bot.posting.storyboard_desk import StoryboardDesk
from bot.posting.taking_in import Attachments
from bot.posting.viewing import viewer_of
from bot.posting.wishes import First, Press, Wish
from bot.ui import answers
from bot.ui.custom_ids import Action

_log = structlog.get_logger(__name__)

_SEND_AGAIN = "Nothing was charged. Send the command again with another picture."
_CHANGED = "This has changed meanwhile, so nothing has begun. This is how it is now."

_EDIT_FOR = {
    First.NOTHING: Action.DRAFT,
    First.QUOTE: Action.DRAFT_QUOTED,
    First.PREVIEW: Action.DRAFT_PREVIEWED,
}


class Intake:
    """Acknowledges, takes the pictures in, asks where that is due, reserves.

    Commands, forms and buttons that repeat come in through ``receive``. A draft that stands on a
    card is begun by ``begin``. A refusal is ephemeral, costs nothing and loses nothing.
    """

    def __init__(
        self,
        service: GenerationService,
        drafts: DraftService,
        quotes: QuoteService,
        *,
        reservations: Reservations,
        attachments: Attachments,
        cast: CastResolver,
        cards: DraftCards,
        storyboards: StoryboardDesk,
    ) -> None:
        self._service = service
        self._drafts = drafts
        self._quotes = quotes
        self._reservations = reservations
        self._attachments = attachments
        self._cast = cast
        self._cards = cards
        self._storyboards = storyboards
        self._rush = Rush()

    async def receive(self, interaction: Interaction, wish: Wish) -> None:
        """Turn a wish into a request, or into a question, or tell the person why not."""
        try:
            self._service.check(wish.settings, wish.roles(), takes=wish.takes)
            if wish.poll:
                check_poll(takes=wish.takes, private=not _is_watched(interaction, wish))
        except InvalidRequestError as error:
            await acknowledge_alone(interaction)
            kept: tuple[ReferenceImage, ...] = ()
            with suppress(QuotaExceededError, UnavailableError):
                kept, _ = await self._take_in(interaction, wish)
            await self._refuse(interaction, wish, wish.references + kept, error)
            return
        first = wish.first
        if first is First.NOTHING and self._quotes.asks(wish.settings, takes=wish.takes):
            first = First.QUOTE
        placeholder_id = await self._rush.first(_acknowledge(interaction, wish, first))
        references = wish.references
        try:
            kept, damaged = await self._take_in(interaction, wish)
            references += kept
            if damaged:
                words = [*(str(error) for error in damaged), _SEND_AGAIN]
                raise InvalidImageError("\n".join(words))
            draft = wish.draft(interaction.user.id, references)
            elements = await self._elements(interaction, draft)
            if first is not First.NOTHING:
                preview = first is First.PREVIEW
                show = self._cards.show_preview if preview else self._cards.show_quote
                await show(interaction, await self._drafts.keep(draft), draft, elements)
                return
            await self._reservations.make(interaction, Order(draft, elements), placeholder_id)
        except UserError as error:
            await self._refuse(interaction, wish, references, error)

    async def begin(self, interaction: Interaction, press: Press) -> None:
        """Make the video of a draft that its owner confirmed, once however often it is pressed.

        The acknowledgement goes by what the button says, so that it need not wait for the database.
        What the card does not show as it is now is shown in its place, and not begun. A refusal
        keeps the draft. Raises ``NotFoundError`` for a draft that is gone or somebody else's.
        """
        placeholder_id = await acknowledge(
            interaction, public=shows_here(interaction, private=press.private)
        )
        draft_id, actor = press.draft_id, actor_of(interaction)
        if (begun := await self._service.begun(draft_id, actor)) is not None:
            await self._reservations.end_second_press(interaction, begun)
            return
        draft = await self._drafts.draft(draft_id, actor)
        try:
            elements = await self._elements(interaction, draft)
            if not self._cards.agreed(interaction, press, draft, elements):
                await self._show_changed(interaction, draft_id, draft, elements)
                return
            order = Order(draft, elements, draft_id)
            await self._reservations.make(interaction, order, placeholder_id)
        except UserError as error:
            await _tell_draft_refused(interaction, error, draft_id, draft, first=First.QUOTE)

    async def preview(self, interaction: Interaction, draft_id: int) -> None:
        """Draw the animatic of a draft for its owner, free of charge.

        Raises ``NotFoundError`` for a draft that is gone or somebody else's.
        """
        await acknowledge(interaction, public=False)
        draft = await self._drafts.draft(draft_id, actor_of(interaction))
        try:
            elements = await self._elements(interaction, draft)
            await self._cards.show_preview(interaction, draft_id, draft, elements)
        except UserError as error:
            await _tell_draft_refused(interaction, error, draft_id, draft, first=First.PREVIEW)

    async def discard(self, interaction: Interaction, draft_id: int) -> None:
        """Forget a draft, and say so in the place of its card."""
        await acknowledge_in_place(interaction)
        actor = actor_of(interaction)
        if (begun := await self._service.begun(draft_id, actor)) is not None:
            await self._reservations.tell_begun(interaction, begun)
            return
        await self._drafts.discard(draft_id, actor)
        await answer(interaction, answers.discarded())

    async def _show_changed(
        self, interaction: Interaction, draft_id: int, draft: Draft, elements: tuple[Element, ...]
    ) -> None:
        if is_storyboard(draft):
            await self._storyboards.open_kept(interaction, draft_id, draft, _CHANGED)
        else:
            await self._cards.show_quote(interaction, draft_id, draft, elements, note=_CHANGED)
        await close_card(interaction, answers.changed_meanwhile())

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
        """Whom the prompts name, looked up anew for who asks now; every way in passes here.

        Their pictures, and the draft's own, stay where they are from now on. Raises ``UserError``
        where somebody or a picture is not there, or the model would not take it with them.
        """
        elements = await self._cast.resolve(
            named(draft.settings.prompts()),
            viewer_of(interaction),
            origin_request_id=draft.origin.request_id if draft.origin else None,
        )
        roles = [reference.role for reference in draft.references]
        self._service.check(draft.settings, roles, takes=draft.takes, cast=elements)
        await self._attachments.hold(draft.references, elements)
        return elements

    async def _refuse(
        self,
        interaction: Interaction,
        wish: Wish,
        references: tuple[ReferenceImage, ...],
        error: UserError,
    ) -> None:
        draft_id = None
        # The form takes no pictures: with one missing it would make another video than was meant.
        attached = sum(not picture.comes_again for picture in wish.pictures)
        if len(references) >= len(wish.references) + attached:
            draft_id = await self._drafts.keep(wish.draft(interaction.user.id, references))
        too_many = isinstance(error, QuotaExceededError) and wish.takes > 1
        await _tell_refused(
            interaction,
            error,
            draft_id,
            first=wish.first,
            typed=wish.settings.prompt,
            # A storyboard's own card changes all of it.
            by_command=not wish.settings.shots and (too_many or isinstance(error, BeyondFormError)),
        )


async def _acknowledge(interaction: Interaction, wish: Wish, first: First) -> int | None:
    """Acknowledge where the answer will stand; the placeholder, if it is one already."""
    if first is not First.NOTHING:
        await acknowledge_alone(interaction)
        return None
    return await acknowledge(interaction, public=shows_here(interaction, private=wish.private))


def _is_watched(interaction: Interaction, wish: Wish) -> bool:
    """Whether others see the video where it appears."""
    return place_of(interaction) is Place.SERVER and not wish.private


async def _tell_draft_refused(
    interaction: Interaction, error: UserError, draft_id: int, draft: Draft, *, first: First
) -> None:
    """The same for a draft that stands on a card; a storyboard's own card changes all of it."""
    by_command = isinstance(error, BeyondFormError) and not is_storyboard(draft)
    typed = draft.settings.prompt
    await _tell_refused(
        interaction, error, draft_id, first=first, typed=typed, by_command=by_command
    )


async def _tell_refused(
    interaction: Interaction,
    error: UserError,
    draft_id: int | None,
    *,
    first: First,
    typed: str = "",
    by_command: bool = False,
) -> None:
    """Refuse, with a button to change the draft and then see ``first`` what was to be seen."""
    _log.info("request.refused", reason=type(error).__name__)
    card = answers.refusal(
        str(error), draft_id=draft_id, typed=typed, edit=_EDIT_FOR[first], by_command=by_command
    )
    await answer(interaction, card)
