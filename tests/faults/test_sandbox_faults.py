"""Every kind of fault that the sandbox knows, once and for ever, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from bot.models.generation import FailureKind, GenerationState
from bot.sandbox.faults import FAULT_KINDS
from tests.faults.conftest import RigMaker
from tests.faults.verdict import ended_well

FOR_EVER = None


@dataclass(frozen=True, slots=True)
class Row:
    """One fault and what becomes of a generation that meets it."""

    times: tuple[int | None, ...] = (1, FOR_EVER)
    detail: str = ""
    route: str | None = None
    failure: FailureKind | None = None
    """``None``: it is delivered all the same."""
    says: str = ""
    """What the person reads of Oxen's own words."""
    minutes_later: float = 0
    """What only time can settle."""
    besides: str = ""
    """Another fault, without which this one would not be met."""


WITHOUT_EFFECT = Row()
ROWS = {
    "drop-stream": WITHOUT_EFFECT,
    "lost-event": WITHOUT_EFFECT,
    "duplicate-event": WITHOUT_EFFECT,
    "linkless-event": WITHOUT_EFFECT,
    "garbage-events": WITHOUT_EFFECT,
    "huge-event": Row(detail="2"),
    "half-event": WITHOUT_EFFECT,
    "foreign-events": WITHOUT_EFFECT,
    "slow-stream": WITHOUT_EFFECT,
    "event-before-reply": WITHOUT_EFFECT,
    "slow-download": WITHOUT_EFFECT,
    "broken-download": Row(times=(1, 3)),
    "corrupt-result": Row(times=(1,)),
    "huge-result": Row(times=(1,), detail="3", failure=FailureKind.BROKEN_RESULT),
    "expired-link": Row(times=(1, 3)),
    "redirect-result": WITHOUT_EFFECT,
    "error-500": Row(times=(1, 5)),
    "reset-before": Row(times=(1, 5)),
    "lost-reply": WITHOUT_EFFECT,
    "429": Row(times=(1, 5), detail="1"),
    "unauthorised": Row(route="enqueue", failure=FailureKind.NOT_ACCEPTED),
    "slow-list": Row(besides="lost-event"),
    "fail-generation": Row(detail="too dark", failure=FailureKind.REFUSED, says="too dark"),
    "no-credits": Row(failure=FailureKind.NO_CREDITS),
    "no-credits-running": Row(failure=FailureKind.NO_CREDITS),
    "never-finish": Row(minutes_later=61, failure=FailureKind.LOST, says="60 minutes"),
    "forget": Row(minutes_later=11, failure=FailureKind.LOST, says="not know it any more"),
}


def cases() -> Iterator[Any]:
    for kind in FAULT_KINDS:
        for times in ROWS[kind].times if kind in ROWS else ():
            yield pytest.param(kind, times, id=f"{kind}-{times or 'for-ever'}")


def test_every_kind_of_fault_has_a_row() -> None:
    assert set(ROWS) == set(FAULT_KINDS)


@pytest.mark.parametrize(("kind", "times"), list(cases()))
async def test_a_fault_of_oxen_ends_as_promised(
    rig_maker: RigMaker, kind: str, times: int | None
) -> None:
    row = ROWS[kind]
    rig = await rig_maker(max_result_bytes=2 * 2**20)
    rig.sandbox.faults.arm(kind, times=times, detail=row.detail, route=row.route)
    if row.besides:
        rig.sandbox.faults.arm(row.besides)

    await rig.engine.start()
    await rig.ask()
    if row.minutes_later:
        await rig.reached(GenerationState.RENDERING)
        # A deadline runs from when this process first looked: a jump of the clock ends nothing.
        await rig.swept(2)
        rig.clock.pass_minutes(row.minutes_later)
    wanted = GenerationState.FAILED if row.failure else GenerationState.DELIVERED
    (ended,) = await ended_well(rig, states={wanted})

    assert rig.sandbox.faults.struck[kind] >= 1, "the fault was never met"
    if row.failure is not None:
        assert ended.failure is not None
        assert ended.failure.kind is row.failure
        assert row.says in ended.failure.detail
