"""The menu of a message: its pictures, and those of what it answers, become a filled-in form."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.models.kling import KLING_FORM
from bot.models.model_form import PicturesField
from bot.posting.collecting import collect
from tests.world import World, form, picture, private_answer, words

MENU = "Make a video from this"
BY_HAND = {"render_seconds": None}
BOT_ID = 1
"""Nobody's here."""


def filled(**changes: Any) -> dict[str, Any]:
    """What is sent off, with everything else as it was filled in."""
    as_it_was = {"negative_prompt": "", "duration": ["5"], "aspect_ratio": ["16:9"]}
    return {**as_it_was, "audio": False, **changes}


async def attached(world: World, text: str, *files: str, **options: Any) -> Any:
    """A message of Ben's with pictures."""
    pictures = [(name, picture(colour=name.partition(".")[0])) for name in files]
    return await world.ben.send(world.channel, text, attachments=pictures, **options)


@pytest.mark.world(sandbox=BY_HAND)
async def test_the_pictures_of_a_message_come_into_the_form(world: World) -> None:
    message = await attached(
        world, f"make <@{world.ben.id}> this  @fox fly https://a.test/b", "red.png", "blue.png"
    )

    opened = await world.alice.context_menu(world.channel, MENU, message)

    assert form(opened)["prompt"] == "make this fox fly"
    assert "pictures: @Image1 to @Image2" in str(opened.modal)
    await world.alice.submit_modal(opened, filled(prompt="@Image1 flies past @Image2"))
    [sent] = await world.at_oxen()
    assert sent.parameters["prompt"] == "@Image1 flies past @Image2"
    assert len(sent.parameters["input_image"]) == 2


async def test_the_pictures_of_what_it_answers_come_after_its_own(world: World) -> None:
    first = await attached(world, "look", "red.png", "green.png")
    message = await attached(world, "fly", "blue.png", reply_to=first)
    assert message.reference is not None
    message.reference.resolved = first

    found = await collect(message, most=2, bot_id=BOT_ID)

    assert [(picture.attachment.url or "").rpartition("/")[2] for picture in found.pictures] == [
        "blue.png",
        "red.png",
    ]
    assert [picture.position for picture in found.pictures] == [1, 2]
    assert found.left_out == 1


async def test_only_the_bots_own_buttons_name_a_video_to_continue(world: World) -> None:
    await world.create("a paper boat", duration=3)
    result = await world.delivered()
    forged = await world.ben.send(world.channel, "look")
    forged.components = result.components

    found = await collect(forged, most=2, bot_id=result.author.id)
    real = await collect(result, most=2, bot_id=result.author.id)

    assert found.generation_id is None
    assert real.generation_id == 1


@pytest.mark.world(sandbox=BY_HAND)
async def test_more_pictures_than_the_model_takes_are_left_out_and_it_is_said(
    world: World,
) -> None:
    colours = ("red", "green", "blue", "teal", "navy", "olive")
    message = await attached(world, "", *(f"{colour}.png" for colour in colours))

    opened = await world.alice.context_menu(world.channel, MENU, message)

    assert "@Image1 to @Image4 (2 more left out)" in str(opened.modal)


async def test_without_a_known_limit_all_pictures_come_along(world: World) -> None:
    form = replace(KLING_FORM, images=PicturesField("photos", most=None), max_images_in_all=None)
    message = await attached(world, "", *(f"{colour}.png" for colour in ("red", "green", "blue")))

    found = await collect(message, most=form.most_images, bot_id=BOT_ID)

    assert (len(found.pictures), found.left_out) == (3, 0)


@pytest.mark.world(oxen={"model": "kling-video-v2-6-pro-image-to-video"})
async def test_a_model_without_reference_pictures_is_named_rather_than_dropping_them(
    world: World,
) -> None:
    models = world.app.bot.services.models
    await world.until(lambda: models.form(models.default).most_images == 0)
    message = await attached(world, "a fox", "red.png")

    refused = await world.alice.context_menu(world.channel, MENU, message)

    told = words(private_answer(refused))
    assert (
        "Kling v2.6 Pro Image to Video takes words and a first frame, but no reference pictures."
        in told
    )
    assert "with the picture as start_frame" in told
    message = await world.ben.send(world.channel, "a fox in the snow")
    opened = await world.alice.context_menu(world.channel, MENU, message)
    assert form(opened)["prompt"] == "a fox in the snow", "words are enough"


async def test_the_form_says_how_many_takes_the_preset_asks_for(world: World) -> None:
    await world.alice.slash(world.channel, "preset save", name="Thrice", takes=3)
    await world.alice.slash(world.channel, "preset use", name="Thrice")
    message = await attached(world, "a fox", "red.png")

    opened = await world.alice.context_menu(world.channel, MENU, message)

    assert opened.modal is not None
    assert opened.modal["title"] == "Make a video from this · 3 takes"


async def test_a_finished_video_is_continued(world: World) -> None:
    await world.create("a fox in the snow", duration=3)
    result = await world.delivered()
    answer = await world.ben.send(world.channel, "and then?", reply_to=result)

    for message in (result, answer):
        opened = await world.ben.context_menu(world.channel, MENU, message)

        assert opened.modal is not None
        assert opened.modal["title"] == "Next scene"
        assert "After: a fox in the snow" in str(opened.modal)


async def test_a_message_without_pictures_is_told_kindly(world: World) -> None:
    message = await world.ben.send(world.channel, "only words https://a.test/b.png")

    answered = await world.alice.context_menu(world.channel, MENU, message)

    assert "There is no picture in that message" in words(private_answer(answered))
    assert world.sandbox.generations == ()


async def test_what_is_out_of_sight_is_pointed_to(world: World) -> None:
    first = await attached(world, "look", "red.png")
    message = await world.ben.send(world.channel, "make this fly", reply_to=first)

    answered = await world.alice.context_menu(world.channel, MENU, message)

    assert "If you mean the one that it answers, use the menu there." in words(
        private_answer(answered)
    )
