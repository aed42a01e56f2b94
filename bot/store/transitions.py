"""Compare and set: a row changes only from a state that the caller expects."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, true, update

from bot.errors import StaleStateError
from bot.models.generation import Generation, GenerationState
from bot.models.quota import EntryKind
from bot.store.accounting import settle
from bot.store.rows import generation_from
from bot.store.schema import generations


def change(
    connection: Connection,
    generation_id: int,
    expected: tuple[GenerationState, ...],
    *,
    only_if: ColumnElement[bool] | None = None,
    **values: Any,
) -> Generation:
    """Compare and set: change the row only if it is in an expected state."""
    changed = connection.execute(
        update(generations)
        .where(
            generations.c.id == generation_id,
            generations.c.state.in_([state.value for state in expected]),
            true() if only_if is None else only_if,
        )
        .values(**values)
        .returning(*generations.c)
    ).one_or_none()
    if changed is None:
        wanted = " or ".join(expected)
        raise StaleStateError(f"Generation {generation_id} is not (any more) {wanted}.")
    return generation_from(changed)


def move(
    connection: Connection,
    generation_id: int,
    expected: tuple[GenerationState, ...],
    new: GenerationState,
    now_ms: int,
    *,
    only_if: ColumnElement[bool] | None = None,
    **values: Any,
) -> Generation:
    """Move from one of the expected states to a new one."""
    return change(
        connection,
        generation_id,
        expected,
        only_if=only_if,
        state=new.value,
        state_since_ms=now_ms,
        **values,
    )


def end(
    connection: Connection,
    generation_id: int,
    expected: tuple[GenerationState, ...],
    final: GenerationState,
    now_ms: int,
    **values: Any,
) -> Generation:
    """Move to a final state and settle the reservation, which a late orphan has no more."""
    ended = move(connection, generation_id, expected, final, now_ms, ended_at_ms=now_ms, **values)
    if ended.free:
        return ended
    kind = EntryKind.CAPTURE if final is GenerationState.DELIVERED else EntryKind.RELEASE
    settle(connection, generation_id, kind, now_ms=now_ms)
    return ended
