"""The one way into the database."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import structlog
from sqlalchemy import URL, Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.errors import DatabaseGoneError, StoreError
from bot.store.complaints import store_error, unusable
from bot.store.database_file import DatabaseFile
from bot.store.engines import create_engine, create_migration_engine, parse_url
from bot.store.revision import bring_up_to_date
from bot.store.sole_use import SoleUse

P = ParamSpec("P")
T = TypeVar("T")

TRANSACTION_ATTEMPTS = 5
OLDEST_SQLITE = (3, 37, 0)
"""The first SQLite with STRICT tables."""
_LOOK_AT_FILE_S = 5.0
_RETRIED_SQLSTATES = frozenset({"40001", "40P01"})
"""PostgreSQL's serialization_failure and deadlock_detected: nothing was done, again may succeed."""

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Database:
    """A database and its transactions; ``url`` names SQLite or PostgreSQL, with or without driver.

    Every transaction runs in a task of its own, because a task that is cancelled inside a
    transaction leaves SQLite's write lock held. Raises ``ValueError`` for any other database.
    """

    def __init__(self, url: str) -> None:
        self._url = parse_url(url)
        self._file = _file_of(self._url)
        self._engine = create_engine(self._url, self._file)
        self._sole_use: SoleUse | None = None
        self._running: set[asyncio.Task[Any]] = set()
        self._open = False

    @property
    def file(self) -> Path | None:
        """Where an SQLite database lies; ``None`` for one in memory or at a server."""
        return self._file.path if self._file is not None else None

    async def open(self, *, alone: bool = False) -> None:
        """Bring the tables up to date and take transactions from now on.

        ``alone`` holds a database at a server against other bots until it is closed; a file is
        locked by whoever opens it. Raises ``DatabaseInUseError``, ``DatabaseTooNewError``, and
        ``StoreError`` where the database cannot be used.
        """
        if alone and self._url.get_backend_name() == "postgresql":
            self._sole_use = SoleUse(self._url)
            await self._in_own_task(self._sole_use.take(), "database:take")
        try:
            await self._in_own_task(self._prepare(), "database:open")
        except BaseException:
            await self._let_go()
            raise
        self._open = True

    async def run(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run ``fn(connection, ...)`` as one transaction and return its plain result.

        ``fn`` is short and synchronous, and may be called again from the start after a deadlock.
        What it raises rolls everything back and reaches the caller; what the database raises
        becomes ``StoreError``. When the caller is cancelled the transaction still runs to its end,
        so its outcome is unknown to the caller.
        """
        if not self._open:
            raise StoreError("The database is not open.")
        name = f"transaction:{getattr(fn, '__qualname__', 'partial')}"
        return await self._in_own_task(self._transact(fn, *args, **kwargs), name)

    async def watch(self) -> None:
        """Never return; raises ``DatabaseGoneError`` when the file is not the same any more.

        Raises ``DatabaseInUseError`` when another bot has taken a database at a server.
        """
        if self._sole_use is not None:
            await self._sole_use.watch()
        while True:
            await asyncio.sleep(_LOOK_AT_FILE_S)
            if self._file is None:
                continue
            try:
                await asyncio.to_thread(self._file.check)
            except DatabaseGoneError:
                log.error("database.gone", remedy="put the right file in its place, start again")  # noqa: TRY400  a trace tells nothing
                raise

    async def close(self) -> None:
        """Refuse new transactions, wait for those that run, close the connections."""
        self._open = False
        while self._running:
            await asyncio.wait(self._running)
        await self._in_own_task(self._engine.dispose(), "database:close")
        await self._let_go()

    async def _let_go(self) -> None:
        if self._sole_use is not None:
            await self._in_own_task(self._sole_use.let_go(), "database:let-go")

    async def _in_own_task(self, work: Coroutine[Any, Any, T], name: str) -> T:
        task = asyncio.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def _prepare(self) -> None:
        if self._url.get_backend_name() == "sqlite":
            log.info("sqlite_version", version=sqlite3.sqlite_version)
            if sqlite3.sqlite_version_info < OLDEST_SQLITE:
                needed = ".".join(map(str, OLDEST_SQLITE))
                raise StoreError(
                    f"SQLite is {sqlite3.sqlite_version}, needed is {needed} or newer."
                )
            if self._file is not None:
                folder = self._file.path.parent
                await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        engine = create_migration_engine(self._url)
        try:
            await engine.transact(bring_up_to_date)
        except (SQLAlchemyError, OSError, StoreError) as error:
            raise unusable(self._url, error) from error
        finally:
            await engine.dispose()

    async def _transact(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        for attempts_left in reversed(range(TRANSACTION_ATTEMPTS)):
            if self._sole_use is not None:
                self._sole_use.check()
            try:
                return await self._engine.transact(fn, *args, **kwargs)
            except (SQLAlchemyError, OSError) as error:
                if attempts_left and _is_worth_repeating(error):
                    log.info("transaction_repeated", attempts_left=attempts_left)
                    continue
                raise store_error(error) from None
        raise AssertionError("unreachable: the last attempt returns or raises")


def _is_worth_repeating(error: Exception) -> bool:
    return (
        isinstance(error, DBAPIError)
        and getattr(error.orig, "sqlstate", None) in _RETRIED_SQLSTATES
    )


def _file_of(url: URL) -> DatabaseFile | None:
    is_file = url.get_backend_name() == "sqlite" and url.database not in {None, "", ":memory:"}
    return DatabaseFile(Path(url.database or "")) if is_file else None
