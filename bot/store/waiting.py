"""Whose turn it is at Oxen: a fair order between people, worked out by the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Integer, Select, bindparam, func, select

from bot.models.generation import AT_OXEN_STATES, GenerationState, Turn
from bot.store.portable import BigInt
from bot.store.rows import generations_from, load_request
from bot.store.schema import generations, people

_AT_OXEN = sorted(state.value for state in AT_OXEN_STATES)
_is_open = generations.c.ended_at_ms.is_(None)
"""Beside every condition on states that are not final: it admits the partial indexes."""
_NEVER = -1
"""Stands for the last turn of a person who had none: longer ago than everybody else's."""


def _in_order(*wanted: Any) -> Select[Any]:
    place = func.row_number().over(partition_by=generations.c.user_id, order_by=generations.c.id)
    waiting = (
        select(generations.c.id, generations.c.user_id, place.label("place"))
        .where(generations.c.state == GenerationState.RESERVED.value, _is_open)
        .subquery("waiting")
    )
    busy = (
        select(generations.c.user_id, func.count().label("at_oxen"))
        .where(generations.c.state.in_(_AT_OXEN), _is_open)
        .group_by(generations.c.user_id)
        .subquery("busy")
    )
    rank = waiting.c.place + func.coalesce(busy.c.at_oxen, 0)
    last_turn_ms = func.coalesce(people.c.last_turn_at_ms, _NEVER)
    return (
        select(*wanted)
        .join_from(waiting, generations, waiting.c.id == generations.c.id)
        .join(people, people.c.user_id == waiting.c.user_id)
        .outerjoin(busy, busy.c.user_id == waiting.c.user_id)
        .order_by(rank, waiting.c.place, last_turn_ms, waiting.c.id)
    )


# Built once: building them takes longer than SQLite takes to answer.
_FIRST_IN_ORDER = (
    _in_order(generations)
    .where(generations.c.id.not_in(bindparam("passed_over", type_=BigInt, expanding=True)))
    .limit(bindparam("most", type_=Integer))
)
_REQUESTS_IN_ORDER = _in_order(generations.c.request_id)
_COUNT_AT_OXEN = select(func.count()).where(generations.c.state.in_(_AT_OXEN), _is_open)


def next_turns(
    connection: Connection, limit: int, most_at_oxen: int, passed_over: Sequence[int] = ()
) -> tuple[Turn, ...]:
    """As ``GenerationStore.next_turns``.

    First come is by id: ids rise in the order of reservation even when the clock is set back. A
    person's last turn stays on record when the generation has ended: with few places at Oxen,
    nobody has anything there when the next turn is given away.
    """
    free = most_at_oxen - connection.execute(_COUNT_AT_OXEN).scalar_one()
    if free <= 0:
        return ()
    wanted = {"most": min(limit, free), "passed_over": list(passed_over)}
    first = generations_from(connection.execute(_FIRST_IN_ORDER, wanted))
    found = {one.request_id: load_request(connection, one.request_id) for one in first}
    return tuple(
        Turn(generation, asked.request)
        for generation in first
        if (asked := found[generation.request_id]) is not None
    )


def line(connection: Connection) -> tuple[int, ...]:
    """The request of everything in ``reserved``, in the order of ``next_turns``."""
    return tuple(connection.execute(_REQUESTS_IN_ORDER).scalars())
