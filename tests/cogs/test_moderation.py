"""``/unsettled``: what hangs becomes visible to moderators, who can settle it by hand."""

import pytest
from simcord import SetupError

from bot.models.generation import GenerationState
from bot.models.remote import RemoteStatus
from tests.world import World, button, private_answer, words

HOUR_MS = 3_600_000


@pytest.mark.world(sandbox={"render_seconds": None})
async def test_what_hangs_is_shown_to_moderators_alone(world: World) -> None:
    await world.create("a lonely lighthouse")
    await world.reached(GenerationState.RENDERING)

    calm = private_answer(await world.mia.slash(world.channel, "unsettled"))
    world.clock.ahead_ms += HOUR_MS
    told = private_answer(await world.mia.slash(world.channel, "unsettled"))

    assert "Nothing hangs" in words(calm)
    assert "1 video hangs" in words(told)
    assert "a lonely lighthouse" in words(told)
    assert "rendering at Oxen" in words(told)
    with pytest.raises(SetupError):
        await world.alice.slash(world.channel, "unsettled")


@pytest.mark.world(sandbox={"render_seconds": None})
async def test_giving_up_gives_the_quota_back_and_tells_the_owner(world: World) -> None:
    await world.create("a lonely lighthouse", duration=5)
    await world.reached(GenerationState.RENDERING)
    world.clock.ahead_ms += HOUR_MS
    told = private_answer(await world.mia.slash(world.channel, "unsettled"))

    await world.mia.click(told, custom_id=button(told, "Give up"))

    await world.reached(GenerationState.FAILED)
    await world.at_rest()
    assert await world.used(world.alice) == (0, 0)
    assert "A moderator gave it up." in words(world.messages()[0])
    (at_oxen,) = world.sandbox.generations
    assert (await world.sandbox.ended(at_oxen.id)).status is RemoteStatus.CANCELLED


@pytest.mark.world(sandbox={"render_seconds": None})
async def test_what_oxen_finishes_although_it_was_given_up_is_posted_for_free(
    world: World,
) -> None:
    world.sandbox.faults.arm("error-500", route="cancel")
    await world.create("a lonely lighthouse", duration=5)
    generation = await world.reached(GenerationState.RENDERING)
    world.clock.ahead_ms += HOUR_MS
    card = private_answer(await world.mia.slash(world.channel, "unsettled"))

    told = await world.mia.click(card, custom_id=button(card, "Give up"))
    await world.reached(GenerationState.FAILED)
    await world.sandbox.finish(generation.oxen_id or "")
    world.app.engine.sweep()

    assert "a lonely lighthouse" in words(await world.delivered())
    assert "If it finishes all the same" in words(private_answer(told))
    assert await world.used(world.alice) == (0, 0)


@pytest.mark.world(sandbox={"render_seconds": None}, quota={"in_flight": "unlimited"})
async def test_the_oldest_are_shown_and_all_are_counted(world: World) -> None:
    await world.create("the first", takes=4)
    await world.create("the second", takes=4)
    await world.at_oxen(4)
    world.clock.ahead_ms += 2 * HOUR_MS

    told = words(private_answer(await world.mia.slash(world.channel, "unsettled")))

    assert "8 videos hang" in told
    assert "The 5 oldest are shown." in told
    assert told.count("> the first") == 4
    assert told.count("> the second") == 1


@pytest.mark.world(sandbox={"render_seconds": None})
async def test_trying_again_looks_at_once(world: World) -> None:
    await world.create("a lonely lighthouse")
    generation = await world.reached(GenerationState.RENDERING)
    world.sandbox.faults.arm("lost-event", times=1)
    await world.sandbox.finish(generation.oxen_id or "")
    world.clock.ahead_ms += HOUR_MS
    told = private_answer(await world.mia.slash(world.channel, "unsettled"))

    await world.mia.click(told, custom_id=button(told, "Try again"))

    assert "a lonely lighthouse" in words(await world.delivered())
