from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store.database import Database
from bot.store.engines import parse_url, sqlite_url
from bot.store.generations import SqlGenerationStore

POSTGRESQL = os.environ.get("CLAPPERBOARD_TEST_POSTGRESQL")
ENGINES = [
    "sqlite",
    pytest.param(
        "postgresql",
        marks=pytest.mark.skipif(
            POSTGRESQL is None, reason="CLAPPERBOARD_TEST_POSTGRESQL names no server"
        ),
    ),
]


async def _on_server(statement: str) -> None:
    assert POSTGRESQL is not None
    engine = create_async_engine(parse_url(POSTGRESQL), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


@pytest.fixture(params=ENGINES)
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of an empty database that nobody else uses."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path)
        return
    assert POSTGRESQL is not None
    name = f"clapperboard_{uuid.uuid4().hex}"
    await _on_server(f"CREATE DATABASE {name}")
    yield parse_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)
    await _on_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def store(database: Database) -> SqlGenerationStore:
    return SqlGenerationStore(database)
