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
    Sharing,
    Viewer,
    handle_of,
)
from bot.models.references import StoredImage
from bot.store.portable import insert_into, storable
from bot.store.schema import (
    cast_members,
    cast_pictures,
    request_elements,
    requests,
)


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
        pictures.setdefault(view.member_id, []).append(image_from(view))
    # Somebody may have removed one between the two looks.
    return tuple(_member(row, pictures[row.id]) for row in rows if row.id in pictures)


def add(connection: Connection, owner_id: int, details: CastDetails, now_ms: int) -> CastMember:
    """Write a new member; raises ``NameTakenError``."""
    member_id = connection.execute(
        insert_into(connection, cast_members)
        .values(
            **member_values(details),
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
    write_pictures(connection, cast_pictures, {"member_id": member_id}, details)
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
                    **member_values(details),
                    **_place(details, owner_id),
                    **({"agreed_at_ms": now_ms} if agreed else {}),
                    changed_at_ms=now_ms,
                )
            )
    except IntegrityError as error:
        raise NameTakenError(f"{details.sharing.key(owner_id)} has one of that name.") from error
    connection.execute(delete(cast_pictures).where(cast_pictures.c.member_id == member_id))
    write_pictures(connection, cast_pictures, {"member_id": member_id}, details)
    return _written(connection, member_id)


def remove(connection: Connection, member_id: int) -> bool:
    """Delete a member and forget its pictures; whether it was there."""
    connection.execute(delete(cast_pictures).where(cast_pictures.c.member_id == member_id))
    gone = connection.execute(
        delete(cast_members).where(cast_members.c.id == member_id).returning(cast_members.c.id)
    ).scalar_one_or_none()
    return gone is not None


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


def _written(connection: Connection, member_id: int) -> CastMember:
    member = by_id(connection, member_id)
    if member is None:
        raise StaleStateError(f"Cast member {member_id} is gone.")
    return member


def member_values(details: CastDetails) -> dict[str, Any]:
    """What a person decided, as the columns that members and proposals have alike."""
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


def write_pictures(
    connection: Connection, table: Table, whose: Mapping[str, int], details: CastDetails
) -> None:
    """Write the views down in their order; ``whose`` is the column of their member or proposal."""
    connection.execute(
        insert(table),
        [{**whose, "angle": angle, **asdict(image)} for angle, image in enumerate(details.images)],
    )


def _member(row: Row[Any], pictures: Iterable[StoredImage]) -> CastMember:
    return CastMember(
        id=row.id,
        owner_id=row.owner_id,
        details=details_from(row, pictures),
        created_at_ms=row.created_at_ms,
        changed_at_ms=row.changed_at_ms,
    )


def details_from(row: Row[Any], pictures: Iterable[StoredImage]) -> CastDetails:
    """Read back what ``member_values`` wrote; the front view comes first."""
    front, *angles = pictures
    return CastDetails(
        name=row.name,
        kind=CastKind(row.kind),
        sharing=Sharing(CastScope(row.scope), row.guild_id, row.role_id),
        front=front,
        angles=tuple(angles),
    )


def image_from(row: Row[Any]) -> StoredImage:
    """One view."""
    return StoredImage(row.sha256, row.media_type, row.width_px, row.height_px, row.size_bytes)
