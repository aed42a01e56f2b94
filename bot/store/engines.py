"""Engines: the connection rules of each database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

DATABASE_FILENAME = "clapperboard.sqlite3"
BUSY_TIMEOUT_MS = 5_000
"""How long SQLite waits for another program, such as a backup, to let go of the file."""

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


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


def create_engine(url: URL) -> AsyncEngine:
    """The engine for the program's transactions."""
    if url.get_backend_name() == "postgresql":
        # The ping heals connections that a restart of the server has cut.
        return create_async_engine(url, hide_parameters=True, pool_pre_ping=True)
    # One connection: SQLite up to 3.51.2 can corrupt a WAL file under a rare race of several.
    engine = create_async_engine(url, hide_parameters=True, pool_size=1, max_overflow=0)
    _keep_sqlite_rules(engine, foreign_keys=True)
    return engine


def create_migration_engine(url: URL) -> AsyncEngine:
    """An engine for migrating, which keeps no connection.

    Foreign keys are off on SQLite: there, recreating a table with them on deletes dependent rows.
    """
    engine = create_async_engine(url, hide_parameters=True, poolclass=NullPool)
    if url.get_backend_name() == "sqlite":
        _keep_sqlite_rules(engine, foreign_keys=False)
    return engine


def _keep_sqlite_rules(engine: AsyncEngine, *, foreign_keys: bool) -> None:
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

    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "begin", begun)
