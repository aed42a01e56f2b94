"""Statements about cast members and those who are proposed; each function is one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    and_,
    delete,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from bot.errors import NameTakenError, StaleStateError
from bot.models.cast import (
    CastDetails,
    CastKind,
    CastMember,
    CastScope,
    Proposal,
    Sharing,
    Viewer,
    handle_of,
)
from bot.models.references import StoredImage
from bot.store.portable import insert_into, storable
from bot.store.schema import (
    cast_members,
    cast_pictures,
    cast_proposal_pictures,
    cast_proposals,
    request_elements,
    requests,
)

PROPOSALS_KEPT_MS = 24 * 3_600_000


def around(connection: Connection, viewer: Viewer) -> tuple[CastMember, ...]:
    """The viewer's own, and everybody's in the server that they look from."""
    mine = cast_members.c.owner_id == viewer.user_id
    here = and_(cast_members.c.guild_id == viewer.guild_id, cast_members.c.guild_id.is_not(None))
    return members_where(connection, or_(mine, here))


def by_id(connection: Connection, member_id: int) -> CastMember | None:
    """One member."""
    found = members_where(connection, cast_members.c.id == member_id)
    return found[0] if found else None


def members_where(connection: Connection, condition: ColumnElement[bool]) -> tuple[CastMember, ...]:
    """Members with their pictures, oldest first."""
    rows = connection.execute(select(cast_members).where(condition).order_by(cast_members.c.id))
    views = connection.execute(
        select(cast_pictures)
        .join(cast_members, cast_members.c.id == cast_pictures.c.member_id)
        .where(condition)
        .order_by(cast_pictures.c.member_id, cast_pictures.c.angle)
    )
    pictures: dict[int, list[StoredImage]] = {}
    for view in views:
        pictures.setdefault(view.member_id, []).append(_image(view))
    # Somebody may have removed one between the two looks.
    return tuple(_member(row, pictures[row.id]) for row in rows if row.id in pictures)


def add(connection: Connection, owner_id: int, details: CastDetails, now_ms: int) -> CastMember:
    """Write a new member; raises ``NameTakenError``."""
    member_id = connection.execute(
        insert_into(connection, cast_members)
        .values(
            **_details(details),
            **_place(details, owner_id),
            owner_id=owner_id,
            agreed_at_ms=now_ms,
            created_at_ms=now_ms,
            changed_at_ms=now_ms,
        )
        .on_conflict_do_nothing(index_elements=[cast_members.c.scope_key, cast_members.c.handle])
        .returning(cast_members.c.id)
    ).scalar_one_or_none()
    if member_id is None:
        raise NameTakenError(f"{details.sharing.key(owner_id)} has one of that name.")
    _write_pictures(connection, cast_pictures, {"member_id": member_id}, details)
    return _written(connection, member_id)


def change(
    connection: Connection,
    member_id: int,
    details: CastDetails,
    now_ms: int,
    *,
    agreed: bool = False,
) -> CastMember:
    """Give a member new details; ``agreed`` where the person shown has just agreed to them.

    Raises ``NameTakenError``, or ``StaleStateError`` if it is gone.
    """
    owner_id = connection.execute(
        select(cast_members.c.owner_id).where(cast_members.c.id == member_id).with_for_update()
    ).scalar_one_or_none()
    if owner_id is None:
        raise StaleStateError(f"Cast member {member_id} is gone.")
    try:
        with connection.begin_nested():
            connection.execute(
                update(cast_members)
                .where(cast_members.c.id == member_id)
                .values(
                    **_details(details),
                    **_place(details, owner_id),
                    **({"agreed_at_ms": now_ms} if agreed else {}),
                    changed_at_ms=now_ms,
                )
            )
    except IntegrityError as error:
        raise NameTakenError(f"{details.sharing.key(owner_id)} has one of that name.") from error
    connection.execute(delete(cast_pictures).where(cast_pictures.c.member_id == member_id))
    _write_pictures(connection, cast_pictures, {"member_id": member_id}, details)
    return _written(connection, member_id)


def remove(connection: Connection, member_id: int) -> bool:
    """Delete a member and forget its pictures; whether it was there."""
    connection.execute(delete(cast_pictures).where(cast_pictures.c.member_id == member_id))
    gone = connection.execute(
        delete(cast_members).where(cast_members.c.id == member_id).returning(cast_members.c.id)
    ).scalar_one_or_none()
    return gone is not None


def propose(connection: Connection, proposal: Proposal, now_ms: int) -> int:
    """Write a proposal down; its id."""
    proposal_id: int = connection.execute(
        insert(cast_proposals)
        .values(
            **_details(proposal.details),
            user_id=proposal.user_id,
            member_id=proposal.member_id,
            proposed_at_ms=now_ms,
        )
        .returning(cast_proposals.c.id)
    ).scalar_one()
    _write_pictures(
        connection, cast_proposal_pictures, {"proposal_id": proposal_id}, proposal.details
    )
    return proposal_id


def proposal_of(
    connection: Connection, proposal_id: int, user_id: int, now_ms: int
) -> Proposal | None:
    """A person's proposal that still waits."""
    mine = and_(
        cast_proposals.c.id == proposal_id,
        cast_proposals.c.user_id == user_id,
        cast_proposals.c.proposed_at_ms >= now_ms - PROPOSALS_KEPT_MS,
    )
    row = connection.execute(select(cast_proposals).where(mine).with_for_update()).one_or_none()
    if row is None:
        return None
    views = connection.execute(
        select(cast_proposal_pictures)
        .where(cast_proposal_pictures.c.proposal_id == proposal_id)
        .order_by(cast_proposal_pictures.c.angle)
    )
    return Proposal(
        user_id=row.user_id,
        details=_details_from(row, [_image(view) for view in views]),
        member_id=row.member_id,
    )


def take_proposal(
    connection: Connection, proposal_id: int, user_id: int, now_ms: int
) -> Proposal | None:
    """Take a person's proposal away for good: whoever gets it is the only one."""
    proposal = proposal_of(connection, proposal_id, user_id, now_ms)
    if proposal is not None:
        _forget(connection, cast_proposals.c.id == proposal_id)
    return proposal


def accept(connection: Connection, proposal_id: int, viewer: Viewer, now_ms: int) -> CastMember:
    """Make a proposal true, once.

    Raises ``StaleStateError`` where it was answered already, or is too old, or its member is not
    the person's to change any more, and ``NameTakenError``, which keeps the proposal.
    """
    proposal = take_proposal(connection, proposal_id, viewer.user_id, now_ms)
    if proposal is None:
        raise StaleStateError(f"Proposal {proposal_id} waits no more.")
    if proposal.member_id is None:
        return add(connection, viewer.user_id, proposal.details, now_ms)
    before = by_id(connection, proposal.member_id)
    if before is None or not before.is_kept_by(viewer):
        raise StaleStateError(f"Cast member {proposal.member_id} is not theirs to change.")
    return change(connection, before.id, proposal.details, now_ms, agreed=True)


def lapse(connection: Connection, now_ms: int) -> None:
    """Let go of the proposals that nobody answered in time."""
    _forget(connection, cast_proposals.c.proposed_at_ms < now_ms - PROPOSALS_KEPT_MS)


def cast_of_request(connection: Connection, request_id: int) -> tuple[int, tuple[str, ...]] | None:
    """Who asked for a request, and the names of the cast that it was made with."""
    owner_id = connection.execute(
        select(requests.c.user_id).where(requests.c.id == request_id)
    ).scalar_one_or_none()
    if owner_id is None:
        return None
    names = connection.execute(
        select(request_elements.c.name).where(
            request_elements.c.request_id == request_id, request_elements.c.angle == 0
        )
    ).scalars()
    return owner_id, tuple(names)


def _forget(connection: Connection, condition: ColumnElement[bool]) -> None:
    doomed = select(cast_proposals.c.id).where(condition)
    connection.execute(
        delete(cast_proposal_pictures).where(cast_proposal_pictures.c.proposal_id.in_(doomed))
    )
    connection.execute(delete(cast_proposals).where(condition))


def _written(connection: Connection, member_id: int) -> CastMember:
    member = by_id(connection, member_id)
    if member is None:
        raise StaleStateError(f"Cast member {member_id} is gone.")
    return member


def _details(details: CastDetails) -> dict[str, Any]:
    return {
        "name": storable(details.name),
        "kind": details.kind.value,
        "scope": details.sharing.scope.value,
        "guild_id": details.sharing.guild_id,
        "role_id": details.sharing.role_id,
    }


def _place(details: CastDetails, owner_id: int) -> dict[str, Any]:
    """Where the name must be unique."""
    return {
        "handle": storable(handle_of(details.name)),
        "scope_key": details.sharing.key(owner_id),
    }


def _write_pictures(
    connection: Connection, table: Table, whose: Mapping[str, int], details: CastDetails
) -> None:
    connection.execute(
        insert(table),
        [{**whose, "angle": angle, **asdict(image)} for angle, image in enumerate(details.images)],
    )


def _member(row: Row[Any], pictures: Iterable[StoredImage]) -> CastMember:
    return CastMember(
        id=row.id,
        owner_id=row.owner_id,
        details=_details_from(row, pictures),
        created_at_ms=row.created_at_ms,
        changed_at_ms=row.changed_at_ms,
    )


def _details_from(row: Row[Any], pictures: Iterable[StoredImage]) -> CastDetails:
    front, *angles = pictures
    return CastDetails(
        name=row.name,
        kind=CastKind(row.kind),
        sharing=Sharing(CastScope(row.scope), row.guild_id, row.role_id),
        front=front,
        angles=tuple(angles),
    )


def _image(row: Row[Any]) -> StoredImage:
    return StoredImage(row.sha256, row.media_type, row.width_px, row.height_px, row.size_bytes)
