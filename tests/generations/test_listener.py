from __future__ import annotations

import json
from functools import partial

import pytest

from bot.models.generation import Generation, GenerationState
from bot.models.remote import RemoteGeneration
from tests.generations.conftest import RigMaker
from tests.generations.rig import Rig

RENDERING = GenerationState.RENDERING
DELIVERED = GenerationState.DELIVERED
NEVER_S = 10_000_000
by_hand = pytest.mark.world(sandbox={"render_seconds": None})


def event(oxen_id: str, **more: str) -> bytes:
    data = {"generation_id": oxen_id, "status": "succeeded", "media_type": "video", **more}
    return f"event: media_generation_completed\ndata: {json.dumps(data)}\n\n".encode()


async def delivered_once(rig: Rig) -> Generation:
    (generation,) = await rig.at_rest()
    assert generation.state is DELIVERED
    assert len(rig.channel.visible(generation.id)) == 1
    assert rig.posts_seen() == 1
    return generation


async def test_an_event_that_is_faster_than_the_reply_is_not_missed(rig_maker: RigMaker) -> None:
    rig = await rig_maker(sweep_interval_s=NEVER_S)
    await rig.engine.start()
    await rig.ask()
    await rig.at_rest()
    # No sweep is due any more: only the event can tell.
    rig.sandbox.faults.arm("event-before-reply", times=1)
    rig.queue.after_post = partial(heard_and_looked_up, rig)
    await rig.ask()

    assert [g.state for g in await rig.at_rest()] == [DELIVERED, DELIVERED]


@by_hand
async def test_an_event_that_comes_before_the_adoption_is_not_missed(rig_maker: RigMaker) -> None:
    rig = await rig_maker(sweep_interval_s=NEVER_S)
    rig.sandbox.faults.arm("lost-reply", times=1)
    real = rig.store.accept

    async def after_the_event(generation_id: int, *, oxen_id: str, now_ms: int) -> Generation:
        await rig.sandbox.finish(oxen_id)

        async def heard() -> bool:
            return oxen_id in rig.parts.listener._early

        await rig.until(heard)
        return await real(generation_id, oxen_id=oxen_id, now_ms=now_ms)

    rig.store.accept = after_the_event  # type: ignore[method-assign]
    await rig.engine.start()
    await rig.ask()

    await delivered_once(rig)


async def test_a_lost_event_costs_a_sweep_and_not_the_video(rig_maker: RigMaker) -> None:
    rig = await rig_maker(sweep_interval_s=5)
    rig.sandbox.faults.arm("lost-event")
    await rig.engine.start()
    await rig.ask()

    await delivered_once(rig)


@pytest.mark.parametrize("kind", ["duplicate-event", "garbage-events", "foreign-events"])
async def test_whatever_else_is_on_the_stream_does_no_harm(rig: Rig, kind: str) -> None:
    rig.sandbox.faults.arm(kind)
    await rig.engine.start()
    await rig.ask()

    await delivered_once(rig)
    assert rig.channel.sends.total() == 1


async def test_the_link_in_an_event_is_followed_without_asking(rig: Rig) -> None:
    await rig.engine.start()
    await rig.ask()

    await delivered_once(rig)
    assert rig.sandbox.books.seen("get") == []


@pytest.mark.parametrize("kind", ["linkless-event", "expired-link", "corrupt-result"])
async def test_a_link_that_leads_to_no_video_costs_nothing(rig: Rig, kind: str) -> None:
    rig.sandbox.faults.arm(kind, times=1)
    await rig.engine.start()
    await rig.ask()

    await delivered_once(rig)
    assert rig.sandbox.faults.struck[kind] == 1


@by_hand
async def test_an_event_is_a_hint_and_not_believed(rig: Rig) -> None:
    await rig.engine.start()
    await rig.ask()
    (rendering,) = await rig.reached(RENDERING)
    asked_before = len(rig.sandbox.books.seen("get"))
    rig.sandbox.send_raw_event(event("nobody-knows-this-one"))
    nowhere = f"{rig.sandbox.base_url}/nowhere"
    rig.sandbox.send_raw_event(event(rendering.oxen_id or "", url=nowhere))
    await rig.sandbox.changes.until(lambda: len(rig.sandbox.books.seen("get")) > asked_before)

    assert (await rig.one()).state is RENDERING

    await rig.sandbox.finish(rendering.oxen_id or "")
    await delivered_once(rig)


@pytest.mark.parametrize("kind", ["drop-stream", "half-event"])
async def test_after_a_dropped_stream_it_reconnects_and_sweeps(
    rig_maker: RigMaker, kind: str
) -> None:
    rig = await rig_maker(sweep_interval_s=NEVER_S)
    rig.sandbox.faults.arm(kind, times=1)
    await rig.engine.start()
    await rig.ask()

    await delivered_once(rig)
    await rig.sandbox.stream_opened(2)


async def test_the_number_of_requests_of_a_sweep_does_not_grow(rig_maker: RigMaker) -> None:
    rig = await rig_maker(max_in_flight=8)
    rig.sandbox.faults.arm("never-finish")
    await rig.engine.start()
    await rig.ask(takes=4)
    await rig.ask(takes=4)
    await rig.reached(RENDERING, count=8)
    await rig.swept()
    before = len(rig.sandbox.books.requests)
    await rig.swept()
    await rig.until(partial(nothing_to_collect, rig))

    assert len(rig.sandbox.books.requests) - before == 5
    assert rig.sandbox.books.seen("get") == []


async def heard_and_looked_up(rig: Rig, begun: RemoteGeneration) -> None:
    async def heard() -> bool:
        return begun.oxen_id in rig.parts.listener._early

    await rig.until(heard)
    # The database answers in order: the listener's question was before this one.
    assert await rig.store.by_oxen_id(begun.oxen_id) is None


async def nothing_to_collect(rig: Rig) -> bool:
    return not any(g.id in rig.parts.collector.lane for g in await rig.everything())
