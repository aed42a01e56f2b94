"""Looking for a post of one's own in a channel where others write."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.errors import PostAmbiguousError, PostImpossibleError
from bot.models.generation import GenerationState, Surface
from bot.posting.results import DiscordResults
from bot.ui.custom_ids import Action, custom_id
from tests.ui.cards import progress, take

BOT, SOMEBODY = SimpleNamespace(id=1), SimpleNamespace(id=2)
POSTING = take(GenerationState.POSTING)


class Channel:
    """A channel with what others wrote, and then perhaps the bot."""

    def __init__(self, others: int, *, posted: bool) -> None:
        said = [SimpleNamespace(id=n, author=SOMEBODY, components=()) for n in range(others)]
        mark = SimpleNamespace(custom_id=custom_id(Action.MORE, POSTING.id))
        if posted:
            said.append(SimpleNamespace(id=99_999, author=BOT, components=(mark,)))
        self.said = said

    async def history(self, *, limit: int, **_: Any) -> AsyncIterator[Any]:
        for message in self.said[:limit]:
            yield message


async def look_in(channel: Channel) -> int | None:
    client: Any = SimpleNamespace(
        user=BOT,
        get_guild=lambda _: None,
        get_partial_messageable=lambda _, **__: channel,
    )
    results = DiscordResults(client, display_name=str)
    return await results.find(progress(POSTING).request, POSTING, Surface.REPLY)


@pytest.mark.parametrize("others", [0, 1_500])
async def test_a_post_is_found_among_what_others_wrote(others: int) -> None:
    assert await look_in(Channel(others, posted=True)) == 99_999
    assert await look_in(Channel(others, posted=False)) is None


async def test_a_channel_too_full_to_look_through_does_not_read_as_not_there() -> None:
    with pytest.raises(PostAmbiguousError):
        await look_in(Channel(20_000, posted=True))


@pytest.mark.parametrize("is_archived", [False, True])
@pytest.mark.parametrize("lacking", ["view_channel", "read_message_history"])
async def test_a_history_that_may_not_be_read_does_not_read_as_not_there(
    lacking: str, *, is_archived: bool
) -> None:
    may = discord.Permissions.all()
    may.update(**{lacking: False})
    place = SimpleNamespace(permissions_for=lambda _: may)
    guild = SimpleNamespace(me=BOT, get_channel_or_thread=lambda _: None if is_archived else place)

    async def fetched(_: int) -> Any:
        return place

    client: Any = SimpleNamespace(
        user=BOT,
        get_guild=lambda _: guild,
        fetch_channel=fetched,
        # As Discord answers then: with nothing, instead of an error.
        get_partial_messageable=lambda _, **__: Channel(0, posted=False),
    )
    results = DiscordResults(client, display_name=str)

    with pytest.raises(PostImpossibleError):
        await results.find(progress(POSTING).request, POSTING, Surface.REPLY)
