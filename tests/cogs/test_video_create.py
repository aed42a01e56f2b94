"""``/video create`` through the simulated Discord, from the command to the video."""

from bot.models.generation import GenerationState
from tests.world import World, picture, private_answer, words


async def test_a_video_from_two_pictures_comes_back_in_the_channel(world: World) -> None:
    await world.create(
        "@Image1 meets @Image2",
        image1=("moon.png", picture()),
        image2=("fox.jpg", picture(kind="JPEG", colour="orange")),
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


async def test_the_model_gets_what_was_asked_for(world: World) -> None:
    await world.create("a walk", audio=True, negative_prompt="rain", aspect_ratio="1:1", duration=4)

    await world.reached(GenerationState.DELIVERED)

    (generation,) = world.sandbox.generations
    assert generation.parameters["prompt"] == "a walk"
    assert generation.parameters["negative_prompt"] == "rain"
    assert generation.parameters["generate_audio"] is True
    assert generation.parameters["aspect_ratio"] == "1:1"
    assert generation.parameters["duration"] == 4


async def test_a_prompt_that_is_too_long_is_refused_in_private_and_costs_nothing(
    world: World,
) -> None:
    answer = await world.create("x" * 540)

    told = words(private_answer(answer))
    assert "That prompt is 540 characters, 28 too many." in told
    assert "[Edit]" in told
    assert world.messages() == []
    assert await world.used(world.alice) == (0, 0)
