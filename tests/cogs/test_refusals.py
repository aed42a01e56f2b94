"""What cannot be made is refused before it costs anything, and told in words that help."""

from typing import Any

import pytest

from tests.world import World, form, picture, private_answer, words

FOX = picture(colour="orange")


@pytest.mark.parametrize(
    ("prompt", "options", "told"),
    [
        (" ", {}, "The prompt is empty."),
        ("\u2003\n ", {}, "The prompt is empty."),
        ("x" * 540, {}, "That prompt is 540 characters, 28 too many."),
        ("x" * 513, {}, "That prompt is 513 characters, 1 too many."),
        (
            "rain",
            {"negative_prompt": "n" * 600},
            "That negative prompt is 600 characters, 88 too many.",
        ),
        (
            "@Image1, @Image2 and @Image3",
            {"image1": ("a.png", FOX), "image3": ("b.png", FOX)},
            "@Image3 is in the prompt, but 2 images are attached.",
        ),
        ("@image1", {}, "@Image1 is in the prompt, but no image is attached."),
        (
            "@Image2",
            {"start_frame": ("a.png", FOX), "image4": ("b.png", FOX)},
            "@Image2 is in the prompt, but 1 image is attached.",
        ),
        ("@Image0", {"image1": ("a.png", FOX)}, "the first image is @Image1."),
        ("@Element1", {"image1": ("a.png", FOX)}, "elements go by their names here"),
        ("the end", {"end_frame": ("a.png", FOX)}, "An end frame needs a start frame"),
    ],
)
async def test_a_mistake_is_told_in_private_and_costs_nothing(
    world: World, prompt: str, options: dict[str, Any], told: str
) -> None:
    result = await world.create(prompt, **options)

    answer = words(private_answer(result))
    assert told in answer
    assert "[Edit]" in answer
    await nothing_happened(world)


async def test_an_empty_prompt_does_not_leave_the_form_of_the_command(world: World) -> None:
    with pytest.raises(Exception, match="at least 1 characters"):
        await world.create("")


async def test_edit_opens_what_was_typed_and_keeps_the_pictures(world: World) -> None:
    refused = await world.create(
        "@Image1 " + "x" * 540,
        image1=("fox.png", FOX),
        start_frame=("moon.png", picture(colour="navy")),
        negative_prompt="rain",
        aspect_ratio="9:16",
        duration=7,
        audio=True,
        takes=2,
    )

    shown = await world.alice.click(private_answer(refused), label="Edit")

    filled = form(shown)
    assert filled == {
        "prompt": "@Image1 " + "x" * 540,
        "negative_prompt": "rain",
        "duration": ["7"],
        "aspect_ratio": ["9:16"],
        "audio": True,
    }
    await world.alice.submit_modal(shown, filled | {"prompt": "@Image1 smiles"})
    await world.delivered(take=1)
    await world.delivered(take=2)
    request = (await world.request()).request
    assert request.takes == 2
    assert [len(g.parameters["input_image"]) for g in world.sandbox.generations] == [1, 1]
    assert all("start_image_url" in g.parameters for g in world.sandbox.generations)
    assert all(g.parameters["prompt"] == "@Image1 smiles" for g in world.sandbox.generations)


async def test_a_second_mistake_in_the_form_is_told_and_can_be_edited_again(world: World) -> None:
    refused = await world.create("x" * 540)
    shown = await world.alice.click(private_answer(refused), label="Edit")

    again = await world.alice.submit_modal(shown, form(shown) | {"prompt": "@Image1"})

    answer = private_answer(again)
    assert "no image is attached" in words(answer)
    once_more = await world.alice.click(answer, label="Edit")
    assert form(once_more)["prompt"] == "@Image1"
    await nothing_happened(world)


@pytest.mark.world(quota={"seconds_per_day": 10})
async def test_a_refusal_after_the_public_thinking_leaves_nothing_public(world: World) -> None:
    refused = await world.create("@Image1 smiles", image1=("fox.png", FOX), duration=15)

    answer = private_answer(refused)
    assert "more than the limit of 10 a day" in words(answer)
    await nothing_happened(world)

    shown = await world.alice.click(answer, label="Edit")
    await world.alice.submit_modal(shown, form(shown) | {"duration": ["5"]})
    await world.delivered()
    assert len(world.sandbox.generations[0].parameters["input_image"]) == 1
    assert await world.used(world.alice) == (1, 5)


async def test_a_draft_is_gone_after_a_week_and_says_so(world: World) -> None:
    refused = await world.create("x" * 540)
    world.clock.ahead_ms += 8 * 24 * 3_600_000
    await world.create("x" * 541)

    late = await world.alice.click(private_answer(refused), label="Edit")

    assert "That was discarded" in words(private_answer(late))


async def nothing_happened(world: World) -> None:
    """Nothing in the channel, nothing at Oxen, nothing in the ledger."""
    await world.env.settle()
    assert world.messages() == []
    assert await world.generations() == []
    assert world.sandbox.generations == ()
    for person in (world.alice, world.ben):
        assert await world.used(person) == (0, 0)
