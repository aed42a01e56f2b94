"""State changes that make good what was lost: attempts, results, generations that turn up late."""

from __future__ import annotations

from sqlalchemy import Connection, and_, case, literal, null, select, update

from bot.models.generation import FailureKind, Generation, GenerationState
from bot.store import transitions
from bot.store.portable import insert_into, storable
from bot.store.schema import generations, orphans, requests


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
        return transitions.end(
            connection, generation_id, submitting, final, now_ms, attempts=attempts
        )
    reserved = GenerationState.RESERVED
    return transitions.move(
        connection, generation_id, submitting, reserved, now_ms, attempts=attempts
    )


def count_absence(connection: Connection, generation_id: int) -> Generation:
    """One more complete sweep did not find the attempt; stays ``submitting``."""
    return transitions.change(
        connection,
        generation_id,
        (GenerationState.SUBMITTING,),
        absent_sweeps=generations.c.absent_sweeps + 1,
    )


def lose_result(connection: Connection, generation_id: int, now_ms: int) -> Generation:
    """``ready`` or ``posting`` back to ``rendering``: the file on disk is gone or damaged."""
    return transitions.move(
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
    adopted = transitions.move(
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
    reopened = transitions.change(
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


def _unsettle_placeholder(connection: Connection, request_id: int) -> None:
    connection.execute(
        update(requests).where(requests.c.id == request_id).values(placeholder_settled=False)
    )
