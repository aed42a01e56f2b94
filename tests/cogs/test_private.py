"""``private``: the answer and the video are for one person, by direct message."""

from typing import Any

import discord
import pytest

from bot.models.generation import GenerationState
from tests.world import (
    World,
    button,
    form,
    picture,
    press_behind_more,
    private_answer,
    renumber,
    words,
)

BY_HAND = {"render_seconds": None}
LABELS = {"again": "Again", "edit": "Edit", "more": "More…"}


def direct_messages(world: World) -> list[discord.Message]:
    """What Alice has from the bot, oldest first."""
    return world.alice.user.dm_channel.history()


async def video_in_direct_messages(world: World, *, count: int = 1) -> discord.Message:
    """Wait for Alice's video."""
    await world.reached(GenerationState.DELIVERED)
    await world.at_rest()
    videos = [m for m in direct_messages(world) if "### Video for" in words(m)]
    assert len(videos) == count
    return videos[-1]


async def test_the_video_comes_by_direct_message_and_nothing_is_public(world: World) -> None:
    told = await world.create("@Image1 sleeps", image1=("fox.png", picture()), private=True)

    result = await video_in_direct_messages(world)

    assert world.file(result)
    assert "Your video is on its way" in words(private_answer(told))
    dm_id = world.alice.user.dm_channel.id
    assert f"https://discord.com/channels/@me/{dm_id}/" in words(private_answer(told))
    assert world.messages() == []
    placeholder, _ = direct_messages(world)
    assert f"https://discord.com/channels/@me/{dm_id}/{result.id}" in words(placeholder)
    assert await world.used(world.alice) == (1, 5)


@pytest.mark.parametrize("closed", ["/users/@me/channels", "/channels/*/messages"])
async def test_closed_direct_messages_are_found_before_anything_is_spent(
    world: World, closed: str
) -> None:
    world.env.inject_error("POST", closed, status=403, code=50007, times=None)

    told = await world.create("a secret", private=True)

    answer = words(private_answer(told))
    assert "I cannot send you direct messages." in answer
    assert "Nothing was charged." in answer
    assert "[Edit]" in answer
    assert world.messages() == []
    assert await world.generations() == []
    assert world.sandbox.generations == ()
    assert await world.used(world.alice) == (0, 0)


@pytest.mark.world(quota={"generations_per_day": 1})
async def test_a_private_refusal_leaves_no_card_in_the_direct_messages(world: World) -> None:
    await world.create("one", private=True)
    await video_in_direct_messages(world)
    before = [m.id for m in direct_messages(world)]

    told = await world.create("two", private=True)

    assert "You have used 1 of 1 video today" in words(private_answer(told))
    assert [m.id for m in direct_messages(world)] == before
    assert world.messages() == []


async def test_a_private_mistake_is_told_without_a_direct_message(world: World) -> None:
    told = await world.create("@Image1", private=True)

    assert "no image is attached" in words(private_answer(told))
    requests: list[Any] = [r.path for r in world.env.http_requests]
    assert "/users/@me/channels" not in requests


async def test_its_buttons_work_in_the_direct_messages(world: World) -> None:
    await world.create("a secret", image1=("fox.png", picture()), private=True)
    result = await video_in_direct_messages(world)

    await world.alice.user.click(result, label="Again")
    second = await video_in_direct_messages(world, count=2)

    assert second.id != result.id
    shown = await world.alice.user.click(second, label="Edit")
    await world.alice.user.submit_modal(shown, form(shown) | {"prompt": "another secret"})
    third = await video_in_direct_messages(world, count=3)
    assert "> another secret" in words(third)
    assert len(world.sandbox.generations[2].parameters["input_image"]) == 1
    assert world.messages() == []

    question = await press_behind_more(world.alice.user, third, "Delete")
    await world.alice.user.click(question, label="Delete")
    assert third.id not in [m.id for m in direct_messages(world)]


async def test_nobody_else_gets_at_it_even_with_its_number(world: World) -> None:
    await world.create("a secret", private=True)
    await video_in_direct_messages(world)
    asked = await world.request()
    numbers = {"more": asked.generations[0].id}
    await world.create("in public", by=world.ben)
    public = await world.delivered()
    for action, label in LABELS.items():
        secret = numbers.get(action, asked.request.id)
        renumber(world, public, button(public, label), f"clap:{action}:{secret}")

    for label in LABELS.values():
        told = words(private_answer(await world.ben.click(public, label=label)))
        assert "There is no such video here." in told
        assert "secret" not in told
    assert len(world.sandbox.generations) == 2


@pytest.mark.world(sandbox=BY_HAND)
async def test_it_can_be_cancelled_from_the_direct_messages(world: World) -> None:
    await world.create("a secret", private=True)
    await world.at_oxen()
    await world.until(lambda: "### Rendering for" in words(direct_messages(world)[0]))

    await world.alice.user.click(direct_messages(world)[0], label="Cancel")

    await world.reached(GenerationState.CANCELLED)
    assert await world.used(world.alice) == (0, 0)
