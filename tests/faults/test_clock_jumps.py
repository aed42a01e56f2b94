"""A clock that is set by a day, forth or back, at each state: nothing is posted or paid twice."""

from __future__ import annotations

import pytest

from bot.models.generation import GenerationState
from tests.faults.stations import STATIONS, step_in
from tests.faults.verdict import ended_well
from tests.generations.rig import Rig

DAY_MINUTES = 24 * 60
DELIVERED, FAILED = GenerationState.DELIVERED, GenerationState.FAILED

pytestmark = pytest.mark.world(sandbox={"render_seconds": None})


@pytest.mark.parametrize("minutes", [DAY_MINUTES, -DAY_MINUTES], ids=["forth", "back"])
@pytest.mark.parametrize("station", STATIONS)
async def test_a_jump_of_the_clock_loses_nothing(
    rig: Rig, station: GenerationState, minutes: int
) -> None:
    await step_in(rig, station, lambda: rig.clock.jump_minutes(minutes))

    await ended_well(rig)


async def test_a_jump_forth_ends_nothing_that_is_rendering(rig: Rig) -> None:
    async def jump() -> None:
        rig.clock.jump_minutes(DAY_MINUTES)
        await rig.swept(2)

    await step_in(rig, GenerationState.RENDERING, jump)

    await ended_well(rig)
    assert rig.sandbox.books.seen("cancel") == []


@pytest.mark.parametrize("minutes", [DAY_MINUTES, -DAY_MINUTES], ids=["forth", "back"])
async def test_a_jump_while_a_send_is_ambiguous_posts_nothing_twice(rig: Rig, minutes: int) -> None:
    async def jump() -> None:
        rig.clock.jump_minutes(minutes)
        raise ConnectionError("the answer is lost as well")

    rig.channel.after_post = jump  # type: ignore[attr-defined]
    await step_in(rig, GenerationState.RESERVED, lambda: None)

    await ended_well(rig)


@pytest.mark.parametrize("minutes", [DAY_MINUTES, -DAY_MINUTES, 0], ids=["forth", "back", "none"])
async def test_a_jump_after_a_lost_reply_adopts_and_pays_once(rig: Rig, minutes: int) -> None:
    rig.sandbox.faults.arm("lost-reply", times=1)

    await step_in(rig, GenerationState.SUBMITTING, lambda: rig.clock.jump_minutes(minutes))

    await ended_well(rig, states={DELIVERED, FAILED})


@pytest.mark.parametrize("minutes", [DAY_MINUTES, 31, 0, -9, -DAY_MINUTES])
async def test_a_clock_that_has_always_been_wrong_pays_once(rig: Rig, minutes: int) -> None:
    rig.clock.jump_minutes(minutes)
    rig.sandbox.faults.arm("lost-reply", times=1)

    await step_in(rig, GenerationState.RESERVED, lambda: None)

    await ended_well(rig)


async def test_a_clock_that_is_set_right_after_a_lost_reply_pays_once(rig: Rig) -> None:
    rig.clock.jump_minutes(DAY_MINUTES)
    rig.sandbox.faults.arm("lost-reply", times=1)

    await step_in(rig, GenerationState.SUBMITTING, lambda: rig.clock.jump_minutes(-DAY_MINUTES))

    await ended_well(rig)
