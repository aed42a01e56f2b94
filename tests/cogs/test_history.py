"""Looking back at one's own videos: pages, filters, one with its actions, cancelling by number."""

from __future__ import annotations

import discord
import pytest

from bot.models.generation import GenerationState
from tests.world import World, button, private_answer, words

BY_HAND = {"render_seconds": None}


async def history(world: World, **options: object) -> str:
    """What ``/video history`` shows Alice."""
    return words(private_answer(await world.alice.slash(world.channel, "video history", **options)))


async def test_a_page_shows_each_video_with_a_frame_of_it_and_what_it_was_made_of(
    world: World,
) -> None:
    await world.create("a paper boat on a pond", duration=3)
    await world.delivered()

    page = private_answer(await world.alice.slash(world.channel, "video history"))

    assert "### Your videos" in words(page)
    assert "**#1** Done" in words(page)
    assert "> a paper boat on a pond" in words(page)
    assert "Kling O3 Pro · 3 s · 16:9 · no sound · $0.67" in words(page)
    assert "[see the video](https://discord.com/channels/" in words(page)
    assert [file.filename for file in page.attachments] == ["video1.jpg"]
    assert world.file(page, ".jpg").startswith(b"\xff\xd8")


@pytest.mark.world(sandbox=BY_HAND, quota={"in_flight": 20})
async def test_pages_turn_in_place_and_filters_stay(world: World) -> None:
    for number in range(1, 8):
        await world.create(f"Moon walk {number}", duration=3)
    await world.create("something else", duration=3)
    shown = await world.alice.slash(world.channel, "video history", text="moon")
    page = private_answer(shown)
    assert "page 1" in words(page)
    assert "-# Filter · “moon”" in words(page)
    assert [f"**#{n}**" in words(page) for n in range(1, 9)] == [False] * 2 + [True] * 5 + [False]
    assert "[Newer]" not in words(page)

    await world.restart()
    turned = await world.alice.click(page, custom_id=button(page, "Older"))

    older = words(turned.response.message if turned.response else page)
    assert "page 2" in older
    assert "> Moon walk 2" in older
    assert "something else" not in older
    assert "[Older]" not in older


@pytest.mark.world(sandbox=BY_HAND)
async def test_filters_narrow_by_state_model_and_day(world: World) -> None:
    await world.create("a boat", duration=3)
    await world.create("a fox", duration=3)
    await world.at_oxen(2)
    await world.alice.slash(world.channel, "video cancel", id="#1")
    await world.reached(GenerationState.CANCELLED, request=0)

    assert "a boat" in await history(world, state="cancelled")
    assert "a fox" not in await history(world, state="cancelled")
    assert "a fox" in await history(world, state="under_way", since="2026-01-01")
    assert "Nothing matches." in await history(world, since="2026-01-02")
    assert "Nothing matches." in await history(world, until="2025-12-31")
    assert "Nothing matches." in await history(world, model="another-model")
    assert "a boat" in await history(world, model="kling-video-o3-pro-reference-to-video")


async def test_what_is_no_day_is_told_with_an_example(world: World) -> None:
    assert "since is a day, such as 2026-11-22; “yesterday” is not one." in await history(
        world, since="yesterday"
    )
    assert "2026-01-02 is before 2026-01-05" in await history(
        world, since="2026-01-05", until="2026-01-02"
    )


async def test_nobody_sees_what_others_made(world: World) -> None:
    await world.create("a secret garden", duration=3, private=True, by=world.ben)
    await world.reached(GenerationState.DELIVERED)

    assert "There is nothing yet." in await history(world)
    shown = await world.alice.slash(world.channel, "video show", id="1")
    assert "There is no such video here." in words(private_answer(shown))
    assert await world.alice.autocomplete(world.channel, "video show", "id", "") == []


async def test_a_guessed_number_opens_nothing_from_a_channel_that_one_may_not_read(
    world: World,
) -> None:
    hidden = world.guild.create_text_channel(
        "jury",
        overwrites={
            world.guild.default_role: discord.PermissionOverwrite(view_channel=False),
            world.alice: discord.PermissionOverwrite(view_channel=True),
        },
    )
    await world.alice.slash(hidden, "video create", prompt="a secret garden")
    await world.reached(GenerationState.DELIVERED)
    await world.create("a public garden")
    await world.reached(GenerationState.DELIVERED, request=1)

    own = await world.alice.slash(world.channel, "video show", id="1")
    guessed = await world.ben.slash(world.channel, "video show", id="1")
    seen = await world.ben.slash(world.channel, "video show", id="2")
    saved = await world.ben.slash(world.channel, "preset save", name="x", from_video="1")
    cancelled, others, unknown = [
        words(private_answer(await world.ben.slash(world.channel, "video cancel", id=number)))
        for number in ("1", "2", "99")
    ]

    assert "a secret garden" in words(private_answer(own))
    assert "There is no such video here." in words(private_answer(guessed))
    assert "a public garden" in words(private_answer(seen))
    assert "There is no such video here." in words(private_answer(saved))
    assert cancelled == unknown == "There is no such video here."
    assert f"Only {world.alice.mention}, who asked for this video" in others


async def test_one_video_opens_by_its_number_or_by_its_words(world: World) -> None:
    await world.create("a paper boat on a pond", duration=3)
    await world.delivered()

    [offered] = await world.alice.autocomplete(world.channel, "video show", "id", "PAPER")
    assert offered == {"name": "#1 · done · a paper boat on a pond", "value": "1"}
    assert await world.alice.autocomplete(world.channel, "video show", "id", "#2") == []
    assert await world.alice.autocomplete(world.channel, "video cancel", "id", "") == []

    card = private_answer(await world.alice.slash(world.channel, "video show", id="1"))

    assert "### Video #1" in words(card)
    assert "[Again]\n[Edit]\n[Continue]\n[More…]" in words(card)
    assert [file.filename for file in card.attachments] == ["video1.jpg"]


@pytest.mark.world(sandbox=BY_HAND)
async def test_an_unfinished_video_is_cancelled_by_its_number(world: World) -> None:
    await world.create("a fox", duration=3)
    await world.at_oxen()
    [offered] = await world.alice.autocomplete(world.channel, "video cancel", "id", "fox")

    answered = await world.alice.slash(world.channel, "video cancel", id=offered["value"])

    assert "Cancelling." in words(private_answer(answered))
    await world.reached(GenerationState.CANCELLED)
    assert await world.used(world.alice) == (0, 0)


@pytest.mark.parametrize("typed", ["moon", "", "-1", "9" * 30])
async def test_what_is_no_number_is_told(world: World, typed: str) -> None:
    answered = await world.alice.slash(world.channel, "video show", id=typed)

    assert "That is not a video's number." in words(private_answer(answered))
