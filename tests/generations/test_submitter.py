from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.errors import InvalidRequestError, OxenAmbiguousError
from bot.generations.actor import Actor
from bot.models.generation import (
    Failure,
    FailureKind,
    GenerationState,
    NewRequest,
    VideoRequest,
    VideoSettings,
)
from bot.models.references import ReferenceImage, ReferenceRole, StoredImage
from bot.models.remote import RemoteGeneration
from bot.sandbox.options import SandboxOptions
from bot.sandbox.server import Sandbox
from tests.generations.building import Surroundings, rigged
from tests.generations.channel import Channel
from tests.generations.conftest import RigMaker
from tests.generations.rig import Rig
from tests.generations.ticking import TestClock
from tests.world import Troubles, picture, quick_video

RESERVED = GenerationState.RESERVED
SUBMITTING = GenerationState.SUBMITTING
RENDERING = GenerationState.RENDERING
DELIVERED = GenerationState.DELIVERED
CANCELLED = GenerationState.CANCELLED
FAILED = GenerationState.FAILED
FOX_DATA = picture()
FOX = ReferenceImage(
    StoredImage(hashlib.sha256(FOX_DATA).hexdigest(), "image/png", 640, 480, len(FOX_DATA)),
    ReferenceRole.IMAGE,
    position=1,
)
by_hand = pytest.mark.world(sandbox={"render_seconds": None})


async def test_the_intent_is_on_record_before_the_post_and_the_stream_is_open(rig: Rig) -> None:
    seen = []

    async def look(_: Mapping[str, Any]) -> None:
        seen.append((await rig.one(), rig.sandbox.open_streams))

    rig.queue.before_post = look
    rig.sandbox.faults.arm("error-500", times=4, route="events")
    await rig.ask()
    await rig.engine.start()
    await rig.at_rest()

    ((before, streams),) = seen
    assert before.state is SUBMITTING
    assert (before.attempts, before.attempted_at_ms) == (1, rig.clock.now_ms)
    assert before.attempt_fingerprint
    assert streams == 1
    assert [post.payload["num_generations"] for post in rig.sandbox.books.accepted] == [1]


async def begun(rig: Rig, count: int) -> bool:
    return len(rig.sandbox.generations) >= count


@by_hand
async def test_the_order_is_fair_between_people(rig_maker: RigMaker) -> None:
    rig = await rig_maker(max_in_flight=1)
    await rig.ask(user_id=1, takes=3, prompt="of the first")
    await rig.ask(user_id=2, prompt="of the second")
    await rig.ask(user_id=3, prompt="of the third")
    await rig.engine.start()

    for number in range(5):
        await rig.until(partial(begun, rig, number + 1))
        await rig.sandbox.finish(rig.sandbox.generations[number].id)
    await rig.at_rest()

    assert [g.parameters["prompt"] for g in rig.sandbox.generations] == [
        "of the first",
        "of the second",
        "of the third",
        "of the first",
        "of the first",
    ]


async def test_there_are_never_more_at_oxen_than_allowed(rig_maker: RigMaker) -> None:
    rig = await rig_maker(max_in_flight=2)
    counts = []

    async def count(_: Mapping[str, Any]) -> None:
        at_oxen = await rig.store.in_states(GenerationState.SUBMITTING, GenerationState.RENDERING)
        counts.append(len(at_oxen))

    rig.queue.before_post = count
    await rig.engine.start()
    await rig.ask(user_id=1, takes=4)
    await rig.ask(user_id=2, takes=4)
    await rig.at_rest()

    assert len(counts) == 8
    assert max(counts) == 2


async def test_what_the_model_does_not_take_any_more_fails_alone_and_holds_up_nobody(
    rig: Rig,
) -> None:
    changed = NewRequest(
        interaction_id=1,
        user_id=6,
        user_name="Ben",
        guild_id=1,
        channel_id=2,
        private=False,
        settings=VideoSettings("a-model-of-before", "a fox", "16:9", 3, audio=True),
        references=(),
        takes=1,
        price_microusd=None,
        placeholder_message_id=1,
    )
    await rig.store.reserve(changed, windows=(), check=lambda _: None, now_ms=rig.clock.now_ms)
    await rig.ask()
    await rig.engine.start()

    failed, delivered = await rig.at_rest()

    assert failed.failure is not None
    assert failed.failure.kind is FailureKind.NOT_ACCEPTED
    assert "has no parameter for a sound" in failed.failure.detail
    assert delivered.state is DELIVERED
    assert await rig.ledger_breaches() == []
    with pytest.raises(InvalidRequestError, match="takes other settings now"):
        await rig.service.api_call(failed.request_id, Actor(6, None))


async def test_what_never_left_waits_until_oxen_can_be_reached(
    channel: Channel, clock: TestClock, tmp_path: Any
) -> None:
    options = SandboxOptions(render_seconds=0.0, renderer=quick_video, clock=clock)
    async with Sandbox(options) as gone:
        pass
    async with rigged(Surroundings(gone, channel, clock, tmp_path)) as rig:
        await rig.ask()
        await rig.engine.start()
        await rig.until(lambda: _away(rig))
        assert ((await rig.one()).state, (await rig.one()).attempts) == (RESERVED, 0)
        async with Sandbox(options, port=gone.port):
            await rig.at_rest()
            assert (await rig.one()).state is DELIVERED
            await rig.engine.stop()
    assert any(card.oxen_away and card.waiting_total == 1 for card in channel.cards)
    assert not channel.cards[-1].oxen_away


async def _away(rig: Rig) -> bool:
    return rig.parts.gate.is_away


async def test_throttling_is_waited_out_for_as_long_as_oxen_asks(rig: Rig) -> None:
    rig.sandbox.faults.arm("429", times=1, detail="200", route="enqueue")
    loop = asyncio.get_running_loop()
    await rig.engine.start()
    began_s = loop.time()
    await rig.ask()
    await rig.sandbox.changes.until(lambda: rig.posts_seen() == 1)
    waiting = (await rig.reached(RESERVED))[0]
    assert waiting.attempts == 0
    await rig.at_rest()

    assert loop.time() - began_s >= 200
    assert rig.posts_seen() == 2
    assert len(rig.sandbox.generations) == 1


async def test_a_gate_that_closes_holds_back_what_was_already_let_through(rig: Rig) -> None:
    await rig.ask(takes=2)
    rig.parts.gate.failed(retry_after_s=100_000)

    await rig.parts.submitter._submit_what_fits()

    assert {g.state for g in await rig.everything()} == {RESERVED}
    assert rig.posts_seen() == 0


async def test_no_credits_fail_the_request_and_give_the_quota_back(rig: Rig) -> None:
    rig.sandbox.faults.arm("no-credits")
    await rig.engine.start()
    await rig.ask()
    (failed,) = await rig.at_rest()

    assert failed.failure is not None
    assert failed.failure.kind is FailureKind.NO_CREDITS
    assert failed.failure.detail == "Insufficient credits"
    assert await rig.ledger_breaches() == []


async def test_a_clear_no_is_final_and_told_in_oxens_words(rig_maker: RigMaker) -> None:
    rig = await rig_maker(models=("no-such-model",))
    await rig.engine.start()
    await rig.ask(model="no-such-model")
    (failed,) = await rig.at_rest()

    assert failed.failure is not None
    assert failed.failure.kind is FailureKind.NOT_ACCEPTED
    assert failed.failure.detail == "Model not found: no-such-model"
    assert rig.posts_seen() == 1


async def test_a_refused_key_is_told_to_the_operator(rig: Rig, troubles: Troubles) -> None:
    rig.sandbox.faults.arm("unauthorised", route="enqueue")
    await rig.engine.start()
    await rig.ask()
    (failed,) = await rig.at_rest()

    assert failed.failure is not None
    assert failed.failure.kind is FailureKind.NOT_ACCEPTED
    troubles.expect("oxen.key_refused")


@pytest.mark.parametrize("detail", ["", "500"])
async def test_a_lost_reply_is_found_again_and_nothing_is_sent_twice(rig: Rig, detail: str) -> None:
    rig.sandbox.faults.arm("lost-reply", times=1, detail=detail)
    await rig.engine.start()
    await rig.ask()
    (delivered,) = await rig.at_rest()

    assert delivered.state is DELIVERED
    assert delivered.oxen_id == rig.sandbox.generations[0].id
    assert rig.posts_seen() == len(rig.sandbox.generations) == 1


@by_hand
async def test_replies_that_are_lost_for_several_takes_find_one_each(rig: Rig) -> None:
    rig.sandbox.faults.arm("lost-reply", times=3)
    await rig.engine.start()
    await rig.ask(takes=3)
    rows = await rig.reached(RENDERING, count=3)

    assert {row.oxen_id for row in rows} == {g.id for g in rig.sandbox.generations}
    assert rig.posts_seen() == 3


@pytest.mark.parametrize("kind", ["error-500", "reset-before"])
async def test_before_the_settling_time_nothing_is_sent_again(
    rig_maker: RigMaker, kind: str
) -> None:
    rig = await rig_maker(settle_s=1_000_000)
    rig.sandbox.faults.arm(kind, times=1, route="enqueue")
    await rig.engine.start()
    await rig.ask()
    await rig.sandbox.changes.until(lambda: rig.posts_seen() == 1)
    await rig.swept(4)

    waiting = await rig.one()
    assert waiting.state is SUBMITTING
    assert waiting.absent_sweeps >= 2
    assert rig.posts_seen() == 1


async def test_after_it_and_absent_twice_it_is_sent_once_more(rig_maker: RigMaker) -> None:
    rig = await rig_maker(sweep_interval_s=1)
    rig.sandbox.faults.arm("error-500", times=1, route="enqueue")
    await rig.engine.start()
    await rig.ask()
    (delivered,) = await rig.at_rest()

    assert delivered.state is DELIVERED
    assert (delivered.attempts, rig.posts_seen()) == (2, 2)
    lists = [r for r in rig.sandbox.books.requests if r.route in {"list", "enqueue"}]
    between = [r.route for r in lists[1:]].index("enqueue")
    assert between >= 10, "two whole sweeps lie between the attempts"


async def test_a_third_time_it_is_never_sent(rig_maker: RigMaker) -> None:
    rig = await rig_maker(sweep_interval_s=1)
    rig.sandbox.faults.arm("error-500", route="enqueue")
    await rig.engine.start()
    await rig.ask()
    (failed,) = await rig.at_rest()

    assert failed.failure is not None
    assert failed.failure.kind is FailureKind.LOST
    assert rig.posts_seen() == 2
    assert await rig.ledger_breaches() == []


async def test_being_throttled_does_not_use_up_the_second_try(rig_maker: RigMaker) -> None:
    rig = await rig_maker(sweep_interval_s=1)
    rig.sandbox.faults.arm("429", route="enqueue")
    await rig.engine.start()
    await rig.ask()
    await rig.sandbox.changes.until(lambda: rig.posts_seen() == 2)
    rig.sandbox.faults.disarm("429")
    rig.sandbox.faults.arm("error-500", times=1, route="enqueue")
    (delivered,) = await rig.at_rest()

    assert delivered.state is DELIVERED
    assert delivered.attempts == 2


@pytest.mark.parametrize("days_behind", [0, 3])
async def test_an_orphan_that_turns_up_late_is_delivered_free_of_charge(
    rig_maker: RigMaker, days_behind: int
) -> None:
    rig = await rig_maker(sweep_interval_s=1)
    rig.clock.jump_minutes(-days_behind * 24 * 60)
    for kind in ("forget", "lost-reply"):
        rig.sandbox.faults.arm(kind, times=1)
    await rig.engine.start()
    await rig.ask()
    await rig.sandbox.changes.until(lambda: rig.posts_seen() == 1)
    rig.sandbox.faults.arm("error-500", route="enqueue")
    await rig.at_rest()
    assert (await rig.one()).state is FAILED

    rig.clock.jump_minutes(days_behind * 24 * 60)
    await rig.swept(2)
    remember(rig.sandbox, 0)
    await rig.sandbox.finish(rig.sandbox.generations[0].id)
    delivered = (await rig.reached(DELIVERED))[0]

    assert delivered.free
    assert len(rig.channel.visible(delivered.id)) == 1
    assert await rig.ledger_breaches() == []


@by_hand
async def test_what_is_just_being_sent_is_not_the_orphan_of_one_that_ended(rig: Rig) -> None:
    rig.sandbox.faults.arm("429", times=1, route="enqueue")
    await rig.engine.start()
    first = await rig.ask()
    await rig.sandbox.changes.until(lambda: rig.posts_seen() == 1)
    await rig.reached(RESERVED)
    await rig.service.cancel(first.request.id, Actor(7, None))
    await rig.reached(CANCELLED)

    async def sweep_before_the_reply_is_heard(_: RemoteGeneration) -> None:
        await rig.swept(2)

    rig.queue.after_post = sweep_before_the_reply_is_heard
    second = await rig.ask()
    (rendering,) = await rig.reached(RENDERING)

    assert rendering.request_id == second.request.id
    assert [g.status.value for g in rig.sandbox.generations] == ["queued"]
    assert {g.state for g in await rig.everything()} == {CANCELLED, RENDERING}


class OneTroubled:
    """Puts every request together but those with one prompt."""

    def __init__(self, rig: Rig, trouble: Exception) -> None:
        self._real = rig.parts.submitter._payloads
        self._trouble = trouble
        self.tries = 0
        rig.parts.submitter._payloads = self  # type: ignore[assignment]

    async def build(self, request: VideoRequest) -> dict[str, Any]:
        if request.settings.prompt == "troubled":
            self.tries += 1
            raise self._trouble
        return await self._real.build(request)


@pytest.mark.parametrize("trouble", [OxenAmbiguousError(status_code=500), KeyError("unexpected")])
async def test_what_cannot_be_put_together_holds_nobody_up_and_ends_with_a_reason(
    rig_maker: RigMaker, troubles: Troubles, trouble: Exception
) -> None:
    rig = await rig_maker(max_in_flight=1)
    one = OneTroubled(rig, trouble)
    for user_id in range(5):
        await rig.ask(user_id=user_id, prompt="troubled")
    await rig.ask(user_id=9)
    await rig.engine.start()

    (delivered,) = await rig.reached(DELIVERED)
    assert delivered.user_id == 9
    assert one.tries < 5 * 5, "less and less often"

    async def ended() -> bool:
        rig.clock.pass_minutes(6)
        rig.parts.submitter.wake()
        return len(await rig.store.in_states(FAILED)) == 5

    await rig.until(ended)
    assert {g.failure for g in await rig.store.in_states(FAILED)} == {
        Failure(FailureKind.INTERNAL, "It could not be put together.")
    }
    assert await rig.ledger_breaches() == []
    if isinstance(trouble, KeyError):
        troubles.expect("submit.preparation_broke")


async def test_the_orphan_of_an_attempt_is_adopted_when_the_repeat_was_not_taken_any_more(
    rig_maker: RigMaker,
) -> None:
    rig = await rig_maker(sweep_interval_s=1)
    for kind in ("forget", "lost-reply"):
        rig.sandbox.faults.arm(kind, times=1)

    async def nothing_more(_: Mapping[str, Any]) -> None:
        OneTroubled(rig, ValueError("the form has changed"))

    rig.queue.before_post = nothing_more
    await rig.engine.start()
    await rig.ask(prompt="troubled")
    (failed,) = await rig.reached(FAILED)
    assert failed.failure == Failure(FailureKind.NOT_ACCEPTED, "The form has changed.")

    remember(rig.sandbox, 0)
    await rig.sandbox.finish(rig.sandbox.generations[0].id)
    (delivered,) = await rig.reached(DELIVERED)

    assert delivered.free
    assert await rig.ledger_breaches() == []


@pytest.mark.parametrize("kind", ["429", "no-credits"])
async def test_what_oxen_declines_after_a_moderator_gave_it_up_stays_given_up(
    rig: Rig, kind: str
) -> None:
    given_up = Failure(FailureKind.LOST, "A moderator gave it up.")

    async def give_up(_: Mapping[str, Any]) -> None:
        await rig.store.fail((await rig.one()).id, failure=given_up, now_ms=rig.clock.now_ms)

    rig.queue.before_post = give_up
    rig.sandbox.faults.arm(kind, route="enqueue")
    await rig.engine.start()
    await rig.ask()
    await rig.sandbox.changes.until(lambda: rig.posts_seen() == 1)
    post = rig.parts.submitter._posts[1]
    await post

    assert (await rig.one()).failure == given_up


def remember(sandbox: Sandbox, number: int) -> None:
    """Let a generation that was forgotten be known again, as a list that lags behind does."""
    generation = sandbox.generations[number]
    sandbox._generations._all[generation.id] = replace(generation, forgotten=False)


async def test_only_a_few_payloads_with_pictures_are_in_hand(
    rig_maker: RigMaker, tmp_path: Path
) -> None:
    rig = await rig_maker(max_in_flight=20)
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / FOX.image.sha256).write_bytes(FOX_DATA)
    under_way, most = 0, 0
    go_on = asyncio.Event()

    async def hold(_: Mapping[str, Any]) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await go_on.wait()

    async def let_go(_: RemoteGeneration) -> None:
        nonlocal under_way
        under_way -= 1

    rig.queue.before_post, rig.queue.after_post = hold, let_go
    for _ in range(3):
        await rig.ask(takes=3, references=(FOX,))
    await rig.engine.start()

    async def stuck() -> bool:
        return under_way >= 4

    await rig.until(stuck)
    for _ in range(4):
        rig.parts.submitter.wake()
        await asyncio.sleep(2)
    go_on.set()
    delivered = await rig.at_rest()

    assert most == 4
    assert [row.state for row in delivered] == [DELIVERED] * 9
