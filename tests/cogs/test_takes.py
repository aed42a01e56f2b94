"""Several takes of one prompt: a row, a result and a charge for each, one card for all."""

import pytest

from bot.models.generation import GenerationState
from bot.sandbox.faults import Fault
from tests.world import World, private_answer, words

BY_HAND = {"render_seconds": None}
S = GenerationState


async def test_three_takes_are_three_videos_and_three_charges(world: World) -> None:
    await world.create("a walk", takes=3, duration=4)

    results = [await world.delivered(take=take) for take in (1, 2, 3)]

    assert len({result.id for result in results}) == 3
    for take, result in enumerate(results, start=1):
        assert f"take {take} of 3" in words(result)
        assert "$0.90" in words(result), "each shows what it cost itself"
    assert len(world.sandbox.generations) == 3
    assert await world.used(world.alice) == (3, 12)
    done = words(world.messages()[0])
    assert "Done for" in done
    for take, result in enumerate(results, start=1):
        assert f"[take {take}](https://discord.com/channels/" in done
        assert f"/{result.id})" in done


@pytest.mark.world(sandbox=BY_HAND)
async def test_the_card_lists_each_take_and_the_price_of_all(world: World) -> None:
    await world.create("a walk", takes=3, duration=4)
    one, _, _ = await world.at_oxen(3)

    await world.shows("**Take 1** · rendering", "**Take 3** · rendering", "3 takes · $2.69")

    await world.sandbox.finish(one.id)
    await world.until(lambda: "see the video" in words(world.messages()[0]))
    card = words(world.messages()[0])
    assert card.count("see the video") == 1
    assert card.count("rendering") == 2
    assert "### Rendering for" in card


@pytest.mark.world(sandbox={"faults": (Fault("fail-generation", times=1),)})
async def test_one_take_that_fails_does_not_cost_the_others(world: World) -> None:
    await world.create("a walk", takes=3)

    for take in (1, 2, 3):
        await world.reached(S.DELIVERED, S.FAILED, take=take)
    await world.at_rest()

    states = sorted(g.state for g in await world.generations())
    assert states == [S.DELIVERED, S.DELIVERED, S.FAILED]
    card = words(world.messages()[0])
    assert "### Partly done for" in card
    assert card.count("see the video") == 2
    assert "not made: the safety check refused it" in card
    assert "Nothing was charged for what was not made." in card
    assert await world.used(world.alice) == (2, 10)


@pytest.mark.world(sandbox=BY_HAND, oxen={"max_in_flight": 2})
async def test_cancel_stops_the_rest_and_keeps_what_is_there(world: World) -> None:
    await world.create("a walk", takes=3)
    one, *_ = await world.at_oxen(2)
    await world.sandbox.finish(one.id)
    await world.until(lambda: "see the video" in words(world.messages()[0]))

    told = await world.alice.click(world.messages()[0], label="Cancel")

    assert "Cancelling." in words(private_answer(told))
    for take in (1, 2, 3):
        await world.reached(S.DELIVERED, S.CANCELLED, take=take)
    await world.at_rest()
    assert sorted(g.state for g in await world.generations()) == [
        S.CANCELLED,
        S.CANCELLED,
        S.DELIVERED,
    ]
    assert await world.used(world.alice) == (1, 5)
    card = words(world.messages()[0])
    assert "Done for" in card
    assert card.count("cancelled") == 2
    assert card.count("[take ") == 1
