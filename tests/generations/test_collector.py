from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.generations.actor import Actor
from bot.models.generation import Failure, FailureKind, Generation, GenerationState
from bot.models.remote import RemoteStatus
from tests.generations.conftest import RigMaker
from tests.generations.rig import Rig

RENDERING = GenerationState.RENDERING
DELIVERED = GenerationState.DELIVERED
CANCELLED = GenerationState.CANCELLED
FAILED = GenerationState.FAILED
OWNER = Actor(7, None)
by_hand = pytest.mark.world(sandbox={"render_seconds": None})


async def hurried_to_its_end(rig: Rig) -> Generation:
    """Wait for the end without the pauses between one download and the next."""

    async def ended() -> Generation | None:
        generation = await rig.one()
        rig.parts.collector.lane.put(generation.id)
        return generation if generation.is_final else None

    found = await rig.until(ended)
    assert isinstance(found, Generation)
    await rig.at_rest()
    assert await rig.ledger_breaches() == []
    return found


async def test_a_failure_is_told_in_oxens_words(rig: Rig) -> None:
    rig.sandbox.faults.arm("fail-generation", detail="The safety check refused the prompt.")
    await rig.engine.start()
    await rig.ask()
    (failed,) = await rig.at_rest()

    assert failed.failure == Failure(FailureKind.REFUSED, "The safety check refused the prompt.")
    assert await rig.ledger_breaches() == []


async def test_credits_that_run_out_meanwhile_are_told_as_such(rig: Rig) -> None:
    rig.sandbox.faults.arm("no-credits-running")
    await rig.engine.start()
    await rig.ask()
    (failed,) = await rig.at_rest()

    assert failed.failure == Failure(FailureKind.NO_CREDITS, "Insufficient credits")


@pytest.mark.parametrize("kind", ["expired-link", "broken-download", "corrupt-result"])
async def test_a_download_that_fails_is_tried_again_with_a_fresh_link(
    rig: Rig, kind: str, tmp_path: Path
) -> None:
    rig.sandbox.faults.arm(kind, times=2)
    await rig.engine.start()
    await rig.ask()
    (delivered,) = await rig.at_rest()

    assert delivered.state is DELIVERED
    assert rig.sandbox.faults.struck[kind] == 2
    assert list((tmp_path / "videos" / "downloads").iterdir()) == []


async def test_a_result_that_is_never_a_video_fails_in_the_end(rig: Rig, tmp_path: Path) -> None:
    rig.sandbox.faults.arm("corrupt-result")
    await rig.engine.start()
    await rig.ask()
    failed = await hurried_to_its_end(rig)

    assert failed.failure == Failure(FailureKind.BROKEN_RESULT, "")
    assert rig.sandbox.faults.struck["corrupt-result"] == 25
    assert list((tmp_path / "videos" / "downloads").iterdir()) == []


async def test_a_result_that_is_too_large_fails_at_once(rig_maker: RigMaker) -> None:
    rig = await rig_maker(max_result_bytes=2**20)
    rig.sandbox.faults.arm("huge-result", detail="2")
    await rig.engine.start()
    await rig.ask()
    (failed,) = await rig.at_rest()

    assert failed.failure == Failure(FailureKind.BROKEN_RESULT, "The video is larger than 1 MiB.")
    assert rig.sandbox.faults.struck["huge-result"] == 1


@pytest.mark.parametrize("cancel_fault", ["", "unauthorised"])
async def test_what_never_finishes_fails_at_its_deadline(rig: Rig, cancel_fault: str) -> None:
    rig.sandbox.faults.arm("never-finish")
    if cancel_fault:
        rig.sandbox.faults.arm(cancel_fault, route="cancel")
    await rig.engine.start()
    await rig.ask()
    await rig.reached(RENDERING)
    await rig.swept(2)

    rig.clock.pass_minutes(59)
    await rig.swept(2)
    assert (await rig.one()).state is RENDERING

    rig.clock.pass_minutes(2)
    rig.engine.sweep()
    (failed,) = await rig.at_rest()
    assert failed.failure == Failure(FailureKind.LOST, "It was not finished after 60 minutes.")
    assert await rig.ledger_breaches() == []


@by_hand
async def test_what_oxen_forgets_is_given_up_only_after_a_while(rig: Rig) -> None:
    await rig.engine.start()
    await rig.ask()
    (rendering,) = await rig.reached(RENDERING)
    everything = rig.sandbox._generations._all
    everything[rendering.oxen_id or ""] = replace(
        everything[rendering.oxen_id or ""], forgotten=True
    )
    await rig.swept(2)

    rig.clock.pass_minutes(9)
    await rig.swept(2)
    assert (await rig.one()).state is RENDERING

    rig.clock.pass_minutes(2)
    rig.engine.sweep()
    (failed,) = await rig.at_rest()
    assert failed.failure == Failure(FailureKind.LOST, "Oxen does not know it any more.")


@by_hand
async def test_a_cancellation_is_carried_out_at_oxen_and_costs_nothing(rig: Rig) -> None:
    await rig.engine.start()
    asked = await rig.ask()
    await rig.reached(RENDERING)

    assert await rig.service.cancel(asked.request.id, OWNER) == 1
    (cancelled,) = await rig.at_rest()

    assert cancelled.state is CANCELLED
    assert rig.sandbox.generations[0].status is RemoteStatus.CANCELLED
    assert await rig.ledger_breaches() == []


@by_hand
async def test_what_somebody_else_cancels_sends_no_event_and_the_sweep_finds_it(rig: Rig) -> None:
    await rig.engine.start()
    await rig.ask()
    (rendering,) = await rig.reached(RENDERING)

    await rig.queue.cancel(rendering.oxen_id or "")
    rig.engine.sweep()
    (cancelled,) = await rig.at_rest()

    assert cancelled.state is CANCELLED
    assert await rig.ledger_breaches() == []


@by_hand
async def test_a_wish_to_cancel_outlives_a_lost_reply(rig: Rig) -> None:
    async def wish(_: object) -> None:
        await rig.store.ask_to_cancel((await rig.one()).id, now_ms=rig.clock())

    rig.queue.before_post = wish
    rig.sandbox.faults.arm("lost-reply", times=1)
    await rig.engine.start()
    await rig.ask()
    (cancelled,) = await rig.at_rest()

    assert cancelled.state is CANCELLED
    assert rig.sandbox.generations[0].status is RemoteStatus.CANCELLED


@by_hand
async def test_a_wish_to_cancel_outlives_a_restart(rig_maker: RigMaker) -> None:
    first = await rig_maker()
    await first.engine.start()
    await first.ask()
    (rendering,) = await first.reached(RENDERING)
    await first.kill()
    await first.store.ask_to_cancel(rendering.id, now_ms=first.clock())

    second = await rig_maker()
    await second.engine.start()
    (cancelled,) = await second.at_rest()

    assert cancelled.state is CANCELLED


@by_hand
async def test_a_cancellation_that_oxen_never_carries_out_ends_at_the_deadline(rig: Rig) -> None:
    rig.sandbox.faults.arm("error-500", route="cancel")
    await rig.engine.start()
    asked = await rig.ask()
    await rig.reached(RENDERING)
    await rig.service.cancel(asked.request.id, OWNER)
    await rig.sandbox.changes.until(lambda: bool(rig.sandbox.books.seen("cancel")))
    rig.sandbox.faults.disarm("error-500")
    rig.sandbox.faults.arm("unauthorised", route="cancel")
    await rig.swept(2)
    rig.clock.pass_minutes(61)
    (ended,) = await rig.at_rest()

    assert ended.state is FAILED


@by_hand
async def test_oxen_is_asked_ever_more_rarely_while_it_does_not_answer(rig: Rig) -> None:
    (generation,) = (await rig.ask()).generations
    await rig.store.begin_attempt(generation.id, fingerprint="", now_ms=1)
    await rig.store.accept(generation.id, oxen_id="one", now_ms=rig.clock.now_ms)
    rig.sandbox.faults.arm("error-500", route="get")

    pauses_s = [await rig.parts.collector.lane._work(generation.id) for _ in range(10)]

    assert pauses_s == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


@by_hand
async def test_oxen_says_itself_how_long_it_wants_to_be_left_alone(rig: Rig) -> None:
    (generation,) = (await rig.ask()).generations
    await rig.store.begin_attempt(generation.id, fingerprint="", now_ms=1)
    await rig.store.accept(generation.id, oxen_id="one", now_ms=rig.clock.now_ms)
    rig.sandbox.faults.arm("429", route="get", detail="77")

    assert await rig.parts.collector.lane._work(generation.id) == 77


async def oxen_agrees_and_renders_on(rig: Rig) -> list[str]:
    asked: list[str] = []

    async def cancel(oxen_id: str) -> None:
        asked.append(oxen_id)

    rig.queue.cancel = cancel  # type: ignore[method-assign]
    return asked


@by_hand
@pytest.mark.parametrize(("retry_after", "most"), [("120", 6), (None, 10)])
async def test_a_cancellation_that_has_no_effect_is_tried_less_and_less_often(
    rig: Rig, retry_after: str | None, most: int
) -> None:
    agreed = []
    if retry_after is None:
        agreed = await oxen_agrees_and_renders_on(rig)
    else:
        rig.sandbox.faults.arm("429", route="cancel", detail=retry_after)
    await rig.engine.start()
    asked = await rig.ask()
    await rig.reached(RENDERING)
    await rig.service.cancel(asked.request.id, OWNER)
    await rig.engine.stop()

    for _ in range(60):
        await rig.parts.collector.lane._work(asked.generations[0].id)
        rig.clock.pass_minutes(1 / 6)

    assert 3 <= len(agreed) + len(rig.sandbox.books.seen("cancel")) <= most


@by_hand
async def test_so_is_the_cancellation_of_what_was_given_up_and_renders_on(rig: Rig) -> None:
    agreed = await oxen_agrees_and_renders_on(rig)
    await rig.engine.start()
    await rig.ask()
    (rendering,) = await rig.reached(RENDERING)
    lost = Failure(FailureKind.LOST, "A moderator gave it up.")
    await rig.store.fail(rendering.id, failure=lost, now_ms=rig.clock.now_ms)

    for _ in range(20):
        await rig.swept(1)
        rig.clock.pass_minutes(1)

    assert 3 <= len(agreed) <= 7


async def test_an_event_that_comes_twice_fetches_nothing_twice(rig_maker: RigMaker) -> None:
    rig = await rig_maker(max_result_bytes=2**20)
    rig.sandbox.faults.arm("huge-result", detail="2")
    rig.sandbox.faults.arm("duplicate-event")
    await rig.engine.start()
    for _ in range(3):
        await rig.ask()
    await rig.at_rest()

    assert rig.sandbox.faults.struck["huge-result"] == 3
