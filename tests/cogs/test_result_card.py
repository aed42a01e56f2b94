"""The result: it calls the one who asked and nobody else, and its buttons do what they say."""

import httpx
import pytest

from bot.models.generation import GenerationState
from tests.world import World, button, form, picture, private_answer, renumber, words

FOX = picture(colour="orange")
# Behind a dot, where Discord still hears a mention and the bot no name of the cast.
NASTY = (
    ".@everyone .@here <@1> <@&2> <#3> **bold** `code` ```\nblock``` ||spoiler|| [link](https://x.y)"
    "\n# heading\n> quote\n- list <t:0:R> :smile: ~~gone~~ \u202ereversed"
)


async def test_it_mentions_the_one_who_asked_and_notifies_nobody_else(world: World) -> None:
    await world.create(NASTY)
    await world.delivered()

    sends = [
        request.json
        for request in world.env.http_requests
        if request.method == "POST" and request.path == f"/channels/{world.channel.id}/messages"
    ]
    assert [send and send["allowed_mentions"] for send in sends] == [
        {"parse": [], "users": [world.alice.id]}
    ]


async def test_a_prompt_stays_in_its_place_on_every_card(world: World) -> None:
    await world.create(NASTY)
    result = await world.delivered()

    for card in world.messages():
        assert card.mention_everyone is False
        assert card.role_mentions == []
    shown = words(result)
    (quoted,) = [line for line in shown.splitlines() if line.startswith("> ")]
    assert "everyone" in quoted, "the prompt is still there to be read"
    for forbidden in ("@everyone", "@here", "<@1>", "<@&2>", "<#3>", "<t:0", "\u202e"):
        assert forbidden not in shown
    for syntax in ("**bold", "```", "||spoiler", "[link](", "~~gone"):
        assert syntax not in shown
    assert "\n# heading" not in shown
    assert world.sandbox.generations[0].parameters["prompt"] == NASTY


async def test_it_says_how_long_it_took(world: World) -> None:
    await world.create("a walk", duration=3, audio=True)

    shown = words(await world.delivered())

    assert "Kling O3 Pro · 3 s · 16:9 · sound · $0.67 · took 1 s" in shown


async def test_again_makes_it_once_more_for_whoever_presses(world: World) -> None:
    await world.create("@Image1 dances", image1=("fox.png", FOX), duration=4)
    result = await world.delivered()

    await world.ben.click(result, label="Again")

    second = await world.delivered()
    assert second.id != result.id
    assert f"### Video for {world.ben.mention}" in words(second)
    first_asked, second_asked = world.sandbox.generations
    assert second_asked.parameters == first_asked.parameters
    assert await world.used(world.alice) == (1, 4)
    assert await world.used(world.ben) == (1, 4)


async def test_edit_opens_everything_and_makes_a_new_request(world: World) -> None:
    await world.create(
        "@Image1 dances",
        image1=("fox.png", FOX),
        start_frame=("moon.png", picture(colour="navy")),
        negative_prompt="rain",
        aspect_ratio="9:16",
        duration=7,
    )
    result = await world.delivered()

    shown = await world.alice.click(result, label="Edit")

    filled = form(shown)
    assert filled == {
        "prompt": "@Image1 dances",
        "negative_prompt": "rain",
        "duration": ["7"],
        "aspect_ratio": ["9:16"],
        "audio": False,
    }
    changed = {
        "prompt": "@Image1 sleeps",
        "negative_prompt": "",
        "duration": ["3"],
        "aspect_ratio": ["1:1"],
        "audio": True,
    }
    await world.alice.submit_modal(shown, changed)
    second = await world.delivered()
    assert second.id != result.id
    before, after = (dict(g.parameters) for g in world.sandbox.generations)
    assert after["input_image"] == before["input_image"]
    assert after["start_image_url"] == before["start_image_url"]
    assert after["prompt"] == "@Image1 sleeps"
    assert after["duration"] == 3
    assert after["aspect_ratio"] == "1:1"
    assert after["generate_audio"] is True
    assert "negative_prompt" not in after
    assert await world.used(world.alice) == (2, 10)


async def test_somebody_else_may_edit_and_then_pays(world: World) -> None:
    await world.create("a walk")
    result = await world.delivered()

    shown = await world.ben.click(result, label="Edit")
    await world.ben.submit_modal(shown, form(shown) | {"prompt": "a run"})

    assert f"### Video for {world.ben.mention}" in words(await world.delivered())
    assert await world.used(world.alice) == (1, 5)
    assert await world.used(world.ben) == (1, 5)


async def test_a_button_of_a_request_that_is_not_there_says_so(world: World) -> None:
    await world.create()
    result = await world.delivered()
    renumber(world, result, button(result, "Again"), "clap:again:999")

    told = await world.alice.click(world.messages()[-1], label="Again")

    assert "There is no such video here." in words(private_answer(told))


@pytest.mark.world(sandbox={"render_seconds": None})
async def test_the_file_in_the_channel_is_the_one_that_oxen_made(world: World) -> None:
    await world.create()
    (generation,) = await world.at_oxen()
    await world.sandbox.finish(generation.id)
    result = await world.delivered()

    made = await world.reached(GenerationState.DELIVERED)
    remote = await world.app.bot.services.generations._queue.get(made.oxen_id or "")

    async with httpx.AsyncClient(trust_env=False) as client:
        original = await client.get(remote.result_url or "")
    assert world.file(result) == original.content
