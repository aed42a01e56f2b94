"""Engines: the connection rules of each database, and where its transactions run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

import sqlalchemy
from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.pool import NullPool

from bot.store.database_file import DatabaseFile

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

P = ParamSpec("P")
T = TypeVar("T")

DATABASE_FILENAME = "clapperboard.sqlite3"
BUSY_TIMEOUT_MS = 5_000
"""How long SQLite waits for another program, such as a backup, to let go of the file."""

_DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+asyncpg"}


def sqlite_url(folder: Path) -> str:
    """Address of the database file in the folder where the program keeps its data."""
    url = URL.create(_DRIVERS["sqlite"], database=str((folder / DATABASE_FILENAME).absolute()))
    return url.render_as_string(hide_password=False)


def parse_url(url: str) -> URL:
    """Address with the driver that the program uses, whether or not it names one.

    Raises ``ValueError`` for a database that is neither SQLite nor PostgreSQL, without the address,
    which may hold a password.
    """
    parsed = make_url(url)
    driver = _DRIVERS.get(parsed.get_backend_name())
    if driver is None:
        raise ValueError("The database must be SQLite or PostgreSQL.")
    return parsed.set(drivername=driver)


class TransactionEngine(Protocol):
    """Runs whole transactions without holding up the event loop."""

    @property
    def sync_engine(self) -> sqlalchemy.Engine:
        """What SQLAlchemy's events are listened to on."""
        ...

    async def transact(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Begin, run ``fn``, commit; whatever is raised rolls back first."""
        ...

    async def dispose(self) -> None:
        """Close the connections; a later transaction opens new ones."""
        ...


class ThreadEngine:
    """SQLite in one thread of its own: a transaction crosses over once, not once a statement.

    SQLAlchemy's own asynchronous SQLite crosses over four times a statement and works on the event
    loop between them; this was measured at 3 to 5 times its transactions a second.
    """

    def __init__(self, engine: sqlalchemy.Engine) -> None:
        self.sync_engine = engine
        self._thread: ThreadPoolExecutor | None = None

    async def transact(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As the protocol says; once the thread has begun, a transaction runs to its end."""

        def transaction() -> T:
            with self.sync_engine.begin() as connection:
                return fn(connection, *args, **kwargs)

        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="database")
        return await asyncio.get_running_loop().run_in_executor(self._thread, transaction)

    async def dispose(self) -> None:
        """As the protocol says; the thread ends too."""
        thread, self._thread = self._thread, None
        if thread is not None:
            await asyncio.get_running_loop().run_in_executor(thread, self.sync_engine.dispose)
            thread.shutdown()


class LoopEngine:
    """PostgreSQL on the event loop, several transactions at a time."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self.sync_engine = engine.sync_engine

    async def transact(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As the protocol says."""
        async with self._engine.begin() as connection:
            return await connection.run_sync(fn, *args, **kwargs)

    async def dispose(self) -> None:
        """As the protocol says."""
        await self._engine.dispose()


def create_engine(url: URL, file: DatabaseFile | None = None) -> TransactionEngine:
    """The engine for the program's transactions, each of which checks the file first."""
    if url.get_backend_name() == "postgresql":
        # The ping heals connections that a restart of the server has cut.
        return _on_the_loop(url, pool_pre_ping=True)
    # One connection: SQLite up to 3.51.2 can corrupt a WAL file under a rare race of several.
    return _in_a_thread(url, foreign_keys=True, file=file, pool_size=1, max_overflow=0)


def create_migration_engine(url: URL) -> TransactionEngine:
    """An engine for migrating, which keeps no connection.

    Foreign keys are off on SQLite: there, recreating a table with them on deletes dependent rows.
    """
    if url.get_backend_name() == "postgresql":
        return _on_the_loop(url, poolclass=NullPool)
    return _in_a_thread(url, foreign_keys=False, poolclass=NullPool)


def _on_the_loop(url: URL, **pool: Any) -> LoopEngine:
    from sqlalchemy.ext.asyncio import (  # noqa: PLC0415  SQLite has no use for its 5 MB
        create_async_engine,
    )

    return LoopEngine(create_async_engine(url, hide_parameters=True, **pool))


def _in_a_thread(
    url: URL, *, foreign_keys: bool, file: DatabaseFile | None = None, **pool: Any
) -> ThreadEngine:
    engine = sqlalchemy.create_engine(url, hide_parameters=True, **pool)
    if file is not None:
        event.listen(engine, "connect", lambda *_: file.opened())
        event.listen(engine, "begin", lambda _: file.check())
    _keep_sqlite_rules(engine, foreign_keys=foreign_keys)
    return ThreadEngine(engine)


def _keep_sqlite_rules(engine: sqlalchemy.Engine, *, foreign_keys: bool) -> None:
    def connected(dbapi_connection: Any, _record: object) -> None:
        # The driver shall not begin transactions by itself; ``begun`` does.
        dbapi_connection.isolation_level = None
        cursor = dbapi_connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        cursor.close()

    def begun(connection: Connection) -> None:
        # A transaction that reads first and writes later would fail instead of waiting.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
