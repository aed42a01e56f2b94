from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.errors import QuotaExceededError
from bot.models.generation import (
    Failure,
    FailureKind,
    GenerationState,
    NewRequest,
    Origin,
    OriginKind,
    Shot,
)
from bot.models.quota import Period, QuotaWindow, Usage, Used
from bot.models.references import Element
from bot.store.generations import SqlGenerationStore

DAY_MS = 86_400_000
FIRST_DAY = QuotaWindow(Period.DAY, 0, DAY_MS)
SECOND_DAY = QuotaWindow(Period.DAY, DAY_MS, 2 * DAY_MS)
MONTH = QuotaWindow(Period.MONTH, 0, 31 * DAY_MS)


def admit(_: Usage) -> None:
    """Refuses nobody."""


def at_most(limit: int, *, takes: int = 1) -> Callable[[Usage], None]:
    def check(usage: Usage) -> None:
        [(_, used)] = usage.windows
        if used.generations + takes > limit:
            raise QuotaExceededError("Enough for today.")

    return check


async def test_a_request_is_written_whole(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    new = a_request(user_id=7, takes=2, duration_s=6)
    written = await store.reserve(new, windows=(), check=admit, now_ms=500)

    assert written.request.interaction_id == new.interaction_id
    assert written.request.settings == new.settings
    assert written.request.reference_images() == new.references[:1]
    assert set(written.request.references) == set(new.references)
    assert [generation.take for generation in written.generations] == [1, 2]
    assert {generation.state for generation in written.generations} == {GenerationState.RESERVED}
    assert await store.request(written.request.id) == written
    assert await store.generation(written.generations[0].id) == written.generations[0]


async def test_the_same_interaction_is_one_request_and_is_not_checked_again(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    new = a_request()
    first = await store.reserve(new, windows=(FIRST_DAY,), check=at_most(1), now_ms=1)
    again = await store.reserve(new, windows=(FIRST_DAY,), check=at_most(1), now_ms=2)
    assert again == first
    assert (await store.usage(7, (FIRST_DAY,))).in_flight == 1


async def test_the_same_interaction_at_the_same_time_is_one_request(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    new = a_request()
    written = await asyncio.gather(
        *(store.reserve(new, windows=(FIRST_DAY,), check=at_most(1), now_ms=1) for _ in range(5))
    )
    assert len({one.request.id for one in written}) == 1


async def test_a_refusal_writes_nothing(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    new = a_request()
    with pytest.raises(QuotaExceededError, match="Enough"):
        await store.reserve(new, windows=(FIRST_DAY,), check=at_most(0), now_ms=1)
    assert await store.usage(7, (FIRST_DAY,)) == Usage(((FIRST_DAY, Used(0, 0)),), 0)
    admitted = await store.reserve(new, windows=(FIRST_DAY,), check=at_most(1), now_ms=1)
    assert len(admitted.generations) == 1


async def test_racing_commands_of_one_person_cannot_pass_the_limit(
    store: SqlGenerationStore,
    a_request: Callable[..., NewRequest],
    breaches: Callable[[], Awaitable[list[str]]],
) -> None:
    await store.reserve(a_request(takes=9), windows=(), check=admit, now_ms=1)
    outcomes = await asyncio.gather(
        *(
            store.reserve(a_request(), windows=(FIRST_DAY,), check=at_most(10), now_ms=1)
            for _ in range(8)
        ),
        return_exceptions=True,
    )
    refused = [one for one in outcomes if isinstance(one, QuotaExceededError)]
    assert len(refused) == 7
    assert (await store.usage(7, (FIRST_DAY,))).in_flight == 10
    assert await breaches() == []


async def test_two_people_do_not_share_a_limit(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    for user_id in (1, 2):
        await store.reserve(
            a_request(user_id=user_id), windows=(FIRST_DAY,), check=at_most(1), now_ms=1
        )


async def test_use_is_counted_in_the_window_where_it_was_reserved(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    await store.reserve(a_request(takes=2, duration_s=4), windows=(), check=admit, now_ms=0)
    await store.reserve(a_request(duration_s=9), windows=(), check=admit, now_ms=DAY_MS)

    usage = await store.usage(7, (FIRST_DAY, SECOND_DAY, MONTH))
    assert usage.windows == (
        (FIRST_DAY, Used(generations=2, seconds=8)),
        (SECOND_DAY, Used(generations=1, seconds=9)),
        (MONTH, Used(generations=3, seconds=17)),
    )
    assert usage.in_flight == 3


async def test_a_release_gives_back_into_the_window_of_its_reservation(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    written = await store.reserve(
        a_request(takes=2, duration_s=4), windows=(), check=admit, now_ms=DAY_MS - 1
    )
    lost = Failure(FailureKind.LOST, "gone")
    await store.fail(written.generations[0].id, failure=lost, now_ms=DAY_MS + 1)

    usage = await store.usage(7, (FIRST_DAY, SECOND_DAY))
    assert usage.windows == ((FIRST_DAY, Used(1, 4)), (SECOND_DAY, Used(0, 0)))
    assert usage.in_flight == 1


async def test_text_that_a_database_cannot_hold_is_made_to_fit(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    new = replace(a_request(prompt="a\0b \ud800 ünï 🎬"), user_name="M\0ona")
    written = await store.reserve(new, windows=(), check=admit, now_ms=1)
    assert written.request.settings.prompt == "ab ? ünï 🎬"
    assert written.request.user_name == "Mona"


async def test_a_request_of_a_model_without_a_price(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    new = replace(a_request(), price_microusd=None, references=())
    written = await store.reserve(new, windows=(), check=admit, now_ms=1)
    assert written.request.price_microusd is None
    assert written.request.references == ()


async def test_a_storyboard_its_cast_and_its_ancestor_come_back_as_written(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    first = await store.reserve(a_request(), windows=(), check=admit, now_ms=1)
    new = a_request(duration_s=9)
    front, side = (replace(new.references[0].image, sha256=letter * 64) for letter in "ab")
    new = replace(
        new,
        settings=replace(
            new.settings,
            prompt="",
            shots=(Shot("@luna wakes", 4), Shot("@rex barks", 5)),
            extra=(("seed", 7), ("loop", True)),
        ),
        elements=(Element("luna", front, (side, side)), Element("rex", side)),
        origin=Origin(OriginKind.CONTINUE, first.request.id, first.generations[0].id),
        draft_id=41,
    )

    asked = await store.reserve(new, windows=(), check=admit, now_ms=2)

    assert asked.request.settings == new.settings
    assert asked.request.elements == new.elements
    assert asked.request.origin == new.origin
    assert first.request.origin is None


async def test_a_draft_becomes_one_request_however_often_it_is_confirmed(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    once = await store.reserve(replace(a_request(), draft_id=41), windows=(), check=admit, now_ms=1)
    again = await store.reserve(
        replace(a_request(), draft_id=41), windows=(FIRST_DAY,), check=at_most(0), now_ms=2
    )

    assert again == once
