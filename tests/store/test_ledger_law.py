from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import StaleStateError
from bot.models.generation import (
    Failure,
    FailureKind,
    Generation,
    GenerationState,
    NewRequest,
    Surface,
)
from bot.models.quota import Period, QuotaWindow, Used
from bot.models.video import StoredVideo, VideoFacts
from bot.store.generations import SqlGenerationStore

RESERVED = GenerationState.RESERVED
SUBMITTING = GenerationState.SUBMITTING
RENDERING = GenerationState.RENDERING
READY = GenerationState.READY
POSTING = GenerationState.POSTING
DELIVERED = GenerationState.DELIVERED
FAILED = GenerationState.FAILED
CANCELLED = GenerationState.CANCELLED

OPEN = (RESERVED, SUBMITTING, RENDERING, READY, POSTING)
LEADS_TO = {
    "begin_attempt": {RESERVED: SUBMITTING},
    "attempt_not_begun": {SUBMITTING: RESERVED},
    "count_absence": {SUBMITTING: SUBMITTING},
    "accept": {SUBMITTING: RENDERING, RESERVED: RENDERING},
    "store_result": {RENDERING: READY},
    "lose_result": {READY: RENDERING, POSTING: RENDERING},
    "adopt_late": {FAILED: RENDERING},
    "reopen": {FAILED: READY},
    "begin_posting": {READY: POSTING, POSTING: POSTING},
    "deliver": {POSTING: DELIVERED},
    "fail": dict.fromkeys(OPEN, FAILED),
    "ask_to_cancel": {**{state: state for state in OPEN}, RESERVED: CANCELLED},
    "cancel": {SUBMITTING: CANCELLED, RENDERING: CANCELLED},
}
"""The life of a generation, as the protocol tells it: operation, from, to."""
FORWARD = ("begin_attempt", "accept", "store_result", "begin_posting", "deliver")

users = itertools.count(1)


async def apply(
    store: SqlGenerationStore, operation: str, generation_id: int, now_ms: int
) -> Generation:
    facts = VideoFacts(1, 1, 1, 1, has_audio=False, video_codec="h264")
    arguments: dict[str, dict[str, object]] = {
        "begin_attempt": {"fingerprint": "{}"},
        "accept": {"oxen_id": f"oxen-{generation_id}"},
        "store_result": {"result": StoredVideo("a.mp4", facts)},
        "adopt_late": {"oxen_id": f"oxen-{generation_id}"},
        "begin_posting": {"nonce": f"nonce-{generation_id}", "surface": Surface.REPLY},
        "deliver": {"message_id": 9},
        "fail": {"failure": Failure(FailureKind.UNDELIVERABLE)},
    }
    changed: Generation = await getattr(store, operation)(
        generation_id, now_ms=now_ms, **arguments.get(operation, {})
    )
    return changed


def following(operation: str, before: Generation) -> GenerationState | None:
    """The state that an operation leads to, or ``None`` where it must be refused."""
    state = LEADS_TO[operation].get(before.state)
    if operation == "attempt_not_begun" and state and before.cancel_requested_at_ms is not None:
        return CANCELLED
    if operation == "reopen" and state:
        # Only what was made and found no place; where a send is on record, it is looked for first.
        made = READY if before.nonce is None else POSTING
        return made if before.result is not None else None
    if operation == "adopt_late" and before.oxen_id is not None:
        return None
    return state


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(
        st.tuples(
            st.one_of(st.sampled_from(FORWARD), st.sampled_from(sorted(LEADS_TO))),
            st.integers(0, 2),
        ),
        max_size=30,
    )
)
async def test_whatever_happens_the_ledger_balances(
    store: SqlGenerationStore,
    a_request: Callable[..., NewRequest],
    breaches: Callable[[], Awaitable[list[str]]],
    steps: list[tuple[str, int]],
) -> None:
    user_id = next(users)
    new = a_request(user_id=user_id, takes=3, duration_s=5)
    written = await store.reserve(new, windows=(), check=lambda _: None, now_ms=10)
    ids = [generation.id for generation in written.generations]
    states = dict.fromkeys(ids, RESERVED)
    free: set[int] = set()

    async def balances() -> None:
        kept = [
            i for i, state in states.items() if state not in {FAILED, CANCELLED} and i not in free
        ]
        window = QuotaWindow(Period.DAY, 10, 11)
        usage = await store.usage(user_id, (window,))
        assert usage.windows == ((window, Used(len(kept), 5 * len(kept))),)
        assert usage.in_flight == sum(not state.is_final for state in states.values())
        assert await breaches() == []

    for now_ms, (operation, which) in enumerate(steps, start=11):
        generation_id = ids[which]
        before = await store.generation(generation_id)
        assert before is not None
        assert before.state is states[generation_id]
        next_state = following(operation, before)
        if next_state is None:
            with pytest.raises(StaleStateError):
                await apply(store, operation, generation_id, now_ms)
            assert await store.generation(generation_id) == before
        else:
            changed = await apply(store, operation, generation_id, now_ms)
            assert changed == await store.generation(generation_id)
            assert changed.state is next_state
            states[generation_id] = next_state
            if operation in {"adopt_late", "reopen"}:
                free.add(generation_id)
    await balances()

    for generation_id, state in states.items():
        if not state.is_final:
            await apply(store, "fail", generation_id, 99)
            states[generation_id] = FAILED
    await balances()
