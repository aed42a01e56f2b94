"""A database in memory that outlives the process; a kill comes before a commit or after it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine, delete, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from bot.errors import StoreError
from bot.store.schema import metadata
from tests.simulation.answers import READS, Answers
from tests.simulation.life import Life
from tests.simulation.plan import Troubles

T = TypeVar("T")


class LastingDatabase:
    """SQLite in memory, emptied for each schedule rather than made anew."""

    def __init__(self) -> None:
        self._engine = create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        event.listen(self._engine, "connect", _connected)
        event.listen(self._engine, "begin", _begun)
        metadata.create_all(self._engine)
        # Kept: fetching it anew for each transaction took longer than the statements in it.
        self._connection = self._engine.connect()
        self._answers = Answers()
        self.changes = 0
        """How many transactions that may have changed something have gone through."""

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()

    def clear(self) -> None:
        def empty(connection: Connection) -> None:
            for table in reversed(metadata.sorted_tables):
                connection.execute(delete(table))
            connection.exec_driver_sql("DELETE FROM sqlite_sequence")

        self.transact(empty)

    def transact(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """One transaction: all of it, or nothing and ``StoreError``."""
        if fn in READS:
            answer: T = self._answers.ask(fn, args, lambda *asked: self._in_one(fn, *asked))
            return answer
        told = self._in_one(fn, *args, **kwargs)
        self.changes += 1
        self._answers.changed(fn, told)
        return told

    def _in_one(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        try:
            with self._connection.begin():
                return fn(self._connection, *args, **kwargs)
        except SQLAlchemyError as error:
            raise StoreError(f"{type(error).__name__}: {error}") from None

    def look(self, fn: Callable[[Connection], T]) -> T:
        """Read without anybody's knowledge."""
        with self._connection.begin():
            return fn(self._connection)


class DatabaseOfLife:
    """What a process sees of it: ``bot.store.database.Database`` as far as the stores know."""

    def __init__(self, lasting: LastingDatabase, life: Life, troubles: Troubles) -> None:
        self._lasting = lasting
        self._life = life
        self._troubles = troubles

    async def run(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """As the real one: a transaction runs to its end even when nobody waits for it."""
        work = self._transact(fn, *args, **kwargs)
        return await asyncio.shield(asyncio.get_running_loop().create_task(work))

    async def _transact(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        timeline = self._life.timeline
        name = fn.__name__
        await self._life.step(f"before {name}")
        if timeline.chance(0.3):
            await asyncio.sleep(timeline.mostly_short(0.2))
        if not self._life.alive:
            await self._life.step("after the end")
        is_change = fn not in READS
        if is_change and timeline.chance(self._troubles.transaction_fails):
            timeline.note("database", f"{name} {_short(args)}: refused")
            raise StoreError("simulated: database is locked")
        try:
            told = self._lasting.transact(fn, *args, **kwargs)
        except Exception as error:
            timeline.note("database", f"{name} {_short(args)}: {error!r}")
            raise
        if is_change:
            timeline.note("database", f"{name} {_short(args)}")
        await self._life.step(f"after {name}")
        if timeline.chance(0.3):
            await asyncio.sleep(timeline.mostly_short(0.2))
        return told


def _short(args: tuple[Any, ...]) -> str:
    return " ".join(str(arg)[:60] for arg in args)


def _connected(dbapi_connection: Any, _record: object) -> None:
    dbapi_connection.isolation_level = None
    dbapi_connection.execute("PRAGMA foreign_keys = ON")


def _begun(connection: Connection) -> None:
    # Straight to the driver: a third of all statements are this one.
    driver: Any = connection.connection.dbapi_connection
    driver.execute("BEGIN")
