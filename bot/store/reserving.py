"""Writes a request, its takes and their reservations, once, within the person's limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Connection, Executable, bindparam, insert, select

from bot.errors import StoreError
from bot.models.generation import GenerationState, NewRequest, RequestWithTakes
from bot.models.quota import QuotaWindow, Usage
from bot.store.accounting import enter_reserve, person_usage
from bot.store.portable import BigInt, DialectInsert, insert_by
from bot.store.rows import (
    element_values,
    load_request,
    origin_values,
    reference_values,
    request_values,
)
from bot.store.schema import (
    generations,
    people,
    polls,
    request_elements,
    request_origins,
    request_references,
    requests,
)


@dataclass(frozen=True, slots=True)
class _Statements:
    """What the databases say differently; built once, as building takes longer than the work."""

    enter_person: DialectInsert
    enter_request: Executable


@cache
def _statements(dialect: str) -> _Statements:
    return _Statements(
        insert_by(dialect, people).on_conflict_do_nothing(index_elements=[people.c.user_id]),
        insert_by(dialect, requests)
        .on_conflict_do_nothing(index_elements=[requests.c.interaction_id])
        .returning(requests.c.id),
    )


_LOCK_PERSON = (
    select(people.c.user_id)
    .where(people.c.user_id == bindparam("person", type_=BigInt))
    .with_for_update()
)
_ENTER_TAKE = insert(generations).returning(generations.c.id)


def reserve(
    connection: Connection,
    new: NewRequest,
    windows: Sequence[QuotaWindow],
    check: Callable[[Usage], None],
    now_ms: int,
) -> RequestWithTakes:
    """See ``GenerationStore.reserve``."""
    _lock_person(connection, new.user_id, now_ms)
    if new.draft_id is not None and (begun := request_of_draft(connection, new.draft_id)):
        return begun
    request_id = connection.execute(
        _statements(connection.dialect.name).enter_request,
        {**request_values(new), "created_at_ms": now_ms},
    ).scalar_one_or_none()
    if request_id is None:
        return _already_there(connection, new.interaction_id)
    check(person_usage(connection, new.user_id, windows))
    if new.references:
        connection.execute(
            insert(request_references),
            [{"request_id": request_id, **reference_values(one)} for one in new.references],
        )
    if new.elements:
        connection.execute(
            insert(request_elements),
            [{"request_id": request_id, **one} for one in element_values(new.elements)],
        )
    if (origin := origin_values(new)) is not None:
        connection.execute(insert(request_origins).values(request_id=request_id, **origin))
    if new.poll:
        connection.execute(insert(polls).values(request_id=request_id, opened_at_ms=now_ms))
    for take in range(1, new.takes + 1):
        generation_id = connection.execute(
            _ENTER_TAKE,
            {
                "request_id": request_id,
                "take": take,
                "user_id": new.user_id,
                "state": GenerationState.RESERVED.value,
                "state_since_ms": now_ms,
                "created_at_ms": now_ms,
                "attempts": 0,
                "absent_sweeps": 0,
            },
        ).scalar_one()
        enter_reserve(connection, generation_id, new, now_ms=now_ms)
    return _written(connection, request_id)


def request_of_draft(connection: Connection, draft_id: int) -> RequestWithTakes | None:
    """The request that a draft has become."""
    request_id = connection.execute(
        select(request_origins.c.request_id).where(request_origins.c.draft_id == draft_id)
    ).scalar_one_or_none()
    return None if request_id is None else _written(connection, request_id)


def _lock_person(connection: Connection, user_id: int, now_ms: int) -> None:
    """Make the person's other reservations wait until this transaction ends."""
    connection.execute(
        _statements(connection.dialect.name).enter_person,
        {"user_id": user_id, "first_seen_at_ms": now_ms},
    )
    connection.execute(_LOCK_PERSON, {"person": user_id})


def _already_there(connection: Connection, interaction_id: int) -> RequestWithTakes:
    request_id = connection.execute(
        select(requests.c.id).where(requests.c.interaction_id == interaction_id)
    ).scalar_one()
    return _written(connection, request_id)


def _written(connection: Connection, request_id: int) -> RequestWithTakes:
    request = load_request(connection, request_id)
    if request is None:
        raise StoreError(f"Request {request_id} is gone.")
    return request
