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


async def test_one_persons_hundred_do_not_hold_up_anothers_first(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    many = await waiting(store, a_request(user_id=1, takes=100))
    [single] = await waiting(store, a_request(user_id=2))

    turn = await store.next_reserved(3)
    assert [generation.id for generation in turn] == [many[0], single, many[1]]


async def test_what_a_person_has_at_oxen_counts(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    first, second, third = await waiting(store, a_request(user_id=1, takes=3))
    await submit(store, first)
    a, b = await waiting(store, a_request(user_id=2, takes=2))

    assert [generation.id for generation in await store.waiting_order()] == [a, second, b, third]
    assert await store.count_at_oxen() == 1


async def test_between_equals_the_one_whose_turn_is_longest_ago_is_next(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    many = await waiting(store, a_request(user_id=1, takes=3))
    few = await waiting(store, a_request(user_id=2, takes=2))
    order = []
    for now_ms in range(10, 15):
        [turn] = await store.next_reserved(1)
        order.append(turn.id)
        await store.begin_attempt(turn.id, fingerprint="", now_ms=now_ms)
        await store.cancel(turn.id, now_ms=now_ms)

    assert order == [many[0], few[0], many[1], few[1], many[2]]


async def test_nobody_waits(store: SqlGenerationStore) -> None:
    assert await store.next_reserved(5) == ()
    assert await store.waiting_order() == ()
    assert await store.count_at_oxen() == 0


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

    assert [generation.id for generation in await store.waiting_order()] == in_turn
    assert [generation.id for generation in await store.next_reserved(limit)] == in_turn[:limit]
    assert await store.count_at_oxen() == sum(at_oxen.values())

    for generation in await store.in_states(GenerationState.RESERVED, GenerationState.SUBMITTING):
        await (
            store.cancel(generation.id, now_ms=3)
            if generation.state is GenerationState.SUBMITTING
            else store.ask_to_cancel(generation.id, now_ms=3)
        )
