"""Each failure of SQLite that can be provoked, at each state: nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeAlias

import pytest
from sqlalchemy import Connection, event

from bot.errors import StoreError
from bot.models.generation import GenerationState
from bot.store import engines
from bot.store.engines import DATABASE_FILENAME
from tests.faults.conftest import RigMaker
from tests.faults.stations import STATIONS, step_in
from tests.faults.verdict import ended_well
from tests.generations.rig import Rig
from tests.world import Troubles

Illness: TypeAlias = Callable[[Rig, Path], AbstractContextManager[None]]


@contextmanager
def locked(rig: Rig, file: Path) -> Iterator[None]:
    """Another program holds the database, longer than anybody waits."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


@contextmanager
def read_only(rig: Rig, file: Path) -> Iterator[None]:
    """Every transaction is answered "attempt to write a readonly database"."""
    engine = rig.database._engine.sync_engine
    forbidden = ["ON"]

    def obey(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA query_only = {forbidden[0]}").close()

    event.listen(engine, "checkout", obey)
    try:
        yield
    finally:
        forbidden[0] = "OFF"


_FAILURES = 8
"""How many transactions fail, the tests' own among them, before all is well again."""
ILLNESSES: list[Illness] = [locked, read_only]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_MS", 20)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / DATABASE_FILENAME


@pytest.mark.world(sandbox={"render_seconds": None})
@pytest.mark.parametrize("station", STATIONS)
@pytest.mark.parametrize("illness", ILLNESSES, ids=lambda illness: illness.__name__)
async def test_a_database_that_takes_nothing_for_a_while_loses_nothing(
    rig: Rig, file: Path, *, illness: Illness, station: GenerationState
) -> None:
    failures: list[str] = []
    transact = rig.database._engine.transact

    async def counted(*how: object, **more: object) -> object:
        try:
            return await transact(*how, **more)  # type: ignore[arg-type]
        except Exception as error:
            failures.append(str(error))
            if len(failures) == _FAILURES:
                recover()
            raise

    rig.database._engine.transact = counted  # type: ignore[assignment]
    ill = illness(rig, file)
    recovered: list[bool] = []

    def recover() -> None:
        if not recovered:
            recovered.append(True)
            ill.__exit__(None, None, None)

    await step_in(rig, station, ill.__enter__)

    await ended_well(rig)
    assert failures, "the database was never met while it was ill"


@pytest.mark.parametrize("illness", ILLNESSES, ids=lambda illness: illness.__name__)
async def test_a_request_that_cannot_be_written_down_is_refused_whole(
    rig: Rig, file: Path, illness: Illness
) -> None:
    with illness(rig, file), pytest.raises(StoreError, match=r"locked|readonly"):
        await rig.ask()

    assert await rig.everything() == []
    await rig.engine.start()
    await rig.ask()
    await ended_well(rig)


async def could_ask(rig: Rig, prompt: str) -> bool:
    try:
        await rig.ask(prompt=prompt)
    except StoreError as error:
        return "full" not in str(error)
    return True


async def test_a_full_database_refuses_requests_and_finishes_what_it_has(rig: Rig) -> None:
    def limit(connection: Connection, pages: int) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def pages(connection: Connection) -> int:
        return int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())

    await rig.database.run(limit, await rig.database.run(pages) + 2)
    written = 0
    while await could_ask(rig, f"{written} " + "x" * 500):
        written += 1
    assert 0 < written < 100
    assert len(await rig.everything()) == written

    await rig.engine.start()
    await rig.database.run(limit, 1_000_000)
    rows = await ended_well(rig)
    assert len(rows) == written
    await rig.ask()
    assert len(await ended_well(rig)) == written + 1


async def test_a_database_that_fills_up_on_the_way_delivers_once_there_is_room(
    rig: Rig, quiet: Troubles
) -> None:
    """Every page that SQLite would have to add is refused, until somebody makes room."""

    def limit(connection: Connection) -> None:
        count = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {count}")

    def relent(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")

    for number in range(12):
        await rig.ask(prompt=f"{number} " + "x" * 500)
    await rig.database.run(limit)
    await rig.engine.start()

    async def in_trouble() -> bool:
        return bool(quiet.events)

    await rig.until(in_trouble)
    await rig.database.run(relent)
    await ended_well(rig)


async def test_the_next_start_on_a_repaired_file_goes_on(rig_maker: RigMaker, file: Path) -> None:
    rig = await rig_maker()
    await rig.ask()
    await rig.engine.stop()
    await rig.database.close()
    whole = await asyncio.to_thread(file.read_bytes)
    await asyncio.to_thread(file.write_bytes, b"not a database at all" + whole[21:])

    with pytest.raises(StoreError):
        await rig_maker()
    await asyncio.to_thread(file.write_bytes, whole)

    again = await rig_maker()
    await again.engine.start()
    await ended_well(again)
