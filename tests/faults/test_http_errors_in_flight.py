"""Every exception of httpx again, now met by the bot at work: one generation for each."""

from __future__ import annotations

import httpx
import pytest

from bot.errors import NotFoundError
from bot.generations.actor import Actor
from bot.models.generation import GenerationState
from bot.models.video_model import DEFAULT_MODEL
from tests.faults.breaking import Breaks, Moment, network_errors
from tests.faults.conftest import RigMaker
from tests.faults.verdict import ended_well
from tests.generations.rig import Rig

RENDERING = GenerationState.RENDERING
ATTEMPTS = 2
"""What the rig's client makes of a call that may be repeated."""
_PROVE_NOTHING_WAS_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


def kinds(moment: Moment) -> list[type[Exception]]:
    found = sorted(network_errors(), key=lambda kind: kind.__name__)
    if moment is Moment.BEFORE:
        return found
    return [kind for kind in found if not issubclass(kind, _PROVE_NOTHING_WAS_SENT)]


def arm_all(breaks: Breaks, stage: str, *, times: int) -> None:
    """Each exception, at one moment after the other; every pair is in ``test_http_errors``."""
    everywhere = kinds(Moment.AFTER)
    for number, kind in enumerate(kinds(Moment.BEFORE)):
        moment = list(Moment)[number % 3] if kind in everywhere else Moment.BEFORE
        breaks.arm(stage, [kind] * times, moment)


async def ask_for_each(rig: Rig, moment: Moment) -> list[int]:
    """A request of its own for each exception; their ids."""
    return [
        (await rig.ask(prompt=f"a walk for {kind.__name__}")).request.id for kind in kinds(moment)
    ]


@pytest.mark.parametrize("moment", Moment)
async def test_each_at_the_post_is_paid_once_and_posted_once(
    rig: Rig, breaks: Breaks, moment: Moment
) -> None:
    await ask_for_each(rig, moment)
    breaks.arm_by_prompt(kinds(moment), moment)

    await rig.engine.start()
    rows = await ended_well(rig)

    assert breaks.left("enqueue") == 0
    assert len(rig.sandbox.books.accepted) == len(rows)
    repeated = {row.attempts for row in rows if moment is not Moment.BEFORE}
    assert repeated <= {1}, "what Oxen had accepted was adopted, not sent again"


@pytest.mark.parametrize("stage", ["get", "list", "download"])
async def test_each_on_the_way_of_a_result_delays_it_only(
    rig_maker: RigMaker, breaks: Breaks, stage: str
) -> None:
    # Where sweeps are rare, every result is asked for by its name.
    rig = await rig_maker(sweep_interval_s=600 if stage == "get" else 4)
    await ask_for_each(rig, Moment.BEFORE)
    arm_all(breaks, stage, times=1 if stage == "download" else ATTEMPTS)
    if stage == "get":
        rig.sandbox.faults.arm("linkless-event")
    if stage == "list":
        # Only the sweep can tell then.
        rig.sandbox.faults.arm("lost-event")

    await rig.engine.start()
    await ended_well(rig)

    assert breaks.left(stage) == 0 or stage == "list"


@pytest.mark.world(sandbox={"render_seconds": None})
async def test_each_at_a_cancellation_still_cancels_and_gives_everything_back(
    rig: Rig, breaks: Breaks
) -> None:
    requests = await ask_for_each(rig, Moment.BEFORE)
    await rig.engine.start()
    await rig.reached(RENDERING, count=len(requests))
    arm_all(breaks, "cancel", times=ATTEMPTS)

    for request_id in requests:
        await rig.service.cancel(request_id, Actor(7, None))

    await ended_well(rig, states={GenerationState.CANCELLED})
    with pytest.raises(NotFoundError):
        await rig.service.cancel(requests[0], Actor(7, None))


@pytest.mark.parametrize("moment", Moment)
async def test_without_any_event_stream_the_sweep_finds_every_result(
    rig: Rig, breaks: Breaks, moment: Moment
) -> None:
    breaks.always("events", httpx.ReadError, moment)
    await rig.ask(takes=3)

    await rig.engine.start()

    await ended_well(rig)


@pytest.mark.parametrize("moment", Moment)
async def test_each_at_the_list_of_models_leaves_the_price_as_it_was_known(
    rig: Rig, breaks: Breaks, moment: Moment
) -> None:
    before = rig.service.pricing(DEFAULT_MODEL)
    for kind in kinds(moment):
        breaks.arm("model", [kind] * ATTEMPTS, moment)
        assert not await rig.parts.models.refresh()
    assert rig.service.pricing(DEFAULT_MODEL) == before
    assert await rig.parts.models.refresh()


async def test_an_oxen_that_is_gone_for_every_call_costs_nothing_but_time(
    rig_maker: RigMaker, breaks: Breaks
) -> None:
    stages = ("enqueue", "get", "list", "events", "model")
    rig = await rig_maker()
    for stage in stages:
        breaks.always(stage, httpx.ConnectError, Moment.BEFORE)
    await rig.ask(takes=2)
    await rig.engine.start()

    async def told() -> bool:
        return rig.parts.gate.is_away

    await rig.until(told)
    assert len(rig.sandbox.books.accepted) == 0
    breaks.relent()

    await ended_well(rig)
