"""Cancelling: by those who may, at every stage, and what happens when Oxen is faster."""

import pytest

from bot.models.generation import GenerationState
from bot.models.remote import RemoteStatus
from bot.sandbox.faults import Fault
from tests.world import World, private_answer, words

BY_HAND = {"render_seconds": None}
S = GenerationState


@pytest.mark.world(sandbox=BY_HAND)
async def test_the_owner_cancels_what_is_rendering(world: World) -> None:
    await world.create()
    (generation,) = await world.at_oxen()
    card = await world.shows("### Rendering for")

    told = await world.alice.click(card, label="Cancel")

    assert "Cancelling. The card shows how it ends; nothing is charged" in words(
        private_answer(told)
    )
    await world.reached(S.CANCELLED)
    await world.at_rest()
    assert world.sandbox.generations[0].status is RemoteStatus.CANCELLED
    assert generation.id == world.sandbox.generations[0].id
    shown = words(world.messages()[0])
    assert "### Cancelled for" in shown
    assert "Nothing was charged." in shown
    assert "[Cancel]" not in shown
    assert await world.used(world.alice) == (0, 0)


@pytest.mark.world(sandbox=BY_HAND)
async def test_a_moderator_cancels_it_too(world: World) -> None:
    await world.create()
    await world.at_oxen()
    card = await world.shows("### Rendering for")

    told = await world.mia.click(card, label="Cancel")

    assert "Cancelling." in words(private_answer(told))
    await world.reached(S.CANCELLED)
    assert await world.used(world.alice) == (0, 0)


@pytest.mark.world(sandbox=BY_HAND)
async def test_others_are_told_who_may(world: World) -> None:
    await world.create()
    (generation,) = await world.at_oxen()
    card = await world.shows("### Rendering for")

    told = await world.ben.click(card, label="Cancel")

    assert (
        f"Only {world.alice.mention}, who asked for this video, or a moderator can cancel it."
        in words(private_answer(told))
    )
    await world.sandbox.finish(generation.id)
    await world.delivered()
    assert await world.used(world.alice) == (1, 5)


@pytest.mark.world(sandbox=BY_HAND, oxen={"max_in_flight": 1})
async def test_what_waits_in_line_is_cancelled_at_once_and_never_sent(world: World) -> None:
    await world.create("first", by=world.ben)
    (first,) = await world.at_oxen()
    await world.create("second")
    card = await world.shows("Next in line", card=1)

    await world.alice.click(card, label="Cancel")

    await world.reached(S.CANCELLED)
    await world.shows("### Cancelled for", card=1)
    await world.sandbox.finish(first.id)
    await world.reached(S.DELIVERED, request=0)
    assert len(world.sandbox.generations) == 1
    assert await world.used(world.alice) == (0, 0)


@pytest.mark.world(sandbox=BY_HAND | {"faults": (Fault("lost-event"),)})
async def test_a_cancel_that_comes_too_late_delivers_and_charges(world: World) -> None:
    await world.create()
    (generation,) = await world.at_oxen()
    card = await world.shows("### Rendering for")
    await world.sandbox.finish(generation.id)

    await world.alice.click(card, label="Cancel")

    result = await world.delivered()
    assert world.file(result)
    assert "Done for" in words(world.messages()[0])
    assert await world.used(world.alice) == (1, 5)


@pytest.mark.world(sandbox=BY_HAND)
async def test_a_card_from_before_it_ended_says_that_nothing_is_left(world: World) -> None:
    await world.create()
    (generation,) = await world.at_oxen()
    card = await world.shows("### Rendering for")
    pressing = world.env.backend.get_message(world.channel.id, card.id).components
    await world.sandbox.finish(generation.id)
    await world.delivered()
    # Somebody whose Discord has not drawn the last edit yet presses what they still see.
    world.env.backend.get_message(world.channel.id, card.id).components = pressing

    told = await world.alice.click(world.messages()[0], label="Cancel")

    assert "nothing left to cancel" in words(private_answer(told))
    assert await world.used(world.alice) == (1, 5)


@pytest.mark.world(
    sandbox=BY_HAND | {"faults": (Fault("error-500", route="cancel", times=1),)},
)
async def test_oxen_is_asked_again_when_it_did_not_take_the_cancellation(world: World) -> None:
    await world.create()
    await world.at_oxen()
    card = await world.shows("### Rendering for")

    await world.alice.click(card, label="Cancel")

    await world.shows("### Cancelling for", "Oxen has been asked to stop.")
    await world.reached(S.CANCELLED)
    assert await world.used(world.alice) == (0, 0)
