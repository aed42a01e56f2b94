from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.errors import StaleStateError
from bot.models.choice import Choice
from bot.models.generation import Failure, FailureKind, NewRequest, RequestWithTakes
from bot.store.choosing import SqlChoices
from bot.store.database import Database
from bot.store.generations import SqlGenerationStore


@pytest.fixture
def choices(database: Database) -> SqlChoices:
    return SqlChoices(database)


@pytest.fixture
def asked(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> Callable[..., Awaitable[RequestWithTakes]]:
    async def ask(*, poll: bool) -> RequestWithTakes:
        new = replace(a_request(takes=3), poll=poll)
        return await store.reserve(new, windows=(), check=lambda _: None, now_ms=1)

    return ask


async def test_a_pick_takes_the_place_of_the_one_before(
    choices: SqlChoices, asked: Callable[..., Awaitable[RequestWithTakes]]
) -> None:
    request = await asked(poll=False)
    one, two, _ = request.generations
    assert await choices.choice(request.request.id) == Choice()

    await choices.pick(request.request.id, one.id, user_id=7, now_ms=2)
    picked = await choices.pick(request.request.id, two.id, user_id=7, now_ms=3)

    assert picked == Choice(picked=two.id)
    assert await choices.choice(request.request.id) == picked


async def test_a_person_has_one_voice_and_the_most_win(
    choices: SqlChoices, asked: Callable[..., Awaitable[RequestWithTakes]]
) -> None:
    request = await asked(poll=True)
    request_id = request.request.id
    one, two, _ = request.generations
    for user_id, take in ((1, one), (2, one), (3, two), (1, two)):
        await choices.vote(request_id, take.id, user_id=user_id, now_ms=2)

    voted = await choices.choice(request_id)
    assert (voted.is_open, dict(voted.votes), voted.voices) == (True, {one.id: 1, two.id: 2}, 3)
    closed = await choices.close(request_id, user_id=7, now_ms=3)

    assert closed == replace(voted, is_open=False, picked=two.id)
    assert await choices.close(request_id, user_id=8, now_ms=4) == closed
    with pytest.raises(StaleStateError):
        await choices.vote(request_id, one.id, user_id=5, now_ms=5)


async def test_a_poll_that_ends_level_picks_nothing(
    choices: SqlChoices, asked: Callable[..., Awaitable[RequestWithTakes]]
) -> None:
    request = await asked(poll=True)
    one, two, _ = request.generations
    await choices.vote(request.request.id, one.id, user_id=1, now_ms=2)
    await choices.vote(request.request.id, two.id, user_id=2, now_ms=2)

    closed = await choices.close(request.request.id, user_id=7, now_ms=3)

    assert closed.picked is None
    assert closed.leaders() == (one.id, two.id)


async def test_where_there_is_no_poll_nobody_votes(
    choices: SqlChoices, asked: Callable[..., Awaitable[RequestWithTakes]]
) -> None:
    request = await asked(poll=False)

    with pytest.raises(StaleStateError):
        await choices.vote(request.request.id, request.generations[0].id, user_id=1, now_ms=2)


async def test_what_was_chosen_just_before_a_restart_reaches_the_card_after_it(
    choices: SqlChoices,
    store: SqlGenerationStore,
    asked: Callable[..., Awaitable[RequestWithTakes]],
) -> None:
    request = await asked(poll=True)
    request_id, (one, *_) = request.request.id, request.generations
    for take in request.generations:
        await store.fail(take.id, failure=Failure(FailureKind.LOST), now_ms=2)

    async def is_behind() -> bool:
        behind = request_id in await store.cards_to_check(1)
        await store.placeholder_settled(request_id)
        return behind

    assert [await is_behind(), await is_behind()] == [True, False]
    await choices.vote(request_id, one.id, user_id=1, now_ms=3)
    assert await is_behind()
    await choices.close(request_id, user_id=1, now_ms=3)
    assert await is_behind()
    await choices.pick(request_id, one.id, user_id=1, now_ms=3)
    assert await is_behind()
