"""``/video create`` through the simulated Discord, from the command to the video."""

import base64
from typing import Any

import pytest

from bot.models.generation import GenerationState
from tests.world import World, button, picture, words

MOON = picture(colour="navy")
FOX = picture(colour="orange", kind="JPEG")
BOAT = picture(colour="white", kind="WEBP")


def pictures_of(value: Any) -> list[bytes]:
    """The files behind ``data:`` addresses."""
    addresses = value if isinstance(value, list) else [value]
    return [base64.b64decode(address.partition(",")[2]) for address in addresses]


async def test_a_video_from_two_pictures_comes_back_in_the_channel(world: World) -> None:
    await world.create(
        "@Image1 meets @Image2",
        image1=("moon.png", MOON),
        image2=("fox.jpg", FOX),
        aspect_ratio="9:16",
        duration=6,
    )

    result = await world.delivered()

    assert world.alice.mention in words(result)
    assert "@Image1 meets @Image2" in words(result)
    assert "Kling O3 Pro · 6 s · 9:16 · no sound · $1.34" in words(result)
    assert world.file(result)
    placeholder = world.messages()[0]
    assert result.reference is not None
    assert result.reference.message_id == placeholder.id
    assert "Done for" in words(placeholder)


async def test_every_option_reaches_the_model(world: World) -> None:
    await world.create(
        "@Image1 and @Image2",
        image1=("moon.png", MOON),
        image2=("fox.jpg", FOX),
        start_frame=("boat.webp", BOAT),
        end_frame=("moon.png", MOON),
        negative_prompt="rain",
        aspect_ratio="1:1",
        duration=4,
        audio=True,
    )

    await world.reached(GenerationState.DELIVERED)

    (generation,) = world.sandbox.generations
    asked = dict(generation.parameters)
    assert generation.model == "kling-video-o3-pro-reference-to-video"
    assert pictures_of(asked.pop("input_image")) == [MOON, FOX]
    assert pictures_of(asked.pop("start_image_url")) == [BOAT]
    assert pictures_of(asked.pop("tail_image_url")) == [MOON]
    assert asked == {
        "prompt": "@Image1 and @Image2",
        "negative_prompt": "rain",
        "aspect_ratio": "1:1",
        "duration": 4,
        "generate_audio": True,
    }


async def test_a_prompt_alone_is_enough(world: World) -> None:
    await world.create("a walk")

    await world.reached(GenerationState.DELIVERED)

    (generation,) = world.sandbox.generations
    assert generation.parameters["prompt"] == "a walk"
    assert generation.parameters["duration"] == 5
    assert generation.parameters["aspect_ratio"] == "16:9"
    assert "input_image" not in generation.parameters
    assert "negative_prompt" not in generation.parameters


async def test_all_four_pictures_keep_their_order(world: World) -> None:
    colours = ["red", "green", "blue", "black"]
    attached = [picture(colour=colour) for colour in colours]

    await world.create(
        "@Image4 to @Image1",
        image4=("d.png", attached[3]),
        image2=("b.png", attached[1]),
        image1=("a.png", attached[0]),
        image3=("c.png", attached[2]),
    )

    await world.reached(GenerationState.DELIVERED)
    (generation,) = world.sandbox.generations
    assert pictures_of(generation.parameters["input_image"]) == attached


@pytest.mark.parametrize("option", ["image1", "image2", "image3", "image4"])
async def test_a_picture_alone_is_the_first_one_whichever_option_it_came_in(
    world: World, option: str
) -> None:
    attached: dict[str, Any] = {option: ("fox.jpg", FOX)}
    await world.create("@Image1 dances", **attached)

    await world.reached(GenerationState.DELIVERED)
    (generation,) = world.sandbox.generations
    assert pictures_of(generation.parameters["input_image"]) == [FOX]


async def test_a_start_frame_needs_no_end_frame(world: World) -> None:
    await world.create("it begins", start_frame=("boat.webp", BOAT))

    await world.reached(GenerationState.DELIVERED)
    (generation,) = world.sandbox.generations
    assert pictures_of(generation.parameters["start_image_url"]) == [BOAT]
    assert "tail_image_url" not in generation.parameters


async def test_a_picture_is_known_by_its_content_not_its_name(world: World) -> None:
    await world.create("@Image1", image1=("holiday.txt", FOX))

    await world.reached(GenerationState.DELIVERED)
    (generation,) = world.sandbox.generations
    assert generation.parameters["input_image"][0].startswith("data:image/jpeg;base64,")


@pytest.mark.world(oxen={"reference_delivery": "discord"}, sandbox={"render_seconds": None})
async def test_a_fresh_picture_goes_to_the_model_as_its_discord_address(world: World) -> None:
    await world.create("@Image1", image1=("fox.jpg", FOX))

    (generation,) = await world.at_oxen()
    (address,) = generation.parameters["input_image"]
    assert address.startswith("https://cdn.")
    assert address.endswith("fox.jpg")


@pytest.mark.world(
    oxen={"reference_delivery": "discord", "max_in_flight": 1}, sandbox={"render_seconds": None}
)
async def test_a_picture_that_waited_too_long_goes_as_its_bytes(world: World) -> None:
    await world.create("somebody is first")
    (first,) = await world.at_oxen()
    await world.create("@Image1", by=world.ben, image1=("fox.jpg", FOX))
    world.clock.ahead_ms += 31 * 60_000

    await world.sandbox.fail(first.id, "done")

    _, second = await world.at_oxen(2)
    assert pictures_of(second.parameters["input_image"]) == [FOX]


async def test_the_acknowledgement_comes_before_anything_else(world: World) -> None:
    before = len(world.env.http_requests)

    await world.create("@Image1", image1=("fox.jpg", FOX))

    first = world.env.http_requests[before]
    assert first.path.endswith("/callback")
    assert first.json is not None
    assert first.json["type"] == 5
    await world.delivered()


async def test_the_longest_prompt_and_the_spelling_of_mentions(world: World) -> None:
    start = "@image1 "
    await world.create("  " + start + "x" * (512 - len(start)), image1=("fox.jpg", FOX))

    await world.reached(GenerationState.DELIVERED)
    (generation,) = world.sandbox.generations
    assert generation.parameters["prompt"] == "@Image1 " + "x" * 504


async def test_every_button_of_the_result_is_there(world: World) -> None:
    await world.create()

    result = await world.delivered()

    for label in ("Again", "Edit", "Continue", "More…"):
        assert button(result, label)
    assert "[Original]" not in words(result)
