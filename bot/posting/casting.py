"""Adds and changes cast members, and asks whether whoever is shown agrees."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace

import discord

from bot.casts.service import CastService, Waiting
from bot.errors import InvalidImageError, InvalidRequestError, NotAllowedError, NotFoundError
from bot.models.cast import CastDetails, CastKind, CastMember, Proposal, Sharing, Viewer
from bot.models.references import ReferenceRole, StoredImage
from bot.posting.answering import Interaction, answer
from bot.posting.cast_pictures import CastPictures
from bot.posting.taking_in import Attachments
from bot.posting.viewing import viewer_of
from bot.posting.wishes import Picture
from bot.ui.cast_card import agreement_view, dropped_view, member_view, refused_view

_FRONT = 1
"""Position of the front view; the further ones follow."""
_SEND_AGAIN = "Nothing was changed. Send it again with another picture."


@dataclass(frozen=True, slots=True)
class Views:
    """Pictures that were attached just now, not yet looked at."""

    front: discord.Attachment | None
    angles: tuple[discord.Attachment | None, ...] = ()
    """By their numbers; ``None`` where nothing was attached."""

    def pictures(self) -> list[Picture]:
        """The same under the names by which people know them."""
        image = ReferenceRole.IMAGE
        front = [Picture("front", image, _FRONT, self.front)] if self.front else []
        return front + [
            Picture(f"angle{number}", image, _FRONT + number, view)
            for number, view in enumerate(self.angles, start=1)
            if view is not None
        ]


@dataclass(frozen=True, slots=True)
class _Taken:
    """The same after a look."""

    front: StoredImage | None
    angles: tuple[StoredImage, ...]
    wrong: str
    """What is the matter with the others, a line each."""

    def over(self, details: CastDetails) -> CastDetails:
        """New pictures in place of old ones: the front by itself, the further views together."""
        return replace(
            details, front=self.front or details.front, angles=self.angles or details.angles
        )


class Casting:
    """Answers acknowledged interactions, always to the person alone."""

    def __init__(
        self, cast: CastService, attachments: Attachments, pictures: CastPictures, *, model: str
    ) -> None:
        self._cast = cast
        self._attachments = attachments
        self._pictures = pictures
        self._model = model
        """Whose rules pictures must keep."""

    async def add(
        self,
        interaction: Interaction,
        *,
        name: str,
        kind: CastKind,
        sharing: Sharing,
        views: Views,
    ) -> None:
        """Add a member, or ask first whether the person shown agrees."""
        taken = await self._taken_in(interaction, views)
        if taken.front is None:
            raise InvalidImageError(f"{taken.wrong}\n{_SEND_AGAIN}")
        details = CastDetails(name, kind, sharing, taken.front, taken.angles)
        await self._submit(interaction, Proposal(interaction.user.id, details), taken.wrong)

    async def change(
        self, interaction: Interaction, member_id: int, changed: CastDetails, views: Views
    ) -> None:
        """Give a member new details, or ask first; ``views`` replace what they hold."""
        taken = await self._taken_in(interaction, views)
        proposal = Proposal(interaction.user.id, taken.over(changed), member_id)
        await self._submit(interaction, proposal, taken.wrong)

    async def fix(
        self,
        interaction: Interaction,
        proposal_id: int,
        *,
        name: str,
        sharing: Sharing,
        views: Views,
    ) -> None:
        """Try a refused proposal again with other details."""
        viewer = viewer_of(interaction)
        before = await self._cast.proposal(proposal_id, viewer)
        taken = await self._taken_in(interaction, views)
        details = taken.over(replace(before.details, name=name, sharing=sharing))
        await self._submit(interaction, replace(before, details=details), taken.wrong)
        # Only now: until something else means its pictures, it keeps them.
        with contextlib.suppress(NotFoundError):
            await self._cast.withdraw(proposal_id, viewer)

    async def agree(self, interaction: Interaction, proposal_id: int) -> None:
        """The person shown agrees."""
        viewer = viewer_of(interaction)
        proposal = await self._cast.proposal(proposal_id, viewer)
        try:
            member = await self._cast.accept(proposal_id, viewer)
        except (InvalidRequestError, NotAllowedError) as error:
            await answer(interaction, refused_view(str(error), proposal_id))
            return
        await self._show_done(interaction, member, viewer, new=proposal.member_id is None)

    async def drop(self, interaction: Interaction, proposal_id: int) -> None:
        """Nobody agreed, or the person changed their mind."""
        proposal = await self._cast.withdraw(proposal_id, viewer_of(interaction))
        await answer(interaction, dropped_view(proposal))

    async def _submit(self, interaction: Interaction, proposal: Proposal, wrong: str) -> None:
        """Add or change; ``wrong`` is what is the matter with pictures that were left out."""
        viewer = viewer_of(interaction)
        if wrong:
            await self._refuse(interaction, proposal, wrong)
            return
        try:
            outcome = await self._cast.submit(proposal, viewer)
        except (InvalidRequestError, NotAllowedError) as error:
            await self._refuse(interaction, proposal, str(error))
            return
        if isinstance(outcome, Waiting):
            await self._ask(interaction, outcome, viewer)
        else:
            new = proposal.member_id is None
            await self._show_done(interaction, outcome, viewer, new=new)

    async def _refuse(self, interaction: Interaction, proposal: Proposal, words: str) -> None:
        proposal_id = await self._cast.keep_for_later(proposal)
        await answer(interaction, refused_view(words, proposal_id))

    async def _ask(self, interaction: Interaction, waiting: Waiting, viewer: Viewer) -> None:
        files = await self._pictures.strip(waiting.proposal.details.images)
        card = agreement_view(
            waiting.proposal_id,
            waiting.proposal,
            viewer,
            owner_id=waiting.owner_id,
            strip=files[0].filename if files else None,
        )
        await answer(interaction, card, files=files)

    async def _show_done(
        self, interaction: Interaction, member: CastMember, viewer: Viewer, *, new: bool
    ) -> None:
        files = await self._pictures.strip(member.details.images)
        news = "Added to the cast." if new else "Changed."
        if new and member.details.kind is CastKind.OBJECT:
            news = "Added to the cast. An object needs nobody's agreement."
        card = member_view(member, viewer, strip=files[0].filename if files else None, news=news)
        await answer(interaction, card, files=files)

    async def _taken_in(self, interaction: Interaction, views: Views) -> _Taken:
        if views.pictures():
            await self._cast.check_room(viewer_of(interaction))
        kept, damaged = await self._attachments.take_in(views.pictures(), self._model)
        by_position = {reference.position: reference.image for reference in kept}
        front = by_position.pop(_FRONT, None)
        return _Taken(front, tuple(by_position.values()), "\n".join(map(str, damaged)))
