"""Looks generations up, without changing anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
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
"""Where no attempt counts: it was refused before one was made, or Oxen said no to it."""
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
_SOME = bindparam("some", expanding=True, type_=Text)
_KNOWN = select(generations.c.oxen_id).where(generations.c.oxen_id.in_(_SOME))
_KNOWN_ORPHANS = select(orphans.c.oxen_id).where(orphans.c.oxen_id.in_(_SOME))
_RENDERING = (
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
_SINCE = bindparam("since", type_=BigInt)
_POSSIBLE_PARENTS = (
    select(generations)
    .where(
        generations.c.first_attempted_at_ms >= _SINCE,
        or_(
            and_(
                generations.c.ended_at_ms.is_not(None),
                generations.c.oxen_id.is_(None),
                or_(
                    generations.c.attempts > 0,
                    generations.c.failure_kind.is_(None),
                    generations.c.failure_kind.not_in(_NOTHING_BEGUN),
                ),
            ),
            and_(generations.c.attempts > 1, generations.c.oxen_id.is_not(None)),
        ),
    )
    .order_by(generations.c.id)
)
_OPEN_SINCE = (
    select(generations)
    .where(
        generations.c.ended_at_ms.is_(None),
        generations.c.created_at_ms < bindparam("before", type_=BigInt),
    )
    .order_by(generations.c.id)
)
_LOST = (
    select(generations.c.id, generations.c.oxen_id, generations.c.accepted_at_ms)
    .where(LOST_AT_OXEN, generations.c.ended_at_ms >= _SINCE)
    .order_by(generations.c.id)
)
_UNSETTLED = requests.c.placeholder_settled.is_(False)
_ENDED_CARDS = (
    select(requests.c.id)
    .where(
        _UNSETTLED,
        ~exists().where(
            generations.c.request_id == requests.c.id, generations.c.ended_at_ms.is_(None)
        ),
    )
    .order_by(requests.c.id)
)
_LATEST_CARDS = (
    select(requests.c.id)
    .join(generations, generations.c.request_id == requests.c.id)
    .where(_UNSETTLED, generations.c.ended_at_ms.is_(None))
    .group_by(requests.c.id)
    .order_by(func.max(generations.c.state_since_ms).desc(), requests.c.id)
    .limit(bindparam("most", type_=Integer))
)


@cache
def _in_states(*states: GenerationState) -> Select[Any]:
    found = select(generations).where(generations.c.state.in_([state.value for state in states]))
    if not any(state.is_final for state in states):
        found = found.where(generations.c.ended_at_ms.is_(None))
    return found.order_by(generations.c.id)


@cache
def _ids_in_states(*states: GenerationState) -> Select[Any]:
    return _in_states(*states).with_only_columns(generations.c.id)


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
        for statement in (_KNOWN, _KNOWN_ORPHANS):
            known.update(connection.execute(statement, {"some": some}).scalars())
    return frozenset(known)


def in_states(connection: Connection, states: Sequence[GenerationState]) -> tuple[Generation, ...]:
    """All generations in these states, oldest first."""
    return generations_from(connection.execute(_in_states(*states)))


def ids_in_states(connection: Connection, states: Sequence[GenerationState]) -> tuple[int, ...]:
    """The ids of all generations in these states, oldest first."""
    return tuple(connection.execute(_ids_in_states(*states)).scalars())


def rendering(connection: Connection) -> tuple[Rendering, ...]:
    """All generations that Oxen has, oldest first."""
    return tuple(
        Rendering(id_, oxen_id, accepted_at_ms or 0, bool(is_cancel_wished))
        for id_, oxen_id, accepted_at_ms, is_cancel_wished in connection.execute(_RENDERING)
    )


def possible_parents(connection: Connection, since_ms: int) -> tuple[Generation, ...]:
    """Generations whose POST may have begun another remote one than the one they stand for.

    They ended without a remote one, or were sent twice; first attempted at ``since_ms`` or later.
    """
    return generations_from(connection.execute(_POSSIBLE_PARENTS, {"since": since_ms}))


def open_since(connection: Connection, before_ms: int) -> tuple[Generation, ...]:
    """Generations asked for before a time that have not ended, oldest first."""
    return generations_from(connection.execute(_OPEN_SINCE, {"before": before_ms}))


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
    return tuple(
        Rendering(id_, oxen_id, accepted_at_ms or 0, is_cancel_wished=True)
        for id_, oxen_id, accepted_at_ms in connection.execute(_LOST, {"since": since_ms})
    )


def cards_to_check(connection: Connection, limit: int) -> tuple[int, ...]:
    """Requests whose placeholder may be behind, the ended ones first.

    All whose end it does not show yet, and ``limit`` of those under way: the latest to change.
    """
    ended = connection.execute(_ENDED_CARDS)
    latest = connection.execute(_LATEST_CARDS, {"most": limit})
    return *ended.scalars(), *latest.scalars()


def recent_render_ms(
    connection: Connection, model: str, duration_s: int, limit: int
) -> tuple[int, ...]:
    """Times from acceptance to the result, of the latest requests like this one, latest first."""
    wanted = {"model": model, "duration": duration_s, "most": limit}
    return tuple(connection.execute(_RECENT_RENDER_MS, wanted).scalars())
