from __future__ import annotations

import asyncio
from functools import partial
from itertools import pairwise

import pytest

from bot.errors import PostAmbiguousError, PostImpossibleError
from bot.generations.forecast import Forecast
from bot.generations.ports import Progress
from bot.models.generation import GenerationState
from tests.generations.conftest import RigMaker
from tests.generations.rig import Rig

RENDERING = GenerationState.RENDERING
DELIVERED = GenerationState.DELIVERED
ARRIVING = {GenerationState.READY, GenerationState.POSTING}
by_hand = pytest.mark.world(sandbox={"render_seconds": None})


def picture(card: Progress) -> object:
    """What tells one picture of a card from another."""
    states = ["arriving" if g.state in ARRIVING else g.state for g in card.request.generations]
    return tuple(states), card.waiting_position


async def shows(rig: Rig, request_id: int, state: GenerationState) -> bool:
    cards = rig.channel.shown(request_id)
    return bool(cards) and cards[-1].request.generations[0].state is state


async def test_a_state_is_shown_once_at_most_and_the_last_one_always(rig: Rig) -> None:
    await rig.engine.start()
    asked = await rig.ask(takes=2)
    await rig.at_rest()

    pictures = [picture(card) for card in rig.channel.shown(asked.request.id)]
    assert [one for one, following in pairwise(pictures) if one == following] == []
    assert pictures[-1] == ((DELIVERED, DELIVERED), None)


@by_hand
async def test_where_nothing_changed_nothing_is_edited(rig: Rig) -> None:
    await rig.engine.start()
    asked = await rig.ask()
    await rig.reached(RENDERING)
    await rig.until(partial(shows, rig, asked.request.id, RENDERING))
    edits = len(rig.channel.cards)

    for _ in range(5):
        assert await rig.parts.board.lane._work(asked.request.id) is not None

    assert len(rig.channel.cards) == edits


@by_hand
async def test_a_state_that_is_over_at_once_is_not_drawn(rig: Rig) -> None:
    loop = asyncio.get_running_loop()
    lane = asyncio.create_task(rig.parts.board.lane.run())
    began_s = loop.time()
    waiting = await rig.ask()
    (generation,) = waiting.generations
    await rig.until(partial(shows, rig, waiting.request.id, GenerationState.RESERVED))
    assert loop.time() - began_s >= 1

    await rig.store.begin_attempt(generation.id, fingerprint="", now_ms=1)
    submitting = await rig.one()
    rendering = await rig.store.accept(generation.id, oxen_id="o", now_ms=2)
    rig.parts.board.changed(submitting)
    rig.parts.board.changed(rendering)
    assert rig.parts.board._pause_s(waiting.request.id) == 0, "it lasts: drawn at once"
    await rig.until(partial(shows, rig, waiting.request.id, RENDERING))

    assert len(rig.channel.cards) == 2
    lane.cancel()


@by_hand
async def test_however_fast_passing_states_follow_each_other_one_is_drawn(rig: Rig) -> None:
    lane = asyncio.create_task(rig.parts.board.lane.run())
    waiting = await rig.ask()

    async def drawn() -> bool:
        rig.parts.board.changed(waiting.generations[0])
        return bool(rig.channel.cards)

    await rig.until(drawn)
    lane.cancel()


@by_hand
async def test_in_a_crowd_cards_give_way_to_what_is_still_to_begin(rig_maker: RigMaker) -> None:
    rig = await rig_maker(max_in_flight=10)
    submitter, board = rig.parts.submitter, rig.parts.board
    *first, last = [(await rig.ask()).request.id for _ in range(5)]

    await submitter._submit_what_fits()
    await rig.reached(RENDERING, count=4)
    assert submitter.has_more()
    assert all(board._pause_s(request_id) > 0 for request_id in first)

    await submitter._submit_what_fits()
    await rig.reached(RENDERING, count=5)
    assert board._pause_s(last) == 0


async def test_an_edit_that_failed_is_made_later(rig: Rig) -> None:
    rig.channel.edit_mishaps = [PostAmbiguousError] * 3
    await rig.engine.start()
    asked = await rig.ask()
    await rig.at_rest()

    assert rig.channel.edit_mishaps == []
    assert await shows(rig, asked.request.id, DELIVERED)


async def test_a_placeholder_that_is_gone_holds_nothing_up(rig: Rig) -> None:
    rig.channel.edit_mishaps = [PostImpossibleError] * 50
    await rig.engine.start()
    await rig.ask()
    (delivered,) = await rig.at_rest()

    assert delivered.state is DELIVERED


async def test_the_last_state_is_shown_after_a_restart(rig_maker: RigMaker) -> None:
    first = await rig_maker()
    first.channel.edit_mishaps = [PostAmbiguousError] * 1_000
    await first.engine.start()
    asked = await first.ask()
    await first.reached(DELIVERED)
    await first.kill()
    first.channel.edit_mishaps.clear()

    second = await rig_maker()
    await second.engine.start()
    await second.at_rest()

    assert await shows(second, asked.request.id, DELIVERED)


@by_hand
async def test_who_waits_sees_their_place_in_line(rig_maker: RigMaker) -> None:
    rig = await rig_maker(max_in_flight=1)
    await rig.ask(user_id=1)
    waiting = await rig.ask(user_id=2)
    await rig.engine.start()
    await rig.reached(RENDERING)
    rig.clock.pass_minutes(1)

    async def is_next() -> bool:
        cards = rig.channel.shown(waiting.request.id)
        return bool(cards) and cards[-1].waiting_position == 1

    await rig.until(is_next)


@by_hand
async def test_what_takes_longer_than_expected_stops_promising(rig: Rig) -> None:
    await rig.engine.start()
    asked = await rig.ask()
    await rig.reached(RENDERING)
    await rig.until(partial(shows, rig, asked.request.id, RENDERING))
    promised = rig.channel.cards[-1].expected_at_ms
    assert promised == rig.clock.now_ms + 180_000

    rig.clock.pass_minutes(4)
    await rig.parts.board.lane._work(asked.request.id)

    assert rig.channel.cards[-1].expected_at_ms is None


@by_hand
async def test_the_forecast_is_the_median_of_videos_like_this_one(rig: Rig) -> None:
    await rig.engine.start()
    for minutes in (1, 2, 9):
        await rig.ask()
        (rendering,) = await rig.reached(RENDERING)
        rig.clock.pass_minutes(minutes)
        await rig.sandbox.finish(rendering.oxen_id or "")
        await rig.at_rest()
    asked = await rig.ask()
    forecast = Forecast(rig.store)
    assert await forecast.expected_at_ms(asked) is None, "nothing is at Oxen yet"
    await rig.reached(RENDERING)
    now = await rig.store.request(asked.request.id)
    assert now is not None

    assert await forecast.expected_at_ms(now) == rig.clock.now_ms + 120_000
