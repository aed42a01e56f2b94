"""State changes on the way to a delivered video: each names the states that it expects."""

from __future__ import annotations

from sqlalchemy import Connection, case, func, literal, select, update

from bot.models.generation import FINAL_STATES, Failure, Generation, GenerationState, Surface
from bot.models.video import StoredVideo
from bot.store import transitions
from bot.store.portable import BigInt, storable
from bot.store.rows import failure_values, result_values
from bot.store.schema import generations, people, requests

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
    return transitions.move(
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


def accept(connection: Connection, generation_id: int, oxen_id: str, now_ms: int) -> Generation:
    """``submitting`` or ``reserved`` to ``rendering``, unless the remote one is another row's."""
    oxen_id = storable(oxen_id)
    taken = generations.alias("taken")
    return transitions.move(
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
    return transitions.move(
        connection,
        generation_id,
        (GenerationState.RENDERING,),
        GenerationState.READY,
        now_ms,
        ready_at_ms=now_ms,
        **result_values(result),
    )


def begin_posting(
    connection: Connection, generation_id: int, nonce: str, surface: Surface, now_ms: int
) -> Generation:
    """``ready`` to ``posting``; from ``posting`` it keeps the nonce and renews the time."""
    again = generations.c.state == GenerationState.POSTING.value
    return transitions.change(
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
    return transitions.end(
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
    return transitions.end(
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
        return transitions.end(
            connection,
            generation_id,
            (GenerationState.RESERVED,),
            GenerationState.CANCELLED,
            now_ms,
            cancel_requested_at_ms=first_asked_ms,
        )
    return transitions.change(
        connection, generation_id, _OPEN_STATES, cancel_requested_at_ms=first_asked_ms
    )


def cancel(connection: Connection, generation_id: int, now_ms: int) -> Generation:
    """``submitting`` or ``rendering`` to ``cancelled``; the reservation is released."""
    return transitions.end(
        connection,
        generation_id,
        (GenerationState.SUBMITTING, GenerationState.RENDERING),
        GenerationState.CANCELLED,
        now_ms,
    )
