"""When it does not work out: a reason in plain words, Oxen's own beside it, nothing charged."""

import pytest

from bot.models.generation import GenerationState
from bot.sandbox.faults import Fault
from tests.world import World, button, picture, words

BY_HAND = {"render_seconds": None}


async def failed_card(world: World) -> str:
    """The placeholder's words once the request has failed."""
    await world.reached(GenerationState.FAILED)
    await world.at_rest()
    return words(world.messages()[0])


@pytest.mark.world(sandbox=BY_HAND)
async def test_a_refusal_by_oxen_is_explained_and_gives_the_quota_back(world: World) -> None:
    await world.create("a duel", image1=("fox.png", picture()))
    (generation,) = await world.at_oxen()
    await world.shows("### Rendering for")
    assert await world.used(world.alice) == (1, 5)

    await world.sandbox.fail(generation.id, "The request was flagged by our safety system [E17].")

    card = await failed_card(world)
    assert "### Not made for" in card
    assert "its safety check refused the prompt or a picture. Nothing was charged." in card
    assert r"Oxen: “The request was flagged by our safety system \[E17\].”" in card
    assert "$1.12" not in card, "nothing was charged"
    assert len(world.messages()) == 1
    assert world.messages()[0].attachments == []
    assert await world.used(world.alice) == (0, 0)


@pytest.mark.world(sandbox=BY_HAND)
async def test_what_oxen_says_mentions_nobody_and_shows_no_address(world: World) -> None:
    await world.create()
    (generation,) = await world.at_oxen()

    words_of_oxen = "@everyone <@1> ```boom``` https://host/secret?signature=abc\n# BIG"
    await world.sandbox.fail(generation.id, words_of_oxen)

    card = await failed_card(world)
    assert "signature" not in card
    assert "@everyone" not in card
    assert "<@1>" not in card
    assert "```" not in card
    assert "\n# BIG" not in card


@pytest.mark.world(sandbox=BY_HAND)
async def test_a_failed_request_can_be_made_again(world: World) -> None:
    await world.create("a walk", image1=("fox.png", picture()))
    (first,) = await world.at_oxen()
    await world.sandbox.fail(first.id, "Model overloaded, try again")
    assert "it is too busy" in await failed_card(world)

    await world.alice.click(world.messages()[0], label="Again")

    _, second = await world.at_oxen(2)
    assert second.parameters == first.parameters
    await world.sandbox.finish(second.id)
    await world.delivered()
    assert await world.used(world.alice) == (1, 5)


@pytest.mark.world(sandbox={"faults": (Fault("no-credits"),)})
async def test_without_credits_it_says_so_and_costs_nothing(world: World) -> None:
    await world.create()

    card = await failed_card(world)

    assert "The Oxen account of this bot has no credits left. Nothing was charged." in card
    assert "Whoever runs the bot can add some" in card
    assert await world.used(world.alice) == (0, 0)


@pytest.mark.world(sandbox={"faults": (Fault("no-credits-running"),)})
async def test_credits_that_run_out_while_it_renders_read_the_same(world: World) -> None:
    await world.create()

    card = await failed_card(world)

    assert "The Oxen account of this bot has no credits left. Nothing was charged." in card
    assert await world.used(world.alice) == (0, 0)


@pytest.mark.world(sandbox={"faults": (Fault("unauthorised", route="enqueue"),)})
async def test_a_refused_key_is_for_the_operator_to_mend(world: World) -> None:
    await world.create()

    async def refused() -> str:
        return await failed_card(world)

    with pytest.raises(AssertionError, match="key_refused"):
        await refused()
    world.troubles.expect("oxen.key_refused")
    card = await failed_card(world)
    assert "Oxen did not accept this request. Nothing was charged." in card
    assert button(world.messages()[0], "Again")
    assert await world.used(world.alice) == (0, 0)


@pytest.mark.world(sandbox={"faults": (Fault("corrupt-result", times=1),)})
async def test_a_result_that_is_no_video_is_fetched_again(world: World) -> None:
    await world.create()

    result = await world.delivered()

    assert world.file(result)
    assert await world.used(world.alice) == (1, 5)
