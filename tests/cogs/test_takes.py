"""Several takes of one prompt: a row, a result and a charge for each, one card for all."""

from typing import Any

import pytest

from bot.models.generation import GenerationState
from bot.sandbox.faults import Fault
from tests.world import World, button, private_answer, renumber, words

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
        assert f"**Take {take}** · [see the video](https://discord.com/channels/" in done
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
    assert card.count("[see the video](") == 1


@pytest.mark.world(sandbox=BY_HAND)
async def test_takes_appear_together_as_they_finish_and_the_owner_picks_one(world: World) -> None:
    await world.create("a walk", takes=3, duration=3)
    one, two, _ = await world.takes_at_oxen(3)
    await world.sandbox.finish(two.id)
    await world.until(lambda: "see the video" in words(world.messages()[0]))
    card = world.messages()[0]
    assert [file.filename for file in card.attachments] == ["takes.webp"]
    assert "[Pick take" not in words(card), "one is no choice yet"

    await world.sandbox.finish(one.id)
    card = await world.shows("[Pick take 1]", "[Pick take 2]", "picks the best one.")

    refused = await world.ben.click(card, label="Pick take 1")
    assert "who asked for these takes, picks the take." in words(private_answer(refused))

    await world.restart()
    told = await world.alice.click(world.messages()[0], label="Pick take 2")

    assert "You picked take 2." in words(private_answer(told))
    await world.shows("**Take 2** was picked.", "[Take 2 · picked]", "[Pick take 1]")


async def test_in_a_poll_everybody_has_one_vote_that_can_be_moved(world: World) -> None:
    await world.create("a walk", takes=2, duration=3, poll=True)
    for take in (1, 2):
        await world.delivered(take=take)
    card = await world.shows("Everybody chooses", "no votes yet", "[Take 1 · 0]")

    first, second = button(card, "Take 1 · 0"), button(card, "Take 2 · 0")
    await world.ben.click(card, custom_id=first)
    await world.alice.click(card, custom_id=first)
    moved = await world.ben.click(card, custom_id=second)
    await world.mia.click(card, custom_id=second)
    assert "Your vote is for take 2." in words(private_answer(moved))
    card = await world.shows("3 votes so far", "[Take 1 · 1]", "[Take 2 · 2]")

    refused = await world.ben.click(card, label="Close the poll")
    assert "or a moderator closes the poll" in words(private_answer(refused))
    told = await world.alice.click(card, label="Close the poll")

    assert "The poll is closed: take 2 it is." in words(private_answer(told))
    card = await world.shows("**Take 2** was picked with 2 votes.")
    assert "[Take" not in words(card)
    assert "[Pick" not in words(card)
    renumber(world, card, button(card, "Again"), first)
    late = await world.alice.click(card, label="Again")
    assert "The poll has chosen take 2." in words(private_answer(late))


async def test_a_poll_that_ends_level_is_decided_by_the_owner(world: World) -> None:
    await world.create("a walk", takes=2, duration=3, poll=True)
    for take in (1, 2):
        await world.delivered(take=take)
    card = await world.shows("[Take 1 · 0]")
    first, second = button(card, "Take 1 · 0"), button(card, "Take 2 · 0")
    await world.ben.click(card, custom_id=first)
    await world.alice.click(card, custom_id=second)

    told = await world.mia.click(world.messages()[0], label="Close the poll")

    assert "with takes 1 and 2 level. Pick one of them." in words(private_answer(told))
    card = await world.shows("The poll ended with takes 1 and 2 level;", "[Pick take 1]")
    late = await world.ben.click(card, label="Pick take 1")
    assert "picks the take." in words(private_answer(late))
    await world.alice.click(card, label="Pick take 1")
    await world.shows("**Take 1** was picked with 1 vote.")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"takes": 1}, "A poll needs something to choose from: ask for 2 to 4 takes."),
        ({"takes": 2, "private": True}, "In private there is nobody to vote."),
    ],
)
async def test_a_poll_without_a_choice_or_without_people_is_refused(
    world: World, options: dict[str, Any], told: str
) -> None:
    answered = await world.create("a walk", poll=True, **options)

    assert told in words(private_answer(answered))
    assert world.sandbox.generations == ()
