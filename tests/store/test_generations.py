from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest

from bot.errors import StaleStateError
from bot.generations.ports import GenerationStore
from bot.models.generation import (
    Failure,
    FailureKind,
    Generation,
    GenerationState,
    NewRequest,
    Rendering,
    RequestWithTakes,
    Surface,
)
from bot.models.quota import Period, QuotaWindow, Used
from bot.models.video import StoredVideo, VideoFacts
from bot.store.database import Database
from bot.store.generations import SqlGenerationStore

RESULT = StoredVideo(
    "1.mp4", VideoFacts(1080, 1920, 6_000, 12_345, has_audio=True, video_codec="h264")
)
WINDOW = QuotaWindow(Period.DAY, 0, 1_000_000)


async def reserved(
    store: SqlGenerationStore, new: NewRequest, *, now_ms: int = 1
) -> RequestWithTakes:
    return await store.reserve(new, windows=(), check=lambda _: None, now_ms=now_ms)


async def rendering(store: SqlGenerationStore, new: NewRequest) -> Generation:
    [generation] = (await reserved(store, new)).generations
    await store.begin_attempt(generation.id, fingerprint="{}", now_ms=2)
    return await store.accept(generation.id, oxen_id=f"oxen-{generation.id}", now_ms=3)


def test_the_store_is_what_the_services_want(database: Database) -> None:
    store: GenerationStore = SqlGenerationStore(database)
    for name, wanted in inspect.getmembers(GenerationStore, inspect.isfunction):
        if not name.startswith("_"):
            assert inspect.signature(wanted) == inspect.signature(getattr(type(store), name))


async def test_a_generation_on_its_way_to_the_channel(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    [generation] = (await reserved(store, a_request())).generations

    attempted = await store.begin_attempt(generation.id, fingerprint='{"seed":1}', now_ms=20)
    assert attempted.state is GenerationState.SUBMITTING
    assert (attempted.attempts, attempted.attempt_fingerprint) == (1, '{"seed":1}')
    assert attempted.attempted_at_ms == attempted.state_since_ms == 20

    accepted = await store.accept(generation.id, oxen_id="oxen-1", now_ms=30)
    assert (accepted.oxen_id, accepted.accepted_at_ms) == ("oxen-1", 30)
    assert await store.by_oxen_id("oxen-1") == accepted

    ready = await store.store_result(generation.id, result=RESULT, now_ms=40)
    assert (ready.result, ready.ready_at_ms) == (RESULT, 40)

    posting = await store.begin_posting(
        generation.id, nonce="n" * 25, surface=Surface.REPLY, now_ms=50
    )
    assert (posting.nonce, posting.posting_at_ms, posting.state_since_ms) == ("n" * 25, 50, 50)
    again = await store.begin_posting(
        generation.id, nonce="another", surface=Surface.REPLY, now_ms=60
    )
    assert (again.nonce, again.posting_at_ms, again.state_since_ms) == ("n" * 25, 60, 50)

    delivered = await store.deliver(generation.id, message_id=99, now_ms=70)
    assert delivered.state is GenerationState.DELIVERED
    assert (delivered.posted_message_id, delivered.delivered_at_ms) == (99, 70)
    usage = await store.usage(generation.user_id, (WINDOW,))
    assert (usage.windows[0][1], usage.in_flight) == (Used(1, 5), 0)


async def test_an_attempt_that_oxen_did_not_begin_is_made_again(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    [generation] = (await reserved(store, a_request())).generations
    await store.begin_attempt(generation.id, fingerprint="first", now_ms=2)
    absent = await store.count_absence(generation.id, now_ms=3)
    absent = await store.count_absence(generation.id, now_ms=4)
    assert (absent.state, absent.absent_sweeps) == (GenerationState.SUBMITTING, 2)

    back = await store.attempt_not_begun(generation.id, now_ms=5)
    assert (back.state, back.attempt_fingerprint) == (GenerationState.RESERVED, "first")

    second = await store.begin_attempt(generation.id, fingerprint="second", now_ms=6)
    assert (second.attempts, second.absent_sweeps) == (2, 0)


async def test_an_attempt_that_was_not_begun_is_not_repeated_once_a_person_has_cancelled(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    [generation] = (await reserved(store, a_request())).generations
    await store.begin_attempt(generation.id, fingerprint="{}", now_ms=2)
    await store.ask_to_cancel(generation.id, now_ms=3)
    ended = await store.attempt_not_begun(generation.id, now_ms=4)
    assert ended.state is GenerationState.CANCELLED
    assert (await store.usage(generation.user_id, (WINDOW,))).windows[0][1] == Used(0, 0)


async def test_an_orphan_is_adopted_by_a_generation_that_waits_again(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    [generation] = (await reserved(store, a_request())).generations
    adopted = await store.accept(generation.id, oxen_id="orphan", now_ms=5)
    assert adopted.state is GenerationState.RENDERING


async def test_one_remote_generation_belongs_to_one_row(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    first = await rendering(store, a_request())
    [other] = (await reserved(store, a_request())).generations
    with pytest.raises(StaleStateError):
        await store.accept(other.id, oxen_id=str(first.oxen_id), now_ms=9)
    assert await store.generation(other.id) == other


@pytest.mark.parametrize("kind", list(FailureKind))
async def test_a_failure_keeps_its_reason_and_gives_back(
    kind: FailureKind, store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    generation = await rendering(store, a_request())
    failed = await store.fail(generation.id, failure=Failure(kind, "so\0rry"), now_ms=9)
    assert failed.state is GenerationState.FAILED
    assert failed.failure == Failure(kind, "sorry")
    usage = await store.usage(generation.user_id, (WINDOW,))
    assert (usage.windows[0][1], usage.in_flight) == (Used(0, 0), 0)


async def test_cancelling_what_waits_ends_it_at_once(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    [generation] = (await reserved(store, a_request())).generations
    cancelled = await store.ask_to_cancel(generation.id, now_ms=9)
    assert cancelled.state is GenerationState.CANCELLED
    assert cancelled.cancel_requested_at_ms == 9
    assert (await store.usage(generation.user_id, (WINDOW,))).windows[0][1] == Used(0, 0)


async def test_cancelling_what_renders_is_a_wish_first(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    generation = await rendering(store, a_request())
    await store.ask_to_cancel(generation.id, now_ms=9)
    wished = await store.ask_to_cancel(generation.id, now_ms=10)
    assert (wished.state, wished.cancel_requested_at_ms) == (GenerationState.RENDERING, 9)
    assert (await store.cancel(generation.id, now_ms=11)).state is GenerationState.CANCELLED
    with pytest.raises(StaleStateError):
        await store.ask_to_cancel(generation.id, now_ms=12)


async def test_what_is_not_there(store: SqlGenerationStore) -> None:
    assert await store.request(404) is None
    assert await store.generation(404) is None
    assert await store.by_oxen_id("no\0ne") is None
    with pytest.raises(StaleStateError):
        await store.begin_attempt(404, fingerprint="", now_ms=1)
    with pytest.raises(StaleStateError):
        await store.ask_to_cancel(404, now_ms=1)


async def test_oxen_ids_of_ours_among_thousands(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    ours = {str((await rendering(store, a_request())).oxen_id) for _ in range(2)}
    foreign = [f"foreign-{n}" for n in range(2_500)]
    assert await store.known_oxen_ids([*foreign[:5], *ours, *foreign[5:]]) == ours
    assert await store.known_oxen_ids([]) == frozenset()


async def test_generations_by_state_come_oldest_first(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    first = await rendering(store, a_request())
    [waiting] = (await reserved(store, a_request())).generations
    last = await rendering(store, a_request())
    [ended] = (await reserved(store, a_request())).generations
    ended = await store.ask_to_cancel(ended.id, now_ms=9)

    assert await store.in_states(GenerationState.RENDERING) == (first, last)
    assert await store.in_states(GenerationState.RESERVED, GenerationState.RENDERING) == (
        first,
        waiting,
        last,
    )
    assert await store.in_states(GenerationState.RESERVED, GenerationState.CANCELLED) == (
        waiting,
        ended,
    )
    assert await store.in_states() == ()


async def test_the_placeholder_is_remembered(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    written = await reserved(store, a_request())
    await store.set_placeholder(written.request.id, 2**63 - 1)
    found = await store.request(written.request.id)
    assert found is not None
    assert found.request.placeholder_message_id == 2**63 - 1


async def test_the_ids_by_state_are_of_those_under_way(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    first = await rendering(store, a_request())
    [waiting] = (await reserved(store, a_request())).generations

    both = (GenerationState.RESERVED, GenerationState.RENDERING)
    assert await store.ids_in_states(*both) == (first.id, waiting.id)
    assert await store.ids_in_states(GenerationState.READY) == ()


async def test_what_a_sweep_needs_to_know_of_those_that_are_rendering(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    first, second = [await rendering(store, a_request()) for _ in range(2)]
    await reserved(store, a_request())
    await store.ask_to_cancel(second.id, now_ms=9)

    assert await store.rendering() == (
        Rendering(first.id, first.oxen_id or "", first.accepted_at_ms or 0, is_cancel_wished=False),
        Rendering(
            second.id, second.oxen_id or "", second.accepted_at_ms or 0, is_cancel_wished=True
        ),
    )


async def test_cards_are_checked_until_they_are_settled_the_ended_ones_first(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    asked = [await reserved(store, a_request()) for _ in range(4)]
    first, second, third, fourth = (one.request.id for one in asked)
    for number, moment_ms in ((1, 70), (3, 80)):
        await store.begin_attempt(asked[number].generations[0].id, fingerprint="", now_ms=moment_ms)
    await store.ask_to_cancel(asked[2].generations[0].id, now_ms=90)

    assert await store.cards_to_check(9) == (third, fourth, second, first)
    assert await store.cards_to_check(1) == (third, fourth)
    await store.placeholder_settled(third)
    assert await store.cards_to_check(1) == (fourth,)


async def test_render_times_of_the_latest_generations_like_it(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    for ready_at_ms in (103, 203, 303):
        generation = await rendering(store, a_request(duration_s=6))
        await store.store_result(generation.id, result=RESULT, now_ms=ready_at_ms)
    other = await rendering(store, a_request(duration_s=7))
    await store.store_result(other.id, result=RESULT, now_ms=9_003)
    await rendering(store, a_request(duration_s=6))

    assert await store.recent_render_ms("kling", 6, 2) == (300, 200)
    assert await store.recent_render_ms("another", 6, 2) == ()
