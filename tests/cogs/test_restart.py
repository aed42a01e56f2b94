"""After a restart everything goes on: what was under way is finished, and old buttons work."""

import pytest

from bot.models.generation import GenerationState
from tests.world import World, form, picture, press_behind_more, private_answer, words

BY_HAND = {"render_seconds": None}
S = GenerationState


@pytest.mark.world(sandbox=BY_HAND)
async def test_what_was_rendering_is_finished_by_the_new_process(world: World) -> None:
    await world.create("a walk", image1=("fox.png", picture()))
    (generation,) = await world.at_oxen()
    await world.shows("### Rendering for")

    await world.restart()
    await world.sandbox.finish(generation.id)

    result = await world.delivered()
    assert world.file(result)
    assert "Done for" in words(world.messages()[0])
    assert len(world.messages()) == 2
    assert len(world.sandbox.generations) == 1, "nothing was sent twice"
    assert await world.used(world.alice) == (1, 5)


@pytest.mark.world(sandbox=BY_HAND)
async def test_what_ended_while_the_bot_was_away_is_found(world: World) -> None:
    await world.create("fine")
    await world.create("refused", by=world.ben)
    fine, refused = await world.at_oxen(2)
    await world.shows("### Rendering for", card=1)

    await world.app.engine.stop()
    await world.sandbox.finish(fine.id)
    await world.sandbox.fail(refused.id, "flagged by the safety check")
    await world.restart()

    await world.reached(S.DELIVERED, request=0)
    await world.reached(S.FAILED, request=1)
    await world.shows("### Not made for", "safety check", card=1)
    assert await world.used(world.alice) == (1, 5)
    assert await world.used(world.ben) == (0, 0)


@pytest.mark.world(sandbox=BY_HAND, oxen={"max_in_flight": 1})
async def test_what_waited_in_line_still_gets_its_turn(world: World) -> None:
    await world.create("first")
    (first,) = await world.at_oxen()
    await world.create("second", by=world.ben)
    await world.shows("Next in line", card=1)

    await world.restart()
    await world.sandbox.finish(first.id)

    _, second = await world.at_oxen(2)
    await world.sandbox.finish(second.id)
    assert f"### Video for {world.ben.mention}" in words(await world.delivered())


@pytest.mark.world(sandbox=BY_HAND)
async def test_a_placeholder_from_before_can_be_cancelled(world: World) -> None:
    await world.create()
    await world.at_oxen()
    card = await world.shows("### Rendering for")

    await world.restart()
    told = await world.alice.click(card, label="Cancel")

    assert "Cancelling." in words(private_answer(told))
    await world.reached(S.CANCELLED)
    await world.shows("### Cancelled for")
    assert await world.used(world.alice) == (0, 0)


async def test_the_buttons_of_an_old_result_work(world: World) -> None:
    await world.create("@Image1 dances", image1=("fox.png", picture()))
    result = await world.delivered()

    await world.restart()

    await world.ben.click(result, label="Again")
    again = await world.delivered()
    assert f"### Video for {world.ben.mention}" in words(again)
    shown = await world.ben.click(result, label="Edit")
    await world.ben.submit_modal(shown, form(shown) | {"prompt": "@Image1 sleeps"})
    edited = await world.delivered()
    assert "> @Image1 sleeps" in words(edited)
    assert all(len(g.parameters["input_image"]) == 1 for g in world.sandbox.generations)
    call = await press_behind_more(world.ben, result, "API call")
    assert world.file(call, "request.py")
    question = await press_behind_more(world.alice, result, "Delete")
    await world.alice.click(question, label="Delete")
    assert result.id not in [message.id for message in world.messages()]


async def test_a_refused_draft_can_still_be_edited(world: World) -> None:
    refused = await world.create("@Image1 " + "x" * 540, image1=("fox.png", picture()))
    answer = private_answer(refused)

    await world.restart()

    shown = await world.alice.click(answer, label="Edit")
    await world.alice.submit_modal(shown, form(shown) | {"prompt": "@Image1 smiles"})
    assert "> @Image1 smiles" in words(await world.delivered())


async def test_what_was_typed_in_a_form_comes_back_when_nobody_waits_for_it(world: World) -> None:
    refused = await world.create("@Image1 " + "x" * 540, image1=("fox.png", picture()))
    shown = await world.alice.click(private_answer(refused), label="Edit")

    await world.restart()

    told = await world.alice.submit_modal(shown, form(shown) | {"prompt": "a ```fox``` smiles"})
    answer = words(private_answer(told))
    assert "I was restarted meanwhile" in answer
    assert "```\na '''fox''' smiles\n```" in answer
    assert world.messages() == []


async def test_the_commands_are_registered_once_not_at_every_start(world: World) -> None:
    await world.restart()
    await world.restart()

    registrations = [
        r for r in world.env.http_requests if r.method == "PUT" and r.path.endswith("/commands")
    ]
    assert len(registrations) == 1
    await world.create()
    await world.delivered()


async def test_what_was_used_is_not_forgotten(world: World) -> None:
    await world.create()
    await world.delivered()

    await world.restart()

    assert "1 of 20 videos" in words(
        private_answer(await world.alice.slash(world.channel, "quota"))
    )
