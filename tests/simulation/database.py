"""A database in memory that outlives the process; a kill comes before a commit or after it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine, delete
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from bot.errors import StoreError
from bot.store import choosing
from bot.store.schema import metadata
from tests.made_once import share_statements
from tests.simulation.answers import READS, Answers
from tests.simulation.life import Life
from tests.simulation.plan import Troubles

T = TypeVar("T")

_EMPTY = (
    *(str(delete(table)) for table in reversed(metadata.sorted_tables)),
    "DELETE FROM sqlite_sequence",
)
_REFUSED_READS = frozenset({choosing.load_choice})
"""Refused as often as a change is: they stand for all others, which never are."""


class LastingDatabase:
    """SQLite in memory, emptied for each schedule rather than made anew."""

    def __init__(self) -> None:
        self._engine = share_statements(
            create_engine(
                "sqlite://",
                poolclass=StaticPool,
                connect_args={"check_same_thread": False, "isolation_level": None},
            )
        )
        # Transactions are begun and ended at the driver: with SQLAlchemy's, which is never ended,
        # and with its events, each took longer than the statements in it.
        self._connection = self._engine.connect()
        self._connection.begin()
        driver: Any = self._connection.connection.dbapi_connection
        self._driver: sqlite3.Connection = driver
        self._driver.execute("PRAGMA foreign_keys = ON")
        metadata.create_all(self._connection)
        self._answers = Answers()
        self.changes = 0
        """How many transactions that changed something have gone through."""

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()

    def clear(self) -> None:
        def empty(_: Connection) -> None:
            for statement in _EMPTY:
                self._driver.execute(statement)

        self.transact(empty)

    def transact(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """One transaction: all of it, or nothing and ``StoreError``."""
        if fn in READS:
            answer: T = self._answers.ask(fn, args, lambda *asked: self._read(fn, *asked))
            return answer
        before = self._driver.total_changes
        told = self._in_one(fn, *args, **kwargs)
        # A question that is not among those whose answers are kept makes none of these stale.
        if self._driver.total_changes != before:
            self.changes += 1
            self._answers.changed(fn, told)
        return told

    def look(self, fn: Callable[[Connection], T]) -> T:
        """Read without anybody's knowledge."""
        return fn(self._connection)

    def _in_one(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        self._driver.execute("BEGIN")
        try:
            told = self._read(fn, *args, **kwargs)
        except BaseException:
            self._driver.execute("ROLLBACK")
            raise
        self._driver.execute("COMMIT")
        return told

    def _read(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        try:
            return fn(self._connection, *args, **kwargs)
        except SQLAlchemyError as error:
            raise StoreError(f"{type(error).__name__}: {error}") from None


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
        if (is_change or fn in _REFUSED_READS) and timeline.chance(
            self._troubles.transaction_fails
        ):
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
