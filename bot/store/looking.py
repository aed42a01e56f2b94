"""Looks generations up, without changing anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
    true,
)

from bot.models.generation import (
    FailureKind,
    Generation,
    GenerationState,
    Rendering,
    RequestWithTakes,
)
from bot.store.portable import BigInt, storable
from bot.store.rows import generation_from, generations_from, load_request
from bot.store.schema import generations, orphans, requests

_NOTHING_BEGUN = [FailureKind.NO_CREDITS.value, FailureKind.NOT_ACCEPTED.value]
"""Oxen said no to the first attempt: it can have left nothing behind."""
_IDS_AT_ONCE = 1_000
"""Well under the 32,766 parameters that SQLite and PostgreSQL's protocol take in a statement."""


LOST_AT_OXEN = and_(
    generations.c.failure_kind == FailureKind.LOST.value,
    generations.c.oxen_id.is_not(None),
    generations.c.free.is_(False),
)
"""Given up while Oxen had it. What is free has been taken up again before: once is enough."""

# Built once: building them takes longer than SQLite takes to answer.
_BY_ID = select(generations).where(generations.c.id == bindparam("wanted", type_=BigInt))
_RECENT_RENDER_MS = (
    select(generations.c.ready_at_ms - generations.c.accepted_at_ms)
    .join(requests, requests.c.id == generations.c.request_id)
    .where(
        requests.c.model == bindparam("model", type_=Text),
        requests.c.duration_s == bindparam("duration", type_=BigInt),
        generations.c.ready_at_ms.is_not(None),
    )
    .order_by(requests.c.id.desc(), generations.c.take.desc())
    .limit(bindparam("most", type_=Integer))
)
_BY_OXEN_ID = select(generations).where(generations.c.oxen_id == bindparam("wanted", type_=Text))


def by_id(connection: Connection, generation_id: int) -> Generation | None:
    """The generation with this id."""
    return _one(connection, _BY_ID, generation_id)


def by_oxen_id(connection: Connection, oxen_id: str) -> Generation | None:
    """The generation that Oxen knows by this id."""
    return _one(connection, _BY_OXEN_ID, storable(oxen_id))


def _one(connection: Connection, statement: Select[Any], wanted: int | str) -> Generation | None:
    row = connection.execute(statement, {"wanted": wanted}).one_or_none()
    return None if row is None else generation_from(row)


def known_oxen_ids(connection: Connection, oxen_ids: Sequence[str]) -> frozenset[str]:
    """Those of the ids that belong to a generation of ours."""
    known: set[str] = set()
    for start in range(0, len(oxen_ids), _IDS_AT_ONCE):
        some = [storable(oxen_id) for oxen_id in oxen_ids[start : start + _IDS_AT_ONCE]]
        found = connection.execute(
            select(generations.c.oxen_id).where(generations.c.oxen_id.in_(some))
        )
        known.update(found.scalars())
        others = connection.execute(select(orphans.c.oxen_id).where(orphans.c.oxen_id.in_(some)))
        known.update(others.scalars())
    return frozenset(known)


def in_states(connection: Connection, states: Sequence[GenerationState]) -> tuple[Generation, ...]:
    """All generations in these states, oldest first."""
    all_open = not any(state.is_final for state in states)
    rows = connection.execute(
        select(generations)
        .where(
            generations.c.state.in_([state.value for state in states]),
            generations.c.ended_at_ms.is_(None) if all_open else true(),
        )
        .order_by(generations.c.id)
    )
    return generations_from(rows)


def ids_in_states(connection: Connection, states: Sequence[GenerationState]) -> tuple[int, ...]:
    """The ids of all generations in these states, none of which is final, oldest first."""
    rows = connection.execute(
        select(generations.c.id)
        .where(
            generations.c.state.in_([state.value for state in states]),
            generations.c.ended_at_ms.is_(None),
        )
        .order_by(generations.c.id)
    )
    return tuple(rows.scalars())


def rendering(connection: Connection) -> tuple[Rendering, ...]:
    """All generations that Oxen has, oldest first."""
    rows = connection.execute(
        select(
            generations.c.id,
            generations.c.oxen_id,
            generations.c.accepted_at_ms,
            generations.c.cancel_requested_at_ms.is_not(None),
        )
        .where(
            generations.c.state == GenerationState.RENDERING.value,
            generations.c.ended_at_ms.is_(None),
        )
        .order_by(generations.c.id)
    )
    return tuple(
        Rendering(id_, oxen_id, accepted_at_ms or 0, bool(is_cancel_wished))
        for id_, oxen_id, accepted_at_ms, is_cancel_wished in rows
    )


def possible_parents(connection: Connection, since_ms: int) -> tuple[Generation, ...]:
    """Generations whose POST may have begun another remote one than the one they stand for.

    They ended without a remote one, or were sent twice; first attempted at ``since_ms`` or later.
    """
    rows = connection.execute(
        select(generations)
        .where(
            generations.c.first_attempted_at_ms >= since_ms,
            or_(
                and_(
                    generations.c.ended_at_ms.is_not(None),
                    generations.c.oxen_id.is_(None),
                    or_(
                        generations.c.attempts > 1,
                        generations.c.failure_kind.is_(None),
                        generations.c.failure_kind.not_in(_NOTHING_BEGUN),
                    ),
                ),
                and_(generations.c.attempts > 1, generations.c.oxen_id.is_not(None)),
            ),
        )
        .order_by(generations.c.id)
    )
    return generations_from(rows)


def open_since(connection: Connection, before_ms: int) -> tuple[Generation, ...]:
    """Generations asked for before a time that have not ended, oldest first."""
    rows = connection.execute(
        select(generations)
        .where(generations.c.ended_at_ms.is_(None), generations.c.created_at_ms < before_ms)
        .order_by(generations.c.id)
    )
    return generations_from(rows)


def hanging(
    connection: Connection,
    guild_id: int,
    before_ms: Mapping[GenerationState, int],
    *,
    undelivered_since_ms: int,
    limit: int,
) -> tuple[tuple[tuple[RequestWithTakes, Generation], ...], int]:
    """What hangs in a server; see ``GenerationStore.hanging``."""
    overdue = [
        and_(generations.c.state == state.value, generations.c.state_since_ms <= since_ms)
        for state, since_ms in before_ms.items()
    ]
    undelivered = and_(
        generations.c.failure_kind == FailureKind.UNDELIVERABLE.value,
        generations.c.ended_at_ms >= undelivered_since_ms,
        generations.c.result_filename.is_not(None),
    )
    hangs = and_(
        requests.c.guild_id == guild_id,
        or_(and_(generations.c.ended_at_ms.is_(None), or_(false(), *overdue)), undelivered),
    )
    total: int = connection.execute(
        select(func.count()).select_from(generations.join(requests)).where(hangs)
    ).scalar_one()
    rows = connection.execute(
        select(generations)
        .join(requests)
        .where(hangs)
        .order_by(generations.c.ended_at_ms.is_not(None), generations.c.id)
        .limit(limit)
    )
    found = []
    for generation in generations_from(rows):
        asked = load_request(connection, generation.request_id)
        if asked is not None:
            found.append((asked, generation))
    return tuple(found), total


def lost(connection: Connection, since_ms: int) -> tuple[Rendering, ...]:
    """What failed as lost since a time although Oxen had it, and was not taken up again yet."""
    rows = connection.execute(
        select(generations.c.id, generations.c.oxen_id, generations.c.accepted_at_ms)
        .where(LOST_AT_OXEN, generations.c.ended_at_ms >= since_ms)
        .order_by(generations.c.id)
    )
    return tuple(
        Rendering(id_, oxen_id, accepted_at_ms or 0, is_cancel_wished=True)
        for id_, oxen_id, accepted_at_ms in rows
    )


def cards_to_check(connection: Connection, limit: int) -> tuple[int, ...]:
    """Requests whose placeholder may be behind, the ended ones first.

    All whose end it does not show yet, and ``limit`` of those under way: the latest to change.
    """
    under_way = exists().where(
        generations.c.request_id == requests.c.id, generations.c.ended_at_ms.is_(None)
    )
    unsettled = requests.c.placeholder_settled.is_(False)
    ended = connection.execute(
        select(requests.c.id).where(unsettled, ~under_way).order_by(requests.c.id)
    )
    latest = connection.execute(
        select(requests.c.id)
        .join(generations, generations.c.request_id == requests.c.id)
        .where(unsettled, generations.c.ended_at_ms.is_(None))
        .group_by(requests.c.id)
        .order_by(func.max(generations.c.state_since_ms).desc(), requests.c.id)
        .limit(limit)
    )
    return *ended.scalars(), *latest.scalars()


def recent_render_ms(
    connection: Connection, model: str, duration_s: int, limit: int
) -> tuple[int, ...]:
    """Times from acceptance to the result, of the latest requests like this one, latest first."""
    wanted = {"model": model, "duration": duration_s, "most": limit}
    return tuple(connection.execute(_RECENT_RENDER_MS, wanted).scalars())
