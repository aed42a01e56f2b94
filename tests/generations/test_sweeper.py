from __future__ import annotations

import asyncio

from bot.models.generation import Generation, GenerationState
from tests.generations.conftest import RigMaker
from tests.generations.rig import Rig

SUBMITTING = GenerationState.SUBMITTING
NEVER_S = 1_000_000.0
RARELY_S = 100_000.0


async def unanswered(rig: Rig, attempts: int) -> Generation:
    """Wait until so many POSTs have gone out and come to nothing."""

    async def found() -> Generation | None:
        generation = await rig.one()
        is_unsure = generation.state is SUBMITTING and generation.attempts == attempts
        return generation if is_unsure and not rig.parts.submitter.is_posting(1) else None

    generation = await rig.until(found)
    assert generation is not None
    return generation


async def test_the_second_attempt_has_a_settling_time_of_its_own(rig_maker: RigMaker) -> None:
    rig = await rig_maker(settle_s=RARELY_S, sweep_interval_s=NEVER_S)
    rig.sandbox.faults.arm("reset-before", times=2, route="enqueue")
    await rig.engine.start()
    await rig.ask()
    await unanswered(rig, 1)
    await rig.swept(2)
    rig.clock.pass_minutes(RARELY_S / 60 + 1)
    rig.engine.sweep()
    await unanswered(rig, 2)

    await rig.swept(4)

    assert (await rig.one()).state is SUBMITTING


async def test_however_often_it_is_wanted_a_sweep_waits_for_as_long_as_oxen_asks(
    rig_maker: RigMaker,
) -> None:
    rig = await rig_maker(settle_s=NEVER_S)
    rig.sandbox.faults.arm("error-500", times=1, route="enqueue")
    await rig.engine.start()
    await rig.ask()
    await unanswered(rig, 1)
    await rig.swept(1)
    rig.sandbox.faults.arm("429", route="list", detail="120")
    rig.engine.sweep()
    await rig.sandbox.changes.until(lambda: bool(rig.sandbox.faults.struck["429"]))
    await asyncio.sleep(1)

    for _ in range(4):
        rig.engine.sweep()
        await asyncio.sleep(20)

    assert rig.sandbox.faults.struck["429"] == 1
    rig.sandbox.faults.disarm("429")
    await rig.swept(1)
