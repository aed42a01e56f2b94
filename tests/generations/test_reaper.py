from __future__ import annotations

import pytest

from bot.models.generation import Failure, FailureKind, GenerationState
from tests.generations.conftest import RigMaker
from tests.generations.rig import Rig
from tests.world import Troubles

RESERVED = GenerationState.RESERVED
FAILED = GenerationState.FAILED
A_DAY = 24 * 60


async def reaped(rig: Rig) -> GenerationState:
    await rig.parts.reaper.reap()
    return (await rig.one()).state


async def test_a_day_after_it_was_asked_for_it_ends_with_a_reason(
    rig: Rig, troubles: Troubles
) -> None:
    await rig.ask()
    assert await reaped(rig) is RESERVED
    rig.clock.pass_minutes(A_DAY - 10)
    assert await reaped(rig) is RESERVED

    rig.clock.pass_minutes(10)

    assert await reaped(rig) is FAILED
    waited = Failure(FailureKind.LOST, "It waited a whole day without Oxen taking it.")
    assert (await rig.one()).failure == waited
    assert await rig.ledger_breaches() == []
    troubles.expect("generation.given_up")


@pytest.mark.parametrize("minutes", [A_DAY + 1, -A_DAY])
async def test_a_clock_that_is_set_ends_nothing_before_its_time(
    rig: Rig, troubles: Troubles, minutes: int
) -> None:
    await rig.parts.reaper.reap()
    await rig.ask()
    rig.clock.jump_minutes(minutes)
    assert await reaped(rig) is RESERVED
    rig.clock.pass_minutes(A_DAY - 10)
    assert await reaped(rig) is RESERVED

    rig.clock.pass_minutes(10)

    assert await reaped(rig) is FAILED
    troubles.expect("generation.given_up")


async def test_after_a_day_without_the_bot_it_has_half_an_hour(
    rig_maker: RigMaker, troubles: Troubles
) -> None:
    first = await rig_maker()
    await first.ask()
    first.clock.pass_minutes(A_DAY + 1)

    second = await rig_maker()
    assert await reaped(second) is RESERVED
    second.clock.pass_minutes(20)
    assert await reaped(second) is RESERVED
    second.clock.pass_minutes(10)

    assert await reaped(second) is FAILED
    troubles.expect("generation.given_up")
