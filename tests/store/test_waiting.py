from __future__ import annotations

import itertools
from collections.abc import Callable

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.models.generation import GenerationState, NewRequest
from bot.store.generations import SqlGenerationStore

_STRANGERS = itertools.count(1_000, 10)
"""For each example people who never had a turn."""


async def waiting(store: SqlGenerationStore, new: NewRequest) -> list[int]:
    written = await store.reserve(new, windows=(), check=lambda _: None, now_ms=1)
    return [generation.id for generation in written.generations]


async def submit(store: SqlGenerationStore, generation_id: int) -> None:
    await store.begin_attempt(generation_id, fingerprint="", now_ms=2)


async def turns(store: SqlGenerationStore, limit: int, *, most_at_oxen: int = 1_000) -> list[int]:
    given = await store.next_turns(limit, most_at_oxen=most_at_oxen)
    assert all(turn.generation.request_id == turn.request.id for turn in given)
    return [turn.generation.id for turn in given]


async def test_one_persons_hundred_do_not_hold_up_anothers_first(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    many = await waiting(store, a_request(user_id=1, takes=100))
    [single] = await waiting(store, a_request(user_id=2))

    assert await turns(store, 3) == [many[0], single, many[1]]
    assert (await store.line())[:3] == (1, 2, 1)


async def test_what_a_person_has_at_oxen_counts(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    first, second, third = await waiting(store, a_request(user_id=1, takes=3))
    await submit(store, first)
    a, b = await waiting(store, a_request(user_id=2, takes=2))

    assert await turns(store, 9) == [a, second, b, third]
    assert await turns(store, 9, most_at_oxen=3) == [a, second]
    assert await turns(store, 9, most_at_oxen=1) == []


async def test_between_equals_the_one_whose_turn_is_longest_ago_is_next(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    many = await waiting(store, a_request(user_id=1, takes=3))
    few = await waiting(store, a_request(user_id=2, takes=2))
    order = []
    for now_ms in range(10, 15):
        [turn] = await turns(store, 1)
        order.append(turn)
        await store.begin_attempt(turn, fingerprint="", now_ms=now_ms)
        await store.cancel(turn, now_ms=now_ms)

    assert order == [many[0], few[0], many[1], few[1], many[2]]


async def test_who_is_passed_over_keeps_their_place(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    first, second = await waiting(store, a_request(user_id=1, takes=2))
    [single] = await waiting(store, a_request(user_id=2))

    given = await store.next_turns(2, most_at_oxen=9, passed_over=(first, 404))
    assert [turn.generation.id for turn in given] == [single, second]
    assert await turns(store, 3) == [first, single, second]


async def test_nobody_waits(store: SqlGenerationStore) -> None:
    assert await store.next_turns(5, most_at_oxen=5) == ()
    assert await store.line() == ()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    arrivals=st.lists(st.tuples(st.integers(1, 4), st.booleans()), max_size=12),
    limit=st.integers(1, 12),
)
@example(arrivals=[(1, True), (1, True), (1, False), (2, False), (2, False)], limit=2)
async def test_the_nth_of_one_comes_after_the_one_before_of_everybody(
    store: SqlGenerationStore,
    a_request: Callable[..., NewRequest],
    arrivals: list[tuple[int, bool]],
    limit: int,
) -> None:
    at_oxen: dict[int, int] = {}
    queue = []
    strangers = next(_STRANGERS)
    for number, goes_at_once in arrivals:
        user_id = strangers + number
        [generation_id] = await waiting(store, a_request(user_id=user_id))
        if goes_at_once:
            await submit(store, generation_id)
            at_oxen[user_id] = at_oxen.get(user_id, 0) + 1
        else:
            queue.append((user_id, generation_id))
    places: dict[int, int] = {}
    expected = []
    for user_id, generation_id in queue:
        place = places[user_id] = places.get(user_id, 0) + 1
        had_a_turn = user_id in at_oxen
        rank = place + at_oxen.get(user_id, 0)
        expected.append((rank, place, had_a_turn, generation_id))
    in_turn = [generation_id for *_, generation_id in sorted(expected)]

    assert await turns(store, 100) == in_turn
    assert await turns(store, limit) == in_turn[:limit]
    free = max(0, limit - sum(at_oxen.values()))
    assert await turns(store, 100, most_at_oxen=limit) == in_turn[:free]

    for generation in await store.in_states(GenerationState.RESERVED, GenerationState.SUBMITTING):
        await (
            store.cancel(generation.id, now_ms=3)
            if generation.state is GenerationState.SUBMITTING
            else store.ask_to_cancel(generation.id, now_ms=3)
        )
