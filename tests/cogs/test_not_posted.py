"""A video that is made and cannot be posted: whoever asked for it has it all the same, for free."""

from __future__ import annotations

import pytest

from bot.models.generation import FailureKind, GenerationState
from tests.world import World, private_answer, renumber, words

pytestmark = pytest.mark.world(sandbox={"render_seconds": None})
CANNOT_SEND = 50007


async def made_without_a_place(world: World, *, private: bool) -> None:
    """Ask for a video, and close everything to the bot before it is finished."""
    await world.create("a lonely lighthouse", private=private)
    generation = await world.reached(GenerationState.RENDERING)
    for method, path in (
        ("POST", "/channels/*/messages"),
        ("PATCH", "/channels/*/messages/*"),
        ("POST", "/users/@me/channels"),
    ):
        world.env.inject_error(method, path, status=403, code=CANNOT_SEND, times=None)
    await world.sandbox.finish(generation.oxen_id or "")
    failed = await world.reached(GenerationState.FAILED)
    assert failed.failure is not None
    assert failed.failure.kind is FailureKind.UNDELIVERABLE
    await world.at_rest()


@pytest.mark.parametrize("private", [True, False])
async def test_whoever_asked_for_it_is_sent_it_free_of_charge(
    world: World, *, private: bool
) -> None:
    await made_without_a_place(world, private=private)
    await world.restart()
    listed = words(private_answer(await world.alice.slash(world.channel, "video history")))
    assert "**#1** Not posted" in listed

    if private:
        card = private_answer(await world.alice.user.slash("video show", id="1"))
    else:
        card = private_answer(await world.alice.slash(world.channel, "video show", id="1"))
    assert "### Not posted for" in words(card)
    assert "The video is made, but there is no place left to post it. Nothing was" in words(card)
    assert "Send again shows it to whoever asked for it, free of charge." in words(card)
    who = world.alice.user if private else world.alice
    sent = private_answer(await who.click(card, label="Send again"))

    assert "a lonely lighthouse" in words(sent)
    assert world.file(sent)
    assert "$" not in words(sent)
    assert "[Post here]" not in words(sent)
    assert await world.used(world.alice) == (0, 0)
    assert len(world.sandbox.generations) == 1


async def test_posting_it_stays_with_the_bot_and_the_moderators(world: World) -> None:
    await made_without_a_place(world, private=False)
    card = private_answer(await world.alice.slash(world.channel, "video show", id="1"))
    renumber(world, card, "clap:send-again:1", "clap:post-again:1")

    told = private_answer(await world.alice.click(card, label="Send again"))

    assert "This video has not been posted" in words(told)


async def test_nobody_else_gets_it(world: World) -> None:
    await made_without_a_place(world, private=False)

    card = private_answer(await world.ben.slash(world.channel, "video show", id="1"))
    told = private_answer(await world.ben.click(card, label="Send again"))

    assert "not finished" in words(told)
    assert told.attachments == []
