"""State changes: each names the states it expects, and its ledger entry goes with it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    func,
    literal,
    null,
    select,
    true,
    update,
)

from bot.errors import StaleStateError
from bot.models.generation import (
    FINAL_STATES,
    Failure,
    FailureKind,
    Generation,
    GenerationState,
    Surface,
)
from bot.models.quota import EntryKind
from bot.models.video import StoredVideo
from bot.store.accounting import settle
from bot.store.portable import BigInt, insert_into, storable
from bot.store.rows import failure_values, generation_from, result_values
from bot.store.schema import generations, orphans, people, requests

_OPEN_STATES = tuple(state for state in GenerationState if state not in FINAL_STATES)


def set_placeholder(connection: Connection, request_id: int, message_id: int) -> None:
    """Remember which message shows the state of the request."""
    connection.execute(
        update(requests)
        .where(requests.c.id == request_id)
        .values(placeholder_message_id=message_id)
    )


def placeholder_settled(connection: Connection, request_id: int) -> None:
    """Remember that the placeholder shows the final state."""
    connection.execute(
        update(requests).where(requests.c.id == request_id).values(placeholder_settled=True)
    )


def begin_attempt(
    connection: Connection, generation_id: int, fingerprint: str, now_ms: int
) -> Generation:
    """``reserved`` to ``submitting``; it is the person's turn."""
    # The person's row first, as everywhere: one order of locks.
    connection.execute(
        update(people)
        .where(
            people.c.user_id
            == select(generations.c.user_id)
            .where(generations.c.id == generation_id)
            .scalar_subquery()
        )
        .values(last_turn_at_ms=now_ms)
    )
    return _move(
        connection,
        generation_id,
        (GenerationState.RESERVED,),
        GenerationState.SUBMITTING,
        now_ms,
        attempts=generations.c.attempts + 1,
        attempt_fingerprint=storable(fingerprint),
        attempted_at_ms=now_ms,
        first_attempted_at_ms=func.coalesce(generations.c.first_attempted_at_ms, now_ms),
        absent_sweeps=0,
    )


def attempt_not_begun(
    connection: Connection, generation_id: int, now_ms: int, *, counts: bool
) -> Generation:
    """``submitting`` to ``reserved``, or to ``cancelled`` when a person has asked for that."""
    attempts = generations.c.attempts if counts else generations.c.attempts - 1
    asked_ms = connection.execute(
        select(generations.c.cancel_requested_at_ms)
        .where(generations.c.id == generation_id)
        .with_for_update()
    ).scalar_one_or_none()
    submitting = (GenerationState.SUBMITTING,)
    if asked_ms is not None:
        final = GenerationState.CANCELLED
        return _end(connection, generation_id, submitting, final, now_ms, attempts=attempts)
    reserved = GenerationState.RESERVED
    return _move(connection, generation_id, submitting, reserved, now_ms, attempts=attempts)


def count_absence(connection: Connection, generation_id: int) -> Generation:
    """One more complete sweep did not find the attempt; stays ``submitting``."""
    return _change(
        connection,
        generation_id,
        (GenerationState.SUBMITTING,),
        absent_sweeps=generations.c.absent_sweeps + 1,
    )


def accept(connection: Connection, generation_id: int, oxen_id: str, now_ms: int) -> Generation:
    """``submitting`` or ``reserved`` to ``rendering``, unless the remote one is another row's."""
    oxen_id = storable(oxen_id)
    taken = generations.alias("taken")
    return _move(
        connection,
        generation_id,
        (GenerationState.SUBMITTING, GenerationState.RESERVED),
        GenerationState.RENDERING,
        now_ms,
        only_if=~select(literal(1)).where(taken.c.oxen_id == oxen_id).exists(),
        oxen_id=oxen_id,
        accepted_at_ms=now_ms,
    )


def store_result(
    connection: Connection, generation_id: int, result: StoredVideo, now_ms: int
) -> Generation:
    """``rendering`` to ``ready``."""
    return _move(
        connection,
        generation_id,
        (GenerationState.RENDERING,),
        GenerationState.READY,
        now_ms,
        ready_at_ms=now_ms,
        **result_values(result),
    )


def lose_result(connection: Connection, generation_id: int, now_ms: int) -> Generation:
    """``ready`` or ``posting`` back to ``rendering``: the file on disk is gone or damaged."""
    return _move(
        connection,
        generation_id,
        (GenerationState.READY, GenerationState.POSTING),
        GenerationState.RENDERING,
        now_ms,
        result_filename=None,
        result_facts=null(),
        ready_at_ms=None,
    )


def adopt_late(connection: Connection, generation_id: int, oxen_id: str, now_ms: int) -> Generation:
    """``failed`` without a remote generation to ``rendering``: the lost one has turned up.

    Its reservation was released already and stays so.
    """
    oxen_id = storable(oxen_id)
    taken = generations.alias("taken")
    adopted = _move(
        connection,
        generation_id,
        (GenerationState.FAILED,),
        GenerationState.RENDERING,
        now_ms,
        only_if=and_(
            generations.c.oxen_id.is_(None),
            ~select(literal(1)).where(taken.c.oxen_id == oxen_id).exists(),
        ),
        oxen_id=oxen_id,
        accepted_at_ms=now_ms,
        ended_at_ms=None,
        failure_kind=None,
        failure_detail=None,
        free=True,
    )
    _unsettle_placeholder(connection, adopted.request_id)
    return adopted


def reopen(connection: Connection, generation_id: int, now_ms: int) -> Generation:
    """``failed`` for want of a place to ``ready``, or to ``posting`` where a send is on record.

    Its reservation was released already and stays so; where it is posted is chosen anew.
    """
    was_sent = generations.c.nonce.is_not(None)
    reopened = _change(
        connection,
        generation_id,
        (GenerationState.FAILED,),
        only_if=and_(
            generations.c.failure_kind == FailureKind.UNDELIVERABLE.value,
            generations.c.result_filename.is_not(None),
        ),
        state=case((was_sent, GenerationState.POSTING.value), else_=GenerationState.READY.value),
        state_since_ms=now_ms,
        ended_at_ms=None,
        failure_kind=None,
        failure_detail=None,
        surface=None,
        free=True,
    )
    _unsettle_placeholder(connection, reopened.request_id)
    return reopened


def record_orphan(connection: Connection, oxen_id: str, generation_id: int, now_ms: int) -> None:
    """Remember whose a remote generation is, beside the one that its row stands for."""
    connection.execute(
        insert_into(connection, orphans)
        .values(oxen_id=storable(oxen_id), generation_id=generation_id, found_at_ms=now_ms)
        .on_conflict_do_nothing(index_elements=[orphans.c.oxen_id])
    )


def begin_posting(
    connection: Connection, generation_id: int, nonce: str, surface: Surface, now_ms: int
) -> Generation:
    """``ready`` to ``posting``; from ``posting`` it keeps the nonce and renews the time."""
    again = generations.c.state == GenerationState.POSTING.value
    return _change(
        connection,
        generation_id,
        (GenerationState.READY, GenerationState.POSTING),
        state=GenerationState.POSTING.value,
        state_since_ms=case((again, generations.c.state_since_ms), else_=literal(now_ms, BigInt)),
        nonce=func.coalesce(generations.c.nonce, nonce),
        surface=surface.value,
        posting_at_ms=now_ms,
    )


def deliver(connection: Connection, generation_id: int, message_id: int, now_ms: int) -> Generation:
    """``posting`` to ``delivered``; the reservation is captured."""
    return _end(
        connection,
        generation_id,
        (GenerationState.POSTING,),
        GenerationState.DELIVERED,
        now_ms,
        posted_message_id=message_id,
        delivered_at_ms=now_ms,
    )


def fail(connection: Connection, generation_id: int, failure: Failure, now_ms: int) -> Generation:
    """Any state that is not final to ``failed``; the reservation is released."""
    return _end(
        connection,
        generation_id,
        _OPEN_STATES,
        GenerationState.FAILED,
        now_ms,
        **failure_values(failure),
    )


def ask_to_cancel(connection: Connection, generation_id: int, now_ms: int) -> Generation:
    """Note the wish; ``reserved`` becomes ``cancelled`` at once and is released."""
    state = connection.execute(
        select(generations.c.state).where(generations.c.id == generation_id).with_for_update()
    ).scalar_one_or_none()
    first_asked_ms = func.coalesce(generations.c.cancel_requested_at_ms, now_ms)
    if state == GenerationState.RESERVED.value:
        return _end(
            connection,
            generation_id,
            (GenerationState.RESERVED,),
            GenerationState.CANCELLED,
            now_ms,
            cancel_requested_at_ms=first_asked_ms,
        )
    return _change(connection, generation_id, _OPEN_STATES, cancel_requested_at_ms=first_asked_ms)


def cancel(connection: Connection, generation_id: int, now_ms: int) -> Generation:
    """``submitting`` or ``rendering`` to ``cancelled``; the reservation is released."""
    return _end(
        connection,
        generation_id,
        (GenerationState.SUBMITTING, GenerationState.RENDERING),
        GenerationState.CANCELLED,
        now_ms,
    )


def _unsettle_placeholder(connection: Connection, request_id: int) -> None:
    connection.execute(
        update(requests).where(requests.c.id == request_id).values(placeholder_settled=False)
    )


def _end(
    connection: Connection,
    generation_id: int,
    expected: tuple[GenerationState, ...],
    final: GenerationState,
    now_ms: int,
    **values: Any,
) -> Generation:
    """Move to a final state and settle the reservation, which a late orphan has no more."""
    ended = _move(connection, generation_id, expected, final, now_ms, ended_at_ms=now_ms, **values)
    if ended.free:
        return ended
    kind = EntryKind.CAPTURE if final is GenerationState.DELIVERED else EntryKind.RELEASE
    settle(connection, generation_id, kind, now_ms=now_ms)
    return ended


def _move(
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
    return _change(
        connection,
        generation_id,
        expected,
        only_if=only_if,
        state=new.value,
        state_since_ms=now_ms,
        **values,
    )


def _change(
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
