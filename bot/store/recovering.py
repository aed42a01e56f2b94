"""State changes that make good what was lost: attempts, results, generations that turn up late."""

from __future__ import annotations

from sqlalchemy import Connection, and_, bindparam, case, null, select, update

from bot.models.generation import FailureKind, Generation, GenerationState
from bot.store.changing import ANOTHER_ROW_HAS_IT
from bot.store.looking import LOST_AT_OXEN
from bot.store.portable import BigInt, insert_into, storable
from bot.store.schema import generations, orphans, requests
from bot.store.transitions import NOW, Transition, given

_CANCEL_ASKED = (
    select(generations.c.cancel_requested_at_ms)
    .where(generations.c.id == bindparam("row", type_=BigInt))
    .with_for_update()
)
_NOT_COUNTED = generations.c.attempts - given("attempts")
_WAIT_AGAIN = Transition(
    (GenerationState.SUBMITTING,), GenerationState.RESERVED, attempts=_NOT_COUNTED
)
_GIVE_UP = Transition(
    (GenerationState.SUBMITTING,), GenerationState.CANCELLED, attempts=_NOT_COUNTED
)
_COUNT_ABSENCE = Transition(
    (GenerationState.SUBMITTING,), absent_sweeps=generations.c.absent_sweeps + 1
)
_LOSE_RESULT = Transition(
    (GenerationState.READY, GenerationState.POSTING),
    GenerationState.RENDERING,
    result_filename=None,
    result_facts=null(),
    ready_at_ms=None,
)
_ADOPT_LATE = Transition(
    (GenerationState.FAILED,),
    GenerationState.RENDERING,
    only_if=and_(generations.c.oxen_id.is_(None), ~ANOTHER_ROW_HAS_IT),
    oxen_id=given("oxen_id"),
    accepted_at_ms=NOW,
    ended_at_ms=None,
    failure_kind=None,
    failure_detail=None,
    free=True,
)
_TAKE_UP_AGAIN = Transition(
    (GenerationState.FAILED,),
    GenerationState.RENDERING,
    only_if=LOST_AT_OXEN,
    ended_at_ms=None,
    failure_kind=None,
    failure_detail=None,
    free=True,
)
_MAY_BE_VISIBLE = generations.c.posting_at_ms.is_not(None)
_REOPEN = Transition(
    (GenerationState.FAILED,),
    only_if=and_(
        generations.c.failure_kind == FailureKind.UNDELIVERABLE.value,
        generations.c.result_filename.is_not(None),
    ),
    state=case((_MAY_BE_VISIBLE, GenerationState.POSTING.value), else_=GenerationState.READY.value),
    state_since_ms=NOW,
    ended_at_ms=None,
    failure_kind=None,
    failure_detail=None,
    surface=case((_MAY_BE_VISIBLE, generations.c.surface), else_=None),
    free=True,
)


def attempt_not_begun(
    connection: Connection, generation_id: int, now_ms: int, *, counts: bool
) -> Generation:
    """``submitting`` to ``reserved``, or to ``cancelled`` when a person has asked for that."""
    asked_ms = connection.execute(_CANCEL_ASKED, {"row": generation_id}).scalar_one_or_none()
    transition = _WAIT_AGAIN if asked_ms is None else _GIVE_UP
    return transition.carry_out(connection, generation_id, now_ms, attempts=0 if counts else 1)


def count_absence(connection: Connection, generation_id: int, now_ms: int) -> Generation:
    """One more complete sweep did not find the attempt; stays ``submitting``."""
    return _COUNT_ABSENCE.carry_out(connection, generation_id, now_ms)


def lose_result(connection: Connection, generation_id: int, now_ms: int) -> Generation:
    """``ready`` or ``posting`` back to ``rendering``: the file on disk is gone or damaged."""
    return _LOSE_RESULT.carry_out(connection, generation_id, now_ms)


def adopt_late(connection: Connection, generation_id: int, oxen_id: str, now_ms: int) -> Generation:
    """``failed`` without a remote generation to ``rendering``: the lost one has turned up.

    Its reservation was released already and stays so.
    """
    adopted = _ADOPT_LATE.carry_out(connection, generation_id, now_ms, oxen_id=storable(oxen_id))
    _unsettle_placeholder(connection, adopted.request_id)
    return adopted


def take_up_again(connection: Connection, generation_id: int, now_ms: int) -> Generation:
    """``failed`` as lost back to ``rendering``: Oxen finished it all the same.

    Its reservation was released already and stays so.
    """
    found = _TAKE_UP_AGAIN.carry_out(connection, generation_id, now_ms)
    _unsettle_placeholder(connection, found.request_id)
    return found


def reopen(connection: Connection, generation_id: int, now_ms: int) -> Generation:
    """``failed`` for want of a place to ``ready``, or to ``posting`` where a send is on record.

    Its reservation was released already and stays so. Where it is posted is chosen anew, unless it
    may be visible already.
    """
    reopened = _REOPEN.carry_out(connection, generation_id, now_ms)
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
