"""``/unsettled``: what hangs becomes visible to moderators, who can settle it by hand."""

import pytest
from simcord import SetupError

from bot.models.generation import GenerationState
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
