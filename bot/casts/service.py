"""What people may do with the cast: add, find, change and remove its members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from bot.casts.names import check_name, did_you_mean, mentioned
from bot.casts.ports import CastStore, PictureKeeper
from bot.casts.resolving import usable_by_handle
from bot.errors import (
    InvalidRequestError,
    NameTakenError,
    NotAllowedError,
    NotFoundError,
    StaleStateError,
)
from bot.models.cast import (
    CastDetails,
    CastKind,
    CastMember,
    CastScope,
    Proposal,
    Sharing,
    Viewer,
    as_typed,
    by_precedence,
    handle_of,
)
from bot.models.clock import Clock

MAX_PER_PERSON = 100
"""Some 4 GB of the largest pictures: a guard for the disk, not a limit that anybody should meet."""

_MAX_WAITING = 25
"""Proposals of one person: their pictures lie on the disk, too."""

_log = structlog.get_logger(__name__)
_ANSWERED = (
    "That was answered already, or waited longer than a day. Nothing was changed just now; "
    "start again with /cast add or /cast edit."
)
_GONE = "That cast member is not here any more."


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal that waits for the word that the person shown agrees."""

    proposal_id: int
    proposal: Proposal
    owner_id: int
    """Whose it is, which for a change by a moderator is somebody else."""


class CastService:
    """The rules of the cast. Everything raises ``UserError`` with words for the person."""

    def __init__(self, store: CastStore, pictures: PictureKeeper, *, clock: Clock) -> None:
        self._store = store
        self._pictures = pictures
        self._clock = clock

    async def usable(self, viewer: Viewer) -> tuple[CastMember, ...]:
        """Whom the viewer's prompts can name, one for each name."""
        members = usable_by_handle(await self._store.around(viewer), viewer)
        return tuple(members.values())

    async def visible(self, viewer: Viewer) -> tuple[CastMember, ...]:
        """Whom the viewer may know of, in the order in which names are looked up."""
        members = by_precedence(await self._store.around(viewer), viewer)
        return tuple(member for member in members if member.is_visible_to(viewer))

    async def find(self, typed: str, viewer: Viewer) -> CastMember:
        """The member that was typed or chosen; raises ``NotFoundError`` with the nearest names.

        Where a name stands for several, ``address`` tells the further ones apart.
        """
        name, _, number = as_typed(typed).partition(_MARK)
        visible = await self.visible(viewer)
        for member in visible:
            if handle_of(member.name) == handle_of(name) and number in {"", str(member.id)}:
                return member
        hint = did_you_mean(name, [member.name for member in visible])
        raise NotFoundError(
            f"Nobody in the cast is called that. {hint or 'See who there is with /cast list.'}"
        )

    async def member(self, member_id: int, viewer: Viewer) -> CastMember:
        """A member that the viewer may know of; raises ``NotFoundError``."""
        member = await self._store.member(member_id)
        if member is None or not member.is_visible_to(viewer):
            raise NotFoundError(_GONE)
        return member

    async def kept(self, member_id: int, viewer: Viewer, deed: str) -> CastMember:
        """A member that the viewer may change; raises ``NotAllowedError`` too."""
        member = await self.member(member_id, viewer)
        if not member.is_kept_by(viewer):
            raise NotAllowedError(
                f"Only <@{member.owner_id}>, who added {mentioned(member.name)}, "
                f"or a moderator can {deed}."
            )
        return member

    async def check_room(self, viewer: Viewer) -> None:
        """Raise ``InvalidRequestError`` where a person's pictures take enough of the disk.

        For before any are fetched.
        """
        waiting = await self._store.proposals_of(viewer.user_id, now_ms=self._clock())
        if waiting >= _MAX_WAITING:
            raise InvalidRequestError(
                f"{waiting} of yours wait for your word, which is the most. "
                "Press Cancel on some, or try again tomorrow."
            )

    async def submit(self, proposal: Proposal, viewer: Viewer) -> CastMember | Waiting:
        """Add or change a member; one that shows somebody waits until they are said to agree.

        Raises ``InvalidRequestError`` for a name or a sharing that cannot be.
        """
        before = None
        if proposal.member_id is not None:
            before = await self.kept(proposal.member_id, viewer, "change it")
        details = proposal.details
        check_name(details.name)
        owner_id = before.owner_id if before else viewer.user_id
        if before is None or before.sharing != details.sharing:
            _check_sharing(details.sharing, viewer, owner_id)
        await self._check_room(proposal, owner_id, viewer)
        if _needs_agreement(before, proposal):
            proposal_id = await self._store.propose(proposal, now_ms=self._clock())
            return Waiting(proposal_id, proposal, owner_id)
        try:
            if before is None:
                member = await self._store.add(owner_id, details, now_ms=self._clock())
            else:
                member = await self._store.change(before.id, details, now_ms=self._clock())
        except NameTakenError as error:
            raise _taken(proposal) from error
        except StaleStateError as error:
            raise NotFoundError(_GONE) from error
        if before is not None:
            await self._let_go(before.details)
        _log.info("cast.changed" if before else "cast.added", member=member.id)
        return member

    async def keep_for_later(self, proposal: Proposal) -> int:
        """Keep what was refused, for a form that opens it again; its id."""
        return await self._store.propose(proposal, now_ms=self._clock())

    async def proposal(self, proposal_id: int, viewer: Viewer) -> Proposal:
        """What the person proposed and has not confirmed; raises ``NotFoundError``."""
        found = await self._store.proposal(proposal_id, viewer.user_id, now_ms=self._clock())
        if found is None:
            raise NotFoundError(_ANSWERED)
        return found

    async def accept(self, proposal_id: int, viewer: Viewer) -> CastMember:
        """The person shown agrees: add or change the member, once.

        Raises ``NotFoundError`` where it does not wait any more, ``InvalidRequestError`` where the
        name has been taken meanwhile.
        """
        proposal = await self.proposal(proposal_id, viewer)
        check_name(proposal.details.name)
        if proposal.member_id is None:
            _check_sharing(proposal.details.sharing, viewer, viewer.user_id)
        before = await self._store.member(proposal.member_id) if proposal.member_id else None
        try:
            member = await self._store.accept(proposal_id, viewer, now_ms=self._clock())
        except NameTakenError as error:
            raise _taken(proposal) from error
        except StaleStateError as error:
            raise NotFoundError(_ANSWERED) from error
        if before is not None:
            await self._let_go(before.details)
        _log.info("cast.agreed", member=member.id)
        return member

    async def withdraw(self, proposal_id: int, viewer: Viewer) -> Proposal:
        """The person changed their mind; raises ``NotFoundError``."""
        found = await self._store.withdraw(proposal_id, viewer.user_id, now_ms=self._clock())
        if found is None:
            raise NotFoundError(_ANSWERED)
        await self._let_go(found.details)
        return found

    async def remove(self, member_id: int, viewer: Viewer) -> CastMember:
        """Take a member out of the cast; prompts that name it are refused from then on."""
        member = await self.kept(member_id, viewer, "remove it")
        if not await self._store.remove(member.id):
            raise NotFoundError(_GONE)
        await self._let_go(member.details)
        _log.info("cast.removed", member=member.id)
        return member

    async def _let_go(self, details: CastDetails) -> None:
        """Their bytes leave, unless something else means the same pictures."""
        await self._pictures.let_go([image.sha256 for image in details.images])

    async def _check_room(self, proposal: Proposal, owner_id: int, viewer: Viewer) -> None:
        """Find early what the database would refuse: before anybody is asked to agree."""
        around = await self._store.around(replace(viewer, user_id=owner_id))
        mine = [member for member in around if member.owner_id == owner_id]
        if proposal.member_id is None and len(mine) >= MAX_PER_PERSON:
            raise InvalidRequestError(
                f"You have {len(mine)} in the cast, which is the most. "
                "Remove one with /cast remove first."
            )
        wanted = (proposal.details.sharing.key(owner_id), handle_of(proposal.details.name))
        for member in around:
            there = (member.sharing.key(member.owner_id), handle_of(member.name))
            if there == wanted and member.id != proposal.member_id:
                raise _taken(proposal)


_MARK = "#"


def address(member: CastMember, visible: Sequence[CastMember]) -> str:
    """What ``find`` finds this very member by: its name, with its number where need be."""
    first = next((one for one in visible if handle_of(one.name) == handle_of(member.name)), member)
    return member.name if first.id == member.id else f"{member.name}{_MARK}{member.id}"


def _check_sharing(sharing: Sharing, viewer: Viewer, owner_id: int) -> None:
    if sharing.scope is CastScope.PRIVATE:
        if viewer.user_id != owner_id:
            raise NotAllowedError(f"Only <@{owner_id}> can make that private; you can remove it.")
        return
    if viewer.guild_id is None or sharing.guild_id != viewer.guild_id:
        raise InvalidRequestError(
            "There is no server here to share with. Leave share at private, "
            "or do this in the server."
        )
    if sharing.scope is not CastScope.TEAM:
        return
    if sharing.role_id is None:
        raise InvalidRequestError("A team is a role of this server: choose it as team.")
    if sharing.role_id == viewer.guild_id:
        raise InvalidRequestError("That is everybody here: choose share: server for that.")
    if sharing.role_id not in viewer.role_ids and not viewer.is_moderator:
        raise NotAllowedError(
            "You can share with a team that you belong to; you do not have that role. "
            "A moderator can share with any."
        )


def _needs_agreement(before: CastMember | None, proposal: Proposal) -> bool:
    """Whether somebody is shown anew, or to more people than agreed."""
    details = proposal.details
    if details.kind is not CastKind.CHARACTER:
        return False
    if before is None or set(details.images) - set(before.details.images):
        return True
    narrower = details.sharing.scope is CastScope.PRIVATE or (
        before.sharing.scope is CastScope.SERVER
        and before.sharing.guild_id == details.sharing.guild_id
    )
    return details.sharing != before.sharing and not narrower


def _taken(proposal: Proposal) -> InvalidRequestError:
    where = {
        CastScope.PRIVATE: "your private cast",
        CastScope.SERVER: "this server's cast",
        CastScope.TEAM: "that team's cast",
    }[proposal.details.sharing.scope]
    return InvalidRequestError(
        f"{mentioned(proposal.details.name)} is taken in {where}. "
        "Choose another name, or change the one there with /cast edit."
    )
