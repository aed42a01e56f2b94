"""Statements about reports of likenesses; each function is one transaction."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from bot.models.cast import CastReport, NewReport
from bot.store.cast_members import members_where
from bot.store.portable import storable
from bot.store.schema import cast_members, cast_reports


def report(connection: Connection, new: NewReport, now_ms: int) -> int:
    """Write a report down; a person's second one about the same member renews the first."""
    reason = storable(new.reason)
    # Two presses at once would both find nothing to renew.
    connection.execute(
        select(cast_members.c.id).where(cast_members.c.id == new.member_id).with_for_update()
    )
    renewed: int | None = connection.scalars(
        update(cast_reports)
        .where(
            cast_reports.c.member_id == new.member_id,
            cast_reports.c.reporter_id == new.reporter_id,
            cast_reports.c.settled_at_ms.is_(None),
        )
        .values(reason=reason, reported_at_ms=now_ms)
        .returning(cast_reports.c.id)
    ).first()
    if renewed is not None:
        return renewed
    report_id: int = connection.execute(
        insert(cast_reports)
        .values(
            member_id=new.member_id,
            guild_id=new.guild_id,
            reporter_id=new.reporter_id,
            reason=reason,
            reported_at_ms=now_ms,
        )
        .returning(cast_reports.c.id)
    ).scalar_one()
    return report_id


def open_reports(
    connection: Connection, guild_id: int, limit: int
) -> tuple[tuple[CastReport, ...], int]:
    """The oldest reports of a server that wait for an answer, and how many there are in all."""
    here = cast_reports.c.guild_id == guild_id
    total: int = connection.execute(
        select(func.count())
        .select_from(cast_reports)
        .join(cast_members, cast_members.c.id == cast_reports.c.member_id)
        .where(here, cast_reports.c.settled_at_ms.is_(None))
    ).scalar_one()
    return _reports(connection, here, limit), total


def open_report(connection: Connection, report_id: int, guild_id: int) -> CastReport | None:
    """One report of a server, if it still waits for an answer."""
    found = _reports(
        connection, (cast_reports.c.id == report_id) & (cast_reports.c.guild_id == guild_id), 1
    )
    return found[0] if found else None


def settle(connection: Connection, report_id: int, moderator_id: int, now_ms: int) -> bool:
    """Close a report; whether it was open."""
    settled = connection.execute(
        update(cast_reports)
        .where(cast_reports.c.id == report_id, cast_reports.c.settled_at_ms.is_(None))
        .values(settled_at_ms=now_ms, settled_by=moderator_id)
        .returning(cast_reports.c.id)
    ).scalar_one_or_none()
    return settled is not None


def settle_all_of(connection: Connection, member_id: int, moderator_id: int, now_ms: int) -> None:
    """Close every report about a member."""
    connection.execute(
        update(cast_reports)
        .where(cast_reports.c.member_id == member_id, cast_reports.c.settled_at_ms.is_(None))
        .values(settled_at_ms=now_ms, settled_by=moderator_id)
    )


def _reports(
    connection: Connection, condition: ColumnElement[bool], limit: int
) -> tuple[CastReport, ...]:
    rows = connection.execute(
        select(cast_reports)
        .join(cast_members, cast_members.c.id == cast_reports.c.member_id)
        .where(condition, cast_reports.c.settled_at_ms.is_(None))
        .order_by(cast_reports.c.id)
        .limit(limit)
    ).all()
    about = cast_members.c.id.in_([row.member_id for row in rows])
    members = {member.id: member for member in members_where(connection, about)}
    return tuple(
        CastReport(
            id=row.id,
            member=members[row.member_id],
            reporter_id=row.reporter_id,
            reason=row.reason,
            reported_at_ms=row.reported_at_ms,
        )
        for row in rows
        if row.member_id in members
    )
