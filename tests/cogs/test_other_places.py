"""Direct messages with the bot, and places that it is no member of."""

from __future__ import annotations

from typing import Any

import pytest
from simcord import MemberActor, actors

from bot.models.generation import GenerationState
from tests.world import World, picture, private_answer, words


def conversation(who: MemberActor) -> list[Any]:
    """The direct messages between the bot and somebody, oldest first."""
    return sorted(who.user.dm_channel.history(), key=lambda message: message.id)


@pytest.fixture
def brought_along(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have Discord say that the person installed the app, and the server did not."""
    dispatch = actors._dispatch_actor_interaction

    async def dispatched(actor: Any, *arguments: Any, **named: Any) -> Any:
        owners = {"1": str(actor.id)}
        extra = (named.pop("extra", None) or {}) | {"authorizing_integration_owners": owners}
        return await dispatch(actor, *arguments, extra=extra, **named)

    monkeypatch.setattr(actors, "_dispatch_actor_interaction", dispatched)


async def test_a_video_is_made_in_direct_messages_with_the_bot(world: World) -> None:
    await world.alice.user.slash("video create", prompt="a calm walk on the moon")
    done = await world.reached(GenerationState.DELIVERED)
    await world.at_rest()

    card, result = conversation(world.alice)
    assert "Done for" in words(card)
    assert result.id == done.posted_message_id
    assert "a calm walk on the moon" in words(result)
    assert world.messages() == []
    assert (await world.request()).request.private, "nobody else looks it up"


async def test_again_in_direct_messages_stays_there(world: World) -> None:
    await world.create("a fox", private=True)
    await world.reached(GenerationState.DELIVERED)
    await world.at_rest()
    *_, result = conversation(world.alice)

    await world.alice.user.click(result, label="Again")
    await world.reached(GenerationState.DELIVERED, request=1)
    await world.at_rest()

    assert len(conversation(world.alice)) == 4
    assert world.messages() == []


@pytest.mark.usefixtures("brought_along")
async def test_where_the_bot_is_no_member_the_video_comes_by_direct_message(world: World) -> None:
    told = private_answer(await world.create("a fox"))

    assert "Your video is on its way to [your direct messages]" in words(told)
    assert "I am no member here, so I cannot post the video in this place." in words(told)
    await world.reached(GenerationState.DELIVERED)
    await world.at_rest()
    assert "a fox" in words(conversation(world.alice)[-1])
    assert world.messages() == []
    asked = (await world.request()).request
    assert (asked.private, asked.guild_id) == (True, None)


@pytest.mark.usefixtures("brought_along")
async def test_a_poll_needs_a_place_where_others_see_it(world: World) -> None:
    told = private_answer(await world.create("a fox", takes=2, poll=True))

    assert "In private there is nobody to vote." in words(told)


async def test_what_belongs_to_servers_says_so_in_direct_messages(world: World) -> None:
    answered = await world.alice.user.slash("preset save", name="House", takes=2, server=True)

    assert "There is no server here: save it as your own." in words(private_answer(answered))
    assert "### Your quota" in words(private_answer(await world.alice.user.slash("quota")))


@pytest.mark.usefixtures("brought_along")
async def test_where_the_bot_is_no_member_the_cast_is_ones_own(world: World) -> None:
    front = ("luna.png", picture())
    shared = await world.alice.slash(
        world.channel, "cast add", name="luna", front=front, share="server", kind="object"
    )
    own = await world.alice.slash(
        world.channel, "cast add", name="luna", front=front, kind="object"
    )

    assert "There is no server here to share with." in words(private_answer(shared))
    assert "An object, for you alone." in words(private_answer(own))
