from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.models.generation import NewRequest, RequestWithTakes, Shot
from bot.models.history import HistoryFilter, HistoryState
from bot.store.database import Database
from bot.store.generations import SqlGenerationStore
from bot.store.history import SqlHistory


@pytest.fixture
def history(database: Database) -> SqlHistory:
    return SqlHistory(database)


@pytest.fixture
def asked(
    store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> Callable[..., Awaitable[RequestWithTakes]]:
    async def ask(
        prompt: str = "a fox", *, user_id: int = 7, at_ms: int = 1, model: str = "kling"
    ) -> RequestWithTakes:
        new = a_request(user_id=user_id, prompt=prompt)
        new = replace(new, settings=replace(new.settings, model=model))
        return await store.reserve(new, windows=(), check=lambda _: None, now_ms=at_ms)

    return ask


async def test_pages_hold_ones_own_requests_the_latest_first(
    history: SqlHistory, asked: Callable[..., Awaitable[RequestWithTakes]]
) -> None:
    mine = [await asked(f"fox {number}") for number in range(5)]
    await asked(user_id=8)

    first = await history.page(7, HistoryFilter(), number=0, size=2)
    last = await history.page(7, HistoryFilter(), number=2, size=2)

    assert first.requests == (mine[4], mine[3])
    assert first.has_older
    assert last.requests == (mine[0],)
    assert not last.has_older
    assert (await history.page(7, HistoryFilter(), number=3, size=2)).requests == ()


async def test_words_are_found_whatever_their_case_and_in_every_shot(
    history: SqlHistory,
    store: SqlGenerationStore,
    asked: Callable[..., Awaitable[RequestWithTakes]],
    a_request: Callable[..., NewRequest],
) -> None:
    umlaut = await asked("ein FUCHS im Grünen, 100%")
    new = a_request(user_id=7)
    shots = (Shot("dawn", 3), Shot("a Fuchs", 2))
    board = await store.reserve(
        replace(new, settings=replace(new.settings, prompt="", shots=shots)),
        windows=(),
        check=lambda _: None,
        now_ms=2,
    )
    await asked("a bear")

    async def found(text: str) -> tuple[RequestWithTakes, ...]:
        return (await history.page(7, HistoryFilter(text=text), number=0, size=9)).requests

    assert await found("fuchs") == (board, umlaut)
    assert await found("GRÜN") == (umlaut,)
    assert await found("0%") == (umlaut,)
    assert await found("_") == ()


async def test_filters_narrow_by_state_model_and_time(
    history: SqlHistory,
    store: SqlGenerationStore,
    asked: Callable[..., Awaitable[RequestWithTakes]],
) -> None:
    early = await asked(at_ms=10)
    late = await asked(at_ms=20, model="wan")
    await store.ask_to_cancel(early.generations[0].id, now_ms=30)

    async def found(**wanted: object) -> list[int]:
        wishes = HistoryFilter(**wanted)  # type: ignore[arg-type]
        page = await history.page(7, wishes, number=0, size=9)
        return [one.request.id for one in page.requests]

    assert await found(state=HistoryState.CANCELLED) == [early.request.id]
    assert await found(state=HistoryState.UNDER_WAY) == [late.request.id]
    assert await found(state=HistoryState.DONE) == []
    assert await found(model="wan") == [late.request.id]
    assert await found(from_ms=20) == [late.request.id]
    assert await found(before_ms=20) == [early.request.id]
    assert await found(number=str(early.request.id)) == [early.request.id]
    assert await found(number=f"{late.request.id}0") == []
    assert await history.models(7) == ("kling", "wan")
