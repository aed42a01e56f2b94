from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, text

from bot.errors import StoreError
from bot.models.generation import GenerationState, NewRequest
from bot.models.quota import Period, QuotaWindow
from bot.store.database import Database
from bot.store.generations import SqlGenerationStore
from bot.store.schema import ledger


async def a_generation(store: SqlGenerationStore, new: NewRequest) -> int:
    written = await store.reserve(new, windows=(), check=lambda _: None, now_ms=1)
    return written.generations[0].id


def entry(generation_id: int, kind: str, *, key: str, seconds: int = 5) -> dict[str, Any]:
    return {
        "operation_key": key,
        "generation_id": generation_id,
        "user_id": 7,
        "kind": kind,
        "generations": 1,
        "seconds": seconds,
        "microusd": 0,
        "counts_at_ms": 1,
        "recorded_at_ms": 1,
    }


def enter(connection: Connection, *entries: dict[str, Any]) -> None:
    for values in entries:
        connection.execute(insert(ledger).values(values))


async def test_the_ledger_refuses_a_second_settlement(
    database: Database, store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    one = await a_generation(store, a_request())
    with pytest.raises(StoreError):
        await database.run(enter, entry(one, "capture", key="a"), entry(one, "release", key="b"))
    with pytest.raises(StoreError):
        await database.run(enter, entry(one, "reserve", key="c"))
    other = await a_generation(store, a_request())
    with pytest.raises(StoreError):
        await database.run(enter, entry(one, "capture", key="d"), entry(other, "release", key="d"))
    with pytest.raises(StoreError):
        await database.run(enter, entry(one, "release", key="e", seconds=-5))
    with pytest.raises(StoreError):
        await database.run(enter, entry(one, "gift", key="f"))
    await database.run(enter, entry(one, "capture", key="g"))


@pytest.mark.parametrize(
    "change",
    [
        "state = 'elsewhere'",
        "state = 'failed'",
        "ended_at_ms = 5",
        "state = 'rendering'",
        "state = 'rendering', oxen_id = 'a', take = 0",
        "state = 'ready', oxen_id = 'a'",
        "nonce = 'abcdefghijklmnopqrstuvwxyz'",
        "request_id = 404",
    ],
)
async def test_a_row_that_makes_no_sense_is_refused(
    change: str,
    database: Database,
    store: SqlGenerationStore,
    a_request: Callable[..., NewRequest],
) -> None:
    await a_generation(store, a_request())

    def apply(connection: Connection) -> None:
        connection.execute(text(f"UPDATE generations SET {change}"))

    with pytest.raises(StoreError):
        await database.run(apply)


async def test_questions_asked_often_do_not_read_history(
    database: Database, store: SqlGenerationStore
) -> None:
    if database._engine.sync_engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by the size of the tables")
    asked: list[tuple[str, Any]] = []

    def listen(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(database._engine.sync_engine, "before_cursor_execute", listen)
    await store.usage(7, (QuotaWindow(Period.DAY, 0, 9),))
    await store.next_turns(5, most_at_oxen=9)
    await store.in_states(GenerationState.SUBMITTING, GenerationState.READY)
    await store.cards_to_check(5)
    await store.rendering()
    await store.lost(5)
    await store.recent_render_ms("kling", 5, 20)
    event.remove(database._engine.sync_engine, "before_cursor_execute", listen)

    def plan(connection: Connection, statement: str, parameters: Any) -> str:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return "\n".join(str(row[3]) for row in rows)

    plans = [
        await database.run(plan, statement, parameters)
        for statement, parameters in asked
        if statement.startswith("SELECT")
    ]
    in_flight, use, turn, at_oxen, by_state, ended, latest, rendering, lost, render = plans
    assert "ix_generations_open_by_user (user_id=?)" in in_flight
    assert "COVERING INDEX ix_ledger_use (user_id=? AND counts_at_ms>? AND counts_at_ms<?)" in use
    assert "ix_generations_open_by_state" in turn
    assert "ix_generations_open_by_state (state=?)" in at_oxen
    assert "ix_generations_open_by_state (state=?)" in by_state
    assert "ix_requests_unsettled" in ended
    assert "ix_generations_open_by_state" in rendering
    assert "ix_generations_failed (failure_kind=? AND ended_at_ms>?)" in lost
    assert "SCAN generations\n" not in latest
    assert "ix_requests_model_duration_s_id (model=? AND duration_s=?)" in render
    whole_tables = re.compile(r"SCAN (generations|ledger|requests)$", re.MULTILINE)
    assert [found for found in plans if whole_tables.search(found)] == []
