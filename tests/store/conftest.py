from __future__ import annotations

import itertools
import os
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.models.generation import NewRequest, VideoSettings
from bot.models.references import ReferenceImage, ReferenceRole, StoredImage
from bot.store.database import Database
from bot.store.engines import parse_url, sqlite_url
from bot.store.generations import SqlGenerationStore

POSTGRESQL = os.environ.get("CLAPPERBOARD_TEST_POSTGRESQL", "")
ENGINES = [
    "sqlite",
    pytest.param(
        "postgresql",
        marks=pytest.mark.skipif(
            not POSTGRESQL, reason="CLAPPERBOARD_TEST_POSTGRESQL names no server"
        ),
    ),
]


async def on_server(statement: str) -> None:
    engine = create_async_engine(parse_url(POSTGRESQL), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


@pytest.fixture(params=ENGINES)
async def empty_database(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Callable[[], Awaitable[str]]]:
    """Makes empty databases that nobody else uses, and tells their addresses."""
    names: list[str] = []

    async def make() -> str:
        name = f"clapperboard_{uuid.uuid4().hex}"
        if request.param == "sqlite":
            folder = tmp_path / name
            folder.mkdir()
            return sqlite_url(folder)
        await on_server(f"CREATE DATABASE {name}")
        names.append(name)
        return parse_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)

    yield make
    for name in names:
        await on_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database_url(empty_database: Callable[[], Awaitable[str]]) -> str:
    return await empty_database()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def store(database: Database) -> SqlGenerationStore:
    return SqlGenerationStore(database)


@pytest.fixture(scope="session")
def a_request() -> Callable[..., NewRequest]:
    """Makes requests, each of an interaction of its own."""
    interactions = itertools.count(1_000)

    def make(
        *,
        user_id: int = 7,
        takes: int = 1,
        duration_s: int = 5,
        interaction_id: int | None = None,
        prompt: str = "A kite over the sea",
    ) -> NewRequest:
        picture = StoredImage("a" * 64, "image/png", width_px=640, height_px=480, size_bytes=9_000)
        return NewRequest(
            interaction_id=next(interactions) if interaction_id is None else interaction_id,
            user_id=user_id,
            user_name="Mona",
            guild_id=None,
            channel_id=3,
            private=False,
            settings=VideoSettings("kling", prompt, "16:9", duration_s),
            references=(
                ReferenceImage(picture, ReferenceRole.IMAGE, 1, "https://cdn.example/a?hm=1", 5),
                ReferenceImage(picture, ReferenceRole.START_FRAME, 1),
            ),
            takes=takes,
            price_microusd=224_000 * duration_s,
        )

    return make


@pytest.fixture
def breaches(database: Database) -> Callable[[], Awaitable[list[str]]]:
    """Finds what stands in the database against the laws of the ledger."""

    def find(connection: Connection) -> list[str]:
        takes = connection.execute(
            text(
                "SELECT r.id FROM requests r LEFT JOIN generations g ON g.request_id = r.id"
                " GROUP BY r.id, r.takes HAVING count(g.id) <> r.takes"
            )
        ).scalars()
        entries = connection.execute(
            text(
                "SELECT g.id, g.state, g.free, g.ended_at_ms,"
                " sum(CASE WHEN l.kind = 'reserve' THEN 1 ELSE 0 END) AS reserves,"
                " sum(CASE WHEN l.kind = 'capture' THEN 1 ELSE 0 END) AS captures,"
                " sum(CASE WHEN l.kind = 'release' THEN 1 ELSE 0 END) AS releases,"
                " count(DISTINCT l.seconds) AS amounts"
                " FROM generations g LEFT JOIN ledger l ON l.generation_id = g.id"
                " GROUP BY g.id, g.state, g.free, g.ended_at_ms"
            )
        )
        found = [f"request {request_id} lacks takes" for request_id in takes]
        for row in entries:
            delivered = row.state == "delivered" and not row.free
            released = row.state in {"failed", "cancelled"} or row.free
            if (row.reserves, row.captures, row.releases, row.amounts) != (
                1,
                int(delivered),
                int(released),
                1,
            ):
                found.append(f"generation {row.id} in {row.state}: {row}")
        return found

    async def run() -> list[str]:
        return await database.run(find)

    return run
