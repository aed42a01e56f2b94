"""A free animatic first, and the real video with the same settings afterwards."""

import pytest

from bot.errors import MediaError
from bot.media.animatic import AnimaticElement, AnimaticRequest, AnimaticShot
from tests.cogs.test_cast import LUNA, added
from tests.cogs.test_quoting import draft_of, forged
from tests.cogs.test_refusals import nothing_happened
from tests.cogs.test_storyboard import Board
from tests.world import World, form, picture, private_answer, words

FOX = picture(colour="orange")
MOON = picture(colour="navy")
BOAT = picture(colour="white")


async def test_the_option_shows_an_animatic_of_all_that_is_asked_for_and_costs_nothing(
    world: World,
) -> None:
    seen = await world.create(
        "@Image1 smiles",
        preview=True,
        image1=("fox.png", FOX),
        start_frame=("moon.png", MOON),
        end_frame=("boat.png", BOAT),
        aspect_ratio="9:16",
        duration=6,
        audio=True,
    )

    card = private_answer(seen)
    for told in (
        "### Animatic, free of charge",
        "> @Image1 smiles",
        "Kling O3 Pro · 6 s · 9:16 · sound · $1.34",
        "Usually there in about 3 min.",
        "Leaves 19 of 20 videos and 194 of 200 s today",
        "[Render for $1.34]\n[Edit]\n[Discard]",
    ):
        assert told in words(card)
    assert world.file(card).startswith(b"\x00\x00\x00")
    assert world.sketches.drawn == [
        AnimaticRequest(
            (AnimaticShot("@Image1 smiles", 6),),
            "9:16",
            (FOX,),
            start_frame=MOON,
            end_frame=BOAT,
            audio=True,
        )
    ]
    assert list((world.folder / "previews").iterdir()) == []
    await nothing_happened(world)

    await world.alice.click(card, label="Render for $1.34")

    result = await world.delivered()
    assert "@Image1 smiles" in words(result)
    (generation,) = world.sandbox.generations
    assert generation.parameters["duration"] == 6
    assert generation.parameters["generate_audio"] is True
    assert "start_image_url" in generation.parameters
    assert words(private_answer(seen)).startswith("Begun.")


@pytest.mark.world(quote={"confirm": "always"})
async def test_preview_at_the_question_leaves_the_question_and_both_begin_one_video(
    world: World,
) -> None:
    asked = await world.create("a walk")

    seen = await world.alice.click(private_answer(asked), label="Preview")

    assert "### Animatic, free of charge" in words(private_answer(seen))
    await world.alice.click(private_answer(seen), label="Render for $1.12")
    await world.delivered()
    await world.alice.click(private_answer(asked), label="Discard")
    assert "That has begun already" in words(private_answer(asked))
    assert await world.used(world.alice) == (1, 5)


async def test_edit_keeps_the_pictures_and_the_next_preview_has_the_change(world: World) -> None:
    seen = await world.create("@Image1 smiles", preview=True, image1=("fox.png", FOX))
    shown = await world.alice.click(private_answer(seen), label="Edit")

    await world.alice.submit_modal(shown, form(shown) | {"prompt": "@Image1 frowns"})

    card = private_answer(seen)
    assert "> @Image1 frowns" in words(card)
    assert "Animatic" in words(card)
    assert world.sketches.drawn[-1].shots == (AnimaticShot("@Image1 frowns", 5),)
    assert world.sketches.drawn[-1].images == (FOX,)
    await nothing_happened(world)


async def test_a_storyboard_is_previewed_shot_by_shot_with_its_cast(world: World) -> None:
    await added(world, "luna")
    board = Board(world)
    await board.open()
    await board.add("@luna waves", 4)
    await board.add("at @Image1", 5)
    await board.form(await board.press("Pictures"), images=[("fox.png", FOX)])

    seen = await board.press("Preview")

    assert world.sketches.drawn == [
        AnimaticRequest(
            (AnimaticShot("@luna waves", 4), AnimaticShot("at @Image1", 5)),
            "16:9",
            (FOX,),
            elements=(AnimaticElement("luna", LUNA),),
        )
    ]
    card = private_answer(seen)
    assert "> **Shot 1** · 4 s · @luna waves" in words(card)
    assert "Kling O3 Pro · 2 shots · 9 s" in words(card)
    reopened = await world.alice.click(card, label="Edit")
    assert "### Storyboard · 9 of 15 s" in words(private_answer(reopened))
    await world.alice.click(card, label="Render for $2.02")
    await world.delivered()
    (generation,) = world.sandbox.generations
    assert [shot["prompt"] for shot in generation.parameters["multi_prompt"]] == [
        "@Element1 waves",
        "at @Image1",
    ]


@pytest.mark.world(quota={"generations_per_day": 1})
async def test_a_preview_is_free_also_where_the_quota_is_used_up(world: World) -> None:
    await world.create("the first")
    await world.delivered()

    seen = await world.create("the second", preview=True)

    card = words(private_answer(seen))
    assert "### Animatic, free of charge" in card
    assert "You have used 1 of 1 video today" in card
    assert "[Render" not in card


async def test_what_cannot_be_made_is_not_drawn_either(world: World) -> None:
    told = await world.create("@Image2", preview=True, image1=("fox.png", FOX))
    unknown = await world.create("@nobody waves", preview=True)

    assert "@Image2 is in the prompt, but 1 image is attached." in words(private_answer(told))
    assert "@nobody is in the prompt" in words(private_answer(unknown))
    assert world.sketches.drawn == []

    shown = await world.alice.click(private_answer(told), label="Edit")
    await world.alice.submit_modal(shown, form(shown) | {"prompt": "@Image1"})
    assert "### Animatic, free of charge" in words(private_answer(told))
    await nothing_happened(world)


async def test_a_drawing_that_fails_is_told_and_the_video_can_be_made_all_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> bytes:
        raise MediaError("no room")

    monkeypatch.setattr(type(world.sketches), "__call__", broken)

    told = private_answer(await world.create("a walk", preview=True))

    assert "I could not draw the animatic. Nothing was charged" in words(told)
    world.troubles.expect("preview.failed")
    await nothing_happened(world)
    await world.alice.click(told, label="Render for $1.12")
    await world.delivered()


async def test_a_preview_after_a_restart_an_expired_and_a_foreign_draft(world: World) -> None:
    card = private_answer(await world.create("@Image1", preview=True, image1=("fox.png", FOX)))
    await world.restart()
    shown = await world.alice.click(card, label="Edit")
    assert form(shown)["prompt"] == "@Image1"

    foreign = await forged(world, "Edit", draft_of(card), preview=True)
    assert "That was discarded" in words(private_answer(foreign))

    world.clock.ahead_ms += 8 * 24 * 3_600_000
    late = await world.alice.click(card, label="Render for $1.12")
    assert "That was discarded" in words(private_answer(late))
    await nothing_happened(world)
