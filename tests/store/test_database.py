from __future__ import annotations

import asyncio
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, insert, select, text

from bot.errors import DatabaseGoneError, QuotaExceededError, StoreError
from bot.store import engines
from bot.store.database import Database
from bot.store.engines import DATABASE_FILENAME, parse_url, sqlite_url
from bot.store.schema import facts

POINTS = (
    "checkout",
    "begin",
    "before_cursor_execute",
    "after_cursor_execute",
    "commit",
    "checkin",
)
"""Where SQLAlchemy lets a listener look into a transaction: before and after its awaits."""


def put_two(connection: Connection, name: str) -> None:
    connection.execute(insert(facts).values(key=f"{name} 1", value="x"))
    connection.execute(insert(facts).values(key=f"{name} 2", value="x"))


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(facts)).scalar_one()


def present(connection: Connection, name: str) -> int:
    both = facts.c.key.in_([f"{name} 1", f"{name} 2"])
    return connection.execute(select(func.count()).where(both)).scalar_one()


class Interruption:
    """Cancels a task when the database has passed a number of points."""

    def __init__(self, database: Database) -> None:
        self.passed = 0
        self.at: int | None = None
        self.task: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()
        for point in POINTS:
            event.listen(database._engine.sync_engine, point, self._pass)

    def _pass(self, *_: Any) -> None:
        self.passed += 1
        if self.task is not None and self.passed == self.at:
            # SQLite's transactions run in a thread of their own.
            self._loop.call_soon_threadsafe(self.task.cancel)


async def test_a_cancelled_transaction_runs_to_its_end_and_the_next_one_works(
    database: Database,
) -> None:
    interruption = Interruption(database)
    await database.run(put_two, "measure")
    points = interruption.passed
    assert points >= 8

    for point in range(1, points + 1):
        interruption.passed, interruption.at = 0, point
        interruption.task = asyncio.create_task(database.run(put_two, f"point {point}"))
        await asyncio.wait([interruption.task])
        interruption.task = None
        async with asyncio.timeout(2):
            await database.run(count)
    await database.close()
    await database.open()
    for point in range(1, points + 1):
        assert await database.run(present, f"point {point}") == 2


async def test_a_transaction_cancelled_at_any_turn_of_the_loop_is_whole(database: Database) -> None:
    for turns in range(60):
        caller = asyncio.create_task(database.run(put_two, f"turn {turns}"))
        for _ in range(turns):
            await asyncio.sleep(0)
        caller.cancel()
        await asyncio.wait([caller])
        async with asyncio.timeout(2):
            assert await database.run(present, f"turn {turns}") in {0, 2}


async def test_what_the_function_raises_rolls_back_and_reaches_the_caller(
    database: Database,
) -> None:
    def refuse(connection: Connection) -> None:
        put_two(connection, "refused")
        raise QuotaExceededError("Not today.")

    with pytest.raises(QuotaExceededError, match="Not today"):
        await database.run(refuse)
    assert await database.run(count) == 0


async def test_an_error_of_the_database_names_no_values(database: Database) -> None:
    def break_a_rule(connection: Connection) -> None:
        connection.execute(insert(facts).values(key="secret key", value="secret value"))
        connection.execute(insert(facts).values(key="secret key", value="secret value"))

    with pytest.raises(StoreError) as raised:
        await database.run(break_a_rule)
    assert "secret" not in str(raised.value)
    assert raised.value.__suppress_context__
    assert await database.run(count) == 0


async def test_a_function_is_run_again_after_a_serialization_failure(database: Database) -> None:
    if database._engine.sync_engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    calls = []

    def fail_at_first(connection: Connection) -> int:
        calls.append(1)
        put_two(connection, "again")
        if len(calls) < 3:
            connection.execute(
                text("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40001'; END $$")
            )
        return count(connection)

    assert await database.run(fail_at_first) == 2
    assert len(calls) == 3


async def test_a_function_that_never_succeeds_is_given_up(database: Database) -> None:
    if database._engine.sync_engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")

    def fail(connection: Connection) -> None:
        connection.execute(text("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40P01'; END $$"))

    with pytest.raises(StoreError):
        await database.run(fail)
    assert await database.run(count) == 0


async def test_closing_waits_for_what_runs_and_refuses_what_comes(database_url: str) -> None:
    database = Database(database_url)
    with pytest.raises(StoreError, match="not open"):
        await database.run(count)
    await database.open()
    running = [asyncio.create_task(database.run(put_two, str(n))) for n in range(5)]
    await asyncio.sleep(0)
    await database.close()
    with pytest.raises(StoreError, match="not open"):
        await database.run(count)
    await asyncio.gather(*running)

    await database.open()
    assert await database.run(count) == 10
    await database.close()


async def test_sqlite_keeps_its_rules(database: Database) -> None:
    if database._engine.sync_engine.dialect.name != "sqlite":
        pytest.skip("rules of SQLite")

    def rules(connection: Connection) -> dict[str, object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names}

    full = 2
    assert await database.run(rules) == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "busy_timeout": 5_000,
    }


@pytest.mark.parametrize("url", ["sqlite:///a.db", "postgresql://me@host/a"])
def test_an_address_needs_no_driver(url: str) -> None:
    assert parse_url(url).drivername in {"sqlite+pysqlite", "postgresql+asyncpg"}


def test_another_database_is_refused_without_its_password() -> None:
    with pytest.raises(ValueError, match="SQLite or PostgreSQL") as raised:
        parse_url("mysql://me:secret@host/a")
    assert "secret" not in str(raised.value)


async def test_the_folder_of_the_database_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "50% new" / "data"
    database = Database(sqlite_url(folder))
    await database.open()
    await database.close()
    assert [file.name for file in folder.iterdir()] == ["clapperboard.sqlite3"]


async def test_a_file_that_is_deleted_or_replaced_takes_no_more_transactions(
    tmp_path: Path,
) -> None:
    url = sqlite_url(tmp_path)
    file = tmp_path / DATABASE_FILENAME
    for replaced in (False, True):
        database = Database(url)
        await database.open()
        await database.run(put_two, f"before {replaced}")
        aside = file.rename(tmp_path / "aside")
        if replaced:
            shutil.copy(aside, file)

        with pytest.raises(DatabaseGoneError, match=f'"{file}" was deleted, moved or replaced'):
            await database.run(count)
        aside.rename(file)
        assert await database.run(present, f"before {replaced}") == 2, "the right one is back"
        await database.close()


async def test_a_database_that_another_program_has_locked_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_MS", 10)
    file = tmp_path / DATABASE_FILENAME
    other = sqlite3.connect(file)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("CREATE TABLE t (x)")
    other.execute("BEGIN EXCLUSIVE")

    with pytest.raises(StoreError, match=rf'"{file}" .*locked.*Another program has it open'):
        await Database(sqlite_url(tmp_path)).open()
    other.close()
