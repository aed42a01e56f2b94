"""State changes on the way to a delivered video: each names the states that it expects."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, case, func, literal, select, update

from bot.models.generation import (
    FINAL_STATES,
    Failure,
    FailureKind,
    Generation,
    GenerationState,
    Surface,
)
from bot.models.video import StoredVideo
from bot.store.portable import BigInt, storable
from bot.store.rows import failure_values, result_values
from bot.store.schema import generations, people, requests
from bot.store.transitions import NOW, Transition, given

_OPEN_STATES = tuple(state for state in GenerationState if state not in FINAL_STATES)
_IS_POSTING = generations.c.state == GenerationState.POSTING.value
_FIRST_ASKED_MS = func.coalesce(generations.c.cancel_requested_at_ms, NOW)
_TAKEN = generations.alias("taken")
ANOTHER_ROW_HAS_IT = select(literal(1)).where(_TAKEN.c.oxen_id == given("oxen_id")).exists()
"""Whether the remote generation that is given is another row's already."""

_ROW = bindparam("row", type_=BigInt)
_STATE = select(generations.c.state).where(generations.c.id == _ROW).with_for_update()
_THE_REQUEST = update(requests).where(requests.c.id == _ROW)
_SET_PLACEHOLDER = _THE_REQUEST.values(placeholder_message_id=bindparam("message", type_=BigInt))
_PLACEHOLDER_SETTLED = _THE_REQUEST.values(placeholder_settled=True)
_TAKE_TURN = (
    update(people)
    .where(
        people.c.user_id
        == select(generations.c.user_id).where(generations.c.id == _ROW).scalar_subquery()
    )
    .values(last_turn_at_ms=NOW)
)
_BEGIN_ATTEMPT = Transition(
    (GenerationState.RESERVED,),
    GenerationState.SUBMITTING,
    attempts=generations.c.attempts + 1,
    attempt_fingerprint=given("attempt_fingerprint"),
    attempted_at_ms=given("attempted_at_ms"),
    # The earliest: which of them an orphan comes from cannot be told.
    first_attempted_at_ms=case(
        (
            generations.c.first_attempted_at_ms <= given("attempted_at_ms"),
            generations.c.first_attempted_at_ms,
        ),
        else_=given("attempted_at_ms"),
    ),
    absent_sweeps=0,
)
_ACCEPT = Transition(
    (GenerationState.SUBMITTING, GenerationState.RESERVED),
    GenerationState.RENDERING,
    only_if=~ANOTHER_ROW_HAS_IT,
    oxen_id=given("oxen_id"),
    accepted_at_ms=NOW,
)
_STORE_RESULT = Transition(
    (GenerationState.RENDERING,),
    GenerationState.READY,
    ready_at_ms=NOW,
    result_filename=given("result_filename"),
    result_facts=given("result_facts"),
)
_BEGIN_POSTING = Transition(
    (GenerationState.READY, GenerationState.POSTING),
    GenerationState.POSTING,
    state_since_ms=case((_IS_POSTING, generations.c.state_since_ms), else_=NOW),
    nonce=func.coalesce(generations.c.nonce, given("nonce")),
    surface=given("surface"),
    posting_at_ms=NOW,
)
_DELIVER = Transition(
    (GenerationState.POSTING,),
    GenerationState.DELIVERED,
    posted_message_id=given("posted_message_id"),
    delivered_at_ms=NOW,
)
_FAIL = Transition(
    _OPEN_STATES,
    GenerationState.FAILED,
    failure_kind=given("failure_kind"),
    failure_detail=given("failure_detail"),
    attempts=generations.c.attempts - given("attempts"),
)
_NOWHERE_TO_POST = Transition(
    (GenerationState.POSTING,),
    GenerationState.FAILED,
    failure_kind=FailureKind.UNDELIVERABLE.value,
    failure_detail="",
    posting_at_ms=None,
)
_NOTE_WISH_TO_CANCEL = Transition(_OPEN_STATES, cancel_requested_at_ms=_FIRST_ASKED_MS)
_CANCEL_AT_ONCE = Transition(
    (GenerationState.RESERVED,), GenerationState.CANCELLED, cancel_requested_at_ms=_FIRST_ASKED_MS
)
_CANCEL = Transition(
    (GenerationState.SUBMITTING, GenerationState.RENDERING), GenerationState.CANCELLED
)


def set_placeholder(connection: Connection, request_id: int, message_id: int) -> None:
    """Remember which message shows the state of the request."""
    connection.execute(_SET_PLACEHOLDER, {"row": request_id, "message": message_id})


def placeholder_settled(connection: Connection, request_id: int) -> None:
    """Remember that the placeholder shows the final state."""
    connection.execute(_PLACEHOLDER_SETTLED, {"row": request_id})


def begin_attempt(
    connection: Connection, generation_id: int, fingerprint: str, attempted_at_ms: int, now_ms: int
) -> Generation:
    """``reserved`` to ``submitting``; it is the person's turn."""
    # The person's row first, as everywhere: one order of locks.
    connection.execute(_TAKE_TURN, {"row": generation_id, "now": now_ms})
    return _BEGIN_ATTEMPT.carry_out(
        connection,
        generation_id,
        now_ms,
        attempt_fingerprint=storable(fingerprint),
        attempted_at_ms=attempted_at_ms,
    )


def accept(connection: Connection, generation_id: int, oxen_id: str, now_ms: int) -> Generation:
    """``submitting`` or ``reserved`` to ``rendering``, unless the remote one is another row's."""
    return _ACCEPT.carry_out(connection, generation_id, now_ms, oxen_id=storable(oxen_id))


def store_result(
    connection: Connection, generation_id: int, result: StoredVideo, now_ms: int
) -> Generation:
    """``rendering`` to ``ready``."""
    return _STORE_RESULT.carry_out(connection, generation_id, now_ms, **result_values(result))


def begin_posting(
    connection: Connection, generation_id: int, nonce: str, surface: Surface, now_ms: int
) -> Generation:
    """``ready`` to ``posting``; from ``posting`` it keeps the nonce and renews the time."""
    return _BEGIN_POSTING.carry_out(
        connection, generation_id, now_ms, nonce=nonce, surface=surface.value
    )


def deliver(connection: Connection, generation_id: int, message_id: int, now_ms: int) -> Generation:
    """``posting`` to ``delivered``; the reservation is captured."""
    return _DELIVER.carry_out(connection, generation_id, now_ms, posted_message_id=message_id)


def fail(
    connection: Connection,
    generation_id: int,
    failure: Failure,
    now_ms: int,
    *,
    counts: bool = True,
) -> Generation:
    """Any state that is not final to ``failed``; the reservation is released."""
    not_counted = 0 if counts else 1
    return _FAIL.carry_out(
        connection, generation_id, now_ms, attempts=not_counted, **failure_values(failure)
    )


def nowhere_to_post(connection: Connection, generation_id: int, now_ms: int) -> Generation:
    """``posting`` to ``failed`` without a send on record: every place refused it."""
    return _NOWHERE_TO_POST.carry_out(connection, generation_id, now_ms)


def ask_to_cancel(connection: Connection, generation_id: int, now_ms: int) -> Generation:
    """Note the wish; ``reserved`` becomes ``cancelled`` at once and is released."""
    state = connection.execute(_STATE, {"row": generation_id}).scalar_one_or_none()
    waits = state == GenerationState.RESERVED.value
    transition = _CANCEL_AT_ONCE if waits else _NOTE_WISH_TO_CANCEL
    return transition.carry_out(connection, generation_id, now_ms)


def cancel(connection: Connection, generation_id: int, now_ms: int) -> Generation:
    """``submitting`` or ``rendering`` to ``cancelled``; the reservation is released."""
    return _CANCEL.carry_out(connection, generation_id, now_ms)
