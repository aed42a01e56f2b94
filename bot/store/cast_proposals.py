"""Statements about cast members that wait for a word; each function is one transaction."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select

from bot.errors import StaleStateError
from bot.models.cast import CastMember, Proposal, Viewer
from bot.store.cast_members import (
    add,
    by_id,
    change,
    details_from,
    image_from,
    member_values,
    write_pictures,
)
from bot.store.schema import cast_proposal_pictures, cast_proposals

KEPT_MS = 24 * 3_600_000


def propose(connection: Connection, proposal: Proposal, now_ms: int) -> int:
    """Write a proposal down; its id."""
    proposal_id: int = connection.execute(
        insert(cast_proposals)
        .values(
            **member_values(proposal.details),
            user_id=proposal.user_id,
            member_id=proposal.member_id,
            proposed_at_ms=now_ms,
        )
        .returning(cast_proposals.c.id)
    ).scalar_one()
    write_pictures(
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
        cast_proposals.c.proposed_at_ms >= now_ms - KEPT_MS,
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
        details=details_from(row, [image_from(view) for view in views]),
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


def proposals_of(connection: Connection, user_id: int, now_ms: int) -> int:
    """How many proposals of a person wait."""
    count: int = connection.execute(
        select(func.count())
        .select_from(cast_proposals)
        .where(
            cast_proposals.c.user_id == user_id,
            cast_proposals.c.proposed_at_ms >= now_ms - KEPT_MS,
        )
    ).scalar_one()
    return count


def lapse(connection: Connection, now_ms: int) -> None:
    """Let go of the proposals that nobody answered in time."""
    _forget(connection, cast_proposals.c.proposed_at_ms < now_ms - KEPT_MS)


def _forget(connection: Connection, condition: ColumnElement[bool]) -> None:
    doomed = select(cast_proposals.c.id).where(condition)
    connection.execute(
        delete(cast_proposal_pictures).where(cast_proposal_pictures.c.proposal_id.in_(doomed))
    )
    connection.execute(delete(cast_proposals).where(condition))
