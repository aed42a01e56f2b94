"""Behind More…: what a video is made of, and everything else that can be done with it."""

import pytest

from bot.models.generation import GenerationState
from tests.world import (
    World,
    button,
    more,
    picture,
    press_behind_more,
    private_answer,
    renumber,
    words,
)

FOX = picture(colour="orange")


async def test_it_tells_what_the_video_is_made_of(world: World) -> None:
    await world.create(
        "@Image1 dances",
        image1=("fox.png", FOX),
        start_frame=("moon.png", picture(colour="navy")),
        negative_prompt="rain",
        takes=2,
    )
    await world.delivered(take=1)
    result = await world.delivered(take=2)

    behind = await more(world.ben, result)

    told = words(behind)
    made = await world.reached(GenerationState.DELIVERED, take=2)
    for expected in (
        "> @Image1 dances",
        f"**Asked for by** {world.alice.mention}, <t:",
        "**Model** Kling O3 Pro · 5 s · 16:9 · no sound",
        "**To avoid** rain",
        "**Pictures** 1 reference image, a start frame",
        "**File** 64 × 36 px · 0.1 MiB",  # noqa: RUF001  a real multiplication sign
        "**Cost** $1.12 · took 1 s",
        f"take 2 of 2 · Oxen {made.oxen_id}",
    ):
        assert expected in told
    assert world.file(behind, "references.webp")
    assert len(world.messages()) == 3, "nothing of it is public"


async def test_everybody_sees_what_they_may_do(world: World) -> None:
    await world.create()
    result = await world.delivered()

    assert "[Fork]" not in words(await more(world.alice, result))
    assert "[Delete]" in words(await more(world.alice, result))
    assert "[Fork]" in words(await more(world.mia, result))
    assert "[Delete]" in words(await more(world.mia, result))
    assert "[Fork]" in words(await more(world.ben, result))


async def test_the_api_call_comes_as_files_without_the_key(world: World) -> None:
    await world.create("it's a `walk` ```", image1=("fox.png", FOX), negative_prompt="rain")
    result = await world.delivered()
    for file in (world.folder / "pictures").iterdir():
        file.unlink()

    answer = await press_behind_more(world.ben, result, "API call")

    shell = world.file(answer, "request.sh").decode()
    program = world.file(answer, "request.py").decode()
    for text in (shell, program):
        assert "OXEN_API_KEY" in text
        assert "key-of-the-test" not in text
        assert "kling-video-o3-pro-reference-to-video" in text
        assert "rain" in text
        assert "image1.png" in text
    assert "key-of-the-test" not in words(answer)
    assert "`OXEN_API_KEY`" in words(answer)
    compile(program, "request.py", "exec")
    assert world.messages()[-1].id == result.id, "nothing of it is public"


async def test_delete_asks_once_in_private_then_takes_the_video_away(world: World) -> None:
    await world.create()
    result = await world.delivered()

    question = await press_behind_more(world.alice, result, "Delete")

    assert "It stays charged and cannot be brought back." in words(question)
    assert len(world.messages()) == 2
    told = await world.alice.click(question, label="Delete")
    assert "Deleted." in words(private_answer(told))
    assert world.messages() == []
    assert await world.used(world.alice) == (1, 5)


async def test_a_moderator_may_delete(world: World) -> None:
    await world.create()
    result = await world.delivered()

    question = await press_behind_more(world.mia, result, "Delete")
    await world.mia.click(question, label="Delete")

    assert world.messages() == []


async def test_others_may_not_delete_and_are_told_who_may(world: World) -> None:
    await world.create()
    result = await world.delivered()

    assert "[Delete]" not in words(await more(world.ben, result))
    number = button(result, "More…").rpartition(":")[2]
    # Results of earlier versions have the button themselves, and are pressed to this day.
    renumber(world, result, button(result, "More…"), f"clap:delete:{number}")
    told = private_answer(await world.ben.click(world.messages()[-1], label="More…"))

    assert (
        f"Only {world.alice.mention}, who asked for this video, or a moderator can delete it."
        in words(told)
    )
    assert "[Delete]" not in words(told)
    assert len(world.messages()) == 2


async def test_deleting_one_take_leaves_the_others_and_the_card(world: World) -> None:
    await world.create(takes=2)
    one, two = [await world.delivered(take=take) for take in (1, 2)]

    question = await press_behind_more(world.alice, one, "Delete")
    await world.alice.click(question, label="Delete")

    placeholder, left = world.messages()
    assert left.id == two.id
    assert "Done for" in words(placeholder)


async def test_a_confirmation_pressed_after_the_post_is_gone_is_no_trouble(world: World) -> None:
    await world.create()
    result = await world.delivered()
    question = await press_behind_more(world.alice, result, "Delete")
    await world.mia.delete(result)

    told = await world.alice.click(question, label="Delete")

    assert "Deleted." in words(private_answer(told))


async def test_a_video_is_sent_again_to_whoever_presses(world: World) -> None:
    await world.create("a walk")
    result = await world.delivered()
    before = world.file(result)
    behind = await more(world.ben, result)

    told = private_answer(await world.ben.click(behind, label="Send again"))

    assert world.file(told) == before
    assert "> a walk" in words(told)
    assert "[Post here]" not in words(told)
    assert len(world.messages()) == 2


async def test_what_a_moderator_deleted_is_its_owners_alone_and_never_posted_again(
    world: World,
) -> None:
    await world.create("a walk")
    result = await world.delivered()
    hers, his = await more(world.alice, result), await more(world.ben, result)
    video = world.file(result)
    posting = await world.alice.click(hers, label="Send again")
    await world.mia.delete(result)

    told = words(
        private_answer(await world.alice.click(private_answer(posting), label="Post here"))
    )
    assert "This video was deleted, so it is not posted again." in told
    for label in ("Send again", "Original"):
        told = words(private_answer(await world.ben.click(his, label=label)))
        assert f"Only {world.alice.mention}, who asked for it, can still see it." in told
    again = private_answer(await world.alice.click(hers, label="Send again"))
    assert world.file(again) == video
    assert len(world.messages()) == 1, "the placeholder"


async def test_while_nobody_can_tell_whether_it_was_deleted_it_is_not_posted(world: World) -> None:
    await world.create("a walk")
    result = await world.delivered()
    copy = await press_behind_more(world.alice, result, "Send again")
    path = f"/channels/*/messages/{result.id}"
    world.env.inject_error("GET", path, status=503, code=0, times=1)

    told = await world.alice.click(copy, label="Post here")
    assert "I cannot look just now" in words(private_answer(told))
    await world.alice.click(copy, label="Post here")

    assert world.file(world.messages()[-1]) == world.file(result)


async def test_its_owner_may_post_it_again_and_take_that_away(world: World) -> None:
    await world.create("a walk")
    result = await world.delivered()
    copy = await press_behind_more(world.alice, result, "Send again")
    assert len(world.messages()) == 2

    await world.alice.click(copy, label="Post here")

    posted = world.messages()[-1]
    assert world.file(posted) == world.file(result)
    assert await world.used(world.alice) == (1, 5)
    told = private_answer(await world.ben.click(posted, label="Remove"))
    assert f"Only {world.alice.mention}, who posted this, or a moderator can." in words(told)
    await world.alice.click(posted, label="Remove")
    assert world.messages()[-1].id == result.id


async def test_nobody_else_may_post_it_again(world: World) -> None:
    await world.create("a walk")
    result = await world.delivered()
    number = button(result, "More…").rpartition(":")[2]
    renumber(world, result, button(result, "More…"), f"clap:post-again:{number}")

    told = private_answer(await world.ben.click(world.messages()[-1], label="More…"))

    assert f"Only {world.alice.mention}" in words(told)
    assert len(world.messages()) == 2


async def test_a_file_that_is_gone_is_fetched_anew_from_oxen(world: World) -> None:
    await world.create("a walk")
    result = await world.delivered()
    (file,) = (world.folder / "videos").glob("*.mp4")
    file.write_bytes(b"damaged")

    told = await press_behind_more(world.ben, result, "Send again")

    assert world.file(told) == world.file(result)
    assert file.read_bytes() == world.file(result)


@pytest.mark.parametrize(
    ("fault", "route", "told"),
    [
        ("error-500", "get", "is not answering. Try again in a minute."),
        ("corrupt-result", None, "Oxen has no whole one either. Again makes a new one"),
    ],
)
async def test_a_file_that_cannot_be_had_any_more_is_told_kindly(
    world: World, fault: str, route: str | None, told: str
) -> None:
    await world.create("a walk")
    result = await world.delivered()
    (file,) = (world.folder / "videos").glob("*.mp4")
    file.unlink()
    world.sandbox.faults.arm(fault, route=route)

    answer = await press_behind_more(world.ben, result, "Send again")

    assert told in words(answer)


async def test_a_link_that_has_expired_meanwhile_is_asked_for_once_more(world: World) -> None:
    await world.create("a walk")
    result = await world.delivered()
    (file,) = (world.folder / "videos").glob("*.mp4")
    file.unlink()
    world.sandbox.faults.arm("expired-link", times=1)

    told = await press_behind_more(world.ben, result, "Send again")

    assert world.file(told) == world.file(result)
