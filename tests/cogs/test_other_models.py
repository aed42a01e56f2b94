"""Models with other parameter names than Kling's, made through their schema alone."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from bot.models.generation import GenerationState
from tests.world import World, button, form, picture, private_answer, words

FOX = picture(colour="orange")
MOON = picture(colour="navy")
LUMEN = "lumen-story-2"

everything = pytest.mark.world(oxen={"models": ["*"]})


async def known(world: World) -> None:
    """Wait until Oxen has told of its models."""
    await world.until(lambda: len(world.app.engine.parts.models.offered()) > 1)


def bytes_of(address: str) -> bytes:
    return base64.b64decode(address.partition(",")[2])


async def choices(world: World, option: str, typed: str, **options: Any) -> list[tuple[str, Any]]:
    """What Discord offers while an option is typed."""
    offered = await world.alice.autocomplete(
        world.channel, "video create", option, typed, prompt="x", **options
    )
    return [(one["name"], one["value"]) for one in offered]


@everything
async def test_a_video_is_made_by_a_model_that_calls_everything_differently(world: World) -> None:
    await known(world)

    await world.create(
        "@Image1 meets @Image2",
        model=LUMEN,
        image1=("fox.png", FOX),
        image2=("moon.png", MOON),
        start_frame=("moon.png", MOON),
        end_frame=("fox.png", FOX),
        negative_prompt="rain",
        aspect_ratio="4:5",
        duration=4,
        audio=True,
        extra="look=clay, resolution=1080p seed=7",
    )

    result = await world.delivered()
    assert (
        "Lumen Story 2 · 4 s · 4:5 · sound · look clay · resolution 1080p · seed 7 · $0.48"
        in words(result)
    )
    (generation,) = world.sandbox.generations
    asked = dict(generation.parameters)
    assert [bytes_of(address) for address in asked.pop("photos")] == [FOX, MOON]
    assert bytes_of(asked.pop("first_frame")) == MOON
    assert bytes_of(asked.pop("last_frame")) == FOX
    assert asked == {
        "text": "@Image1 meets @Image2",
        "seconds": "4",
        "ratio": "4:5",
        "avoid": "rain",
        "with_audio": True,
        "look": "clay",
        "resolution": "1080p",
        "seed": 7,
    }
    assert generation.billed_microusd == 480_000

    # Again keeps the model and its settings; so does Edit, which asks for what this model takes.
    await world.alice.click(result, custom_id=button(result, "Again"))
    await world.reached(GenerationState.DELIVERED)
    await world.at_oxen(2)
    assert world.sandbox.generations[1].parameters["look"] == "clay"
    shown = await world.alice.click(result, custom_id=button(result, "Edit"))
    filled = form(shown)
    assert filled == {
        "prompt": "@Image1 meets @Image2",
        "negative_prompt": "rain",
        "duration": ["4"],
        "aspect_ratio": ["4:5"],
        "extra": "with_audio=true look=clay resolution=1080p seed=7",
    }
    changed = {"extra": "with_audio=false look=anime", "duration": ["12"], "negative_prompt": ""}
    await world.alice.submit_modal(shown, filled | changed)
    *_, last = await world.at_oxen(3)
    assert last.model == LUMEN
    assert (last.parameters["look"], last.parameters["seconds"]) == ("anime", "12")
    assert last.parameters["with_audio"] is False
    assert not {"seed", "resolution", "avoid"} & set(last.parameters)
    await world.delivered()


@everything
async def test_what_is_left_out_is_as_the_model_has_it(world: World) -> None:
    await known(world)

    await world.create("a walk", model="Lumen Story 2")

    result = await world.delivered()
    assert "Lumen Story 2 · 8 s · 16:9 · no sound · $0.40" in words(result)
    (generation,) = world.sandbox.generations
    assert dict(generation.parameters) == {
        "text": "a walk",
        "seconds": "8",
        "ratio": "16:9",
        "with_audio": False,
    }
    assert await world.used(world.alice) == (1, 8)


@everything
async def test_while_typing_the_chosen_model_decides_what_is_offered(world: World) -> None:
    await known(world)

    models = await choices(world, "model", "")
    assert models[0] == (
        "Kling O3 Pro · $0.224 a second",
        "kling-video-o3-pro-reference-to-video",
    )
    assert ("Lumen Story 2 · $0.05 a second", LUMEN) in models
    assert not any("FLUX" in name or "Llama" in name for name, _ in models)
    assert await choices(world, "model", "lumen") == [("Lumen Story 2 · $0.05 a second", LUMEN)]

    assert await choices(world, "duration", "", model=LUMEN) == [
        ("4 s · $0.20", 4),
        ("8 s · $0.40", 8),
        ("12 s · $0.60", 12),
    ]
    dear = {"model": LUMEN, "extra": "resolution=1080p", "audio": True}
    assert (await choices(world, "duration", "4", **dear)) == [("4 s · $0.48", 4)]
    assert [value for _, value in await choices(world, "duration", "1")] == [10, 11, 12, 13, 14, 15]
    assert await choices(world, "aspect_ratio", "") == [
        ("16:9 (wide)", "16:9"),
        ("9:16 (tall)", "9:16"),
        ("1:1 (square)", "1:1"),
    ]
    assert ("4:5", "4:5") in await choices(world, "aspect_ratio", "", model=LUMEN)

    assert await choices(world, "extra", "") == []
    first = await choices(world, "extra", "", model=LUMEN)
    assert [value for _, value in first] == [
        "look=film",
        "look=anime",
        "look=clay",
        "resolution=720p",
        "resolution=1080p",
        "seed=",
        "strength=",
    ]
    assert first[0][0] == "look=film (usual)"
    assert first[5][0] == "seed= (a whole number from 0 to 65,535)"
    assert await choices(world, "extra", "look=clay, res", model=LUMEN) == [
        ("… resolution=720p (usual)", "look=clay, resolution=720p"),
        ("… resolution=1080p", "look=clay, resolution=1080p"),
    ]
    assert await choices(world, "extra", "look=a", model=LUMEN) == [
        ("look=anime", "look=anime"),
        ("look=clay", "look=clay"),
    ]


@everything
@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"duration": 5}, "A video can be 4, 8 or 12 seconds long; you asked for 5."),
        ({"aspect_ratio": "1:1"}, "The aspect ratio can be 16:9, 9:16, 4:5 or 21:9"),
        ({"extra": "look=oil"}, "`look` can be `film`, `anime` or `clay`; you wrote `oil`."),
        ({"extra": "speed=3"}, "`speed` is not known to this model. Under extra it takes `look`"),
        (
            {f"image{n}": ("a.png", FOX) for n in (1, 2, 3)},
            "The model takes 2 reference images at most; you attached 3.",
        ),
        (
            {"model": "wan-v2-6-reference-to-video", "duration": 5},
            "This model needs at least 1 reference image; no image is attached.",
        ),
        (
            {"model": "kling-video-v2-6-pro-image-to-video", "image1": ("a.png", FOX)},
            "This model takes no reference images.",
        ),
        ({"model": "dall-e"}, "There is no model `dall-e` here. Choose one of the"),
    ],
)
async def test_what_the_model_lacks_is_refused_and_nothing_typed_is_lost(
    world: World, options: dict[str, Any], told: str
) -> None:
    await known(world)

    refused = await world.create("a walk", **{"model": LUMEN} | options)

    answer = private_answer(refused)
    assert told in words(answer)
    shown = await world.alice.click(answer, label="Edit")
    filled = form(shown)
    assert filled["prompt"] == "a walk"
    if "extra" in options:
        assert filled["extra"].endswith(options["extra"])
    assert world.sandbox.generations == ()


@everything
async def test_after_an_unknown_model_the_form_goes_on_with_the_usual_one(world: World) -> None:
    await known(world)
    refused = await world.create("a walk", model="dall-e", duration=7, extra="look=clay")

    shown = await world.alice.click(private_answer(refused), label="Edit")
    await world.alice.submit_modal(shown, form(shown))

    assert "Kling O3 Pro · 7 s · 16:9" in words(await world.delivered())


async def test_without_leave_there_is_one_model_and_others_are_not_offered(world: World) -> None:
    refused = await world.create("a walk", model=LUMEN)

    told = words(private_answer(refused))
    assert "There is no model `lumen-story-2` here, only Kling O3 Pro." in told
    assert [value for _, value in await choices(world, "model", "")] == [
        "kling-video-o3-pro-reference-to-video"
    ]


@pytest.mark.world(oxen={"models": [LUMEN]})
async def test_a_start_without_oxen_still_knows_the_models(world: World) -> None:
    await known(world)
    await world.until(lambda: world.app.engine.parts.models.form(LUMEN).extras)
    await world.sandbox.__aexit__(None, None, None)

    await world.restart()

    assert ("Lumen Story 2 · $0.05 a second", LUMEN) in await choices(world, "model", "")
    refused = await world.create("a walk", model=LUMEN, duration=5)
    assert "A video can be 4, 8 or 12 seconds long" in words(private_answer(refused))


@everything
async def test_a_lost_reply_of_another_model_is_found_again_and_paid_once(world: World) -> None:
    await known(world)
    world.sandbox.faults.arm("lost-reply", times=1)

    await world.create(
        "a walk", model=LUMEN, image1=("fox.png", FOX), start_frame=("moon.png", MOON)
    )

    await world.delivered()
    assert len(world.sandbox.generations) == 1
    (generation,) = await world.generations()
    assert generation.attempts == 1
