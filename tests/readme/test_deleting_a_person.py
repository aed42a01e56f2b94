from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text

from bot.models.draft import Draft
from bot.models.generation import NewRequest, VideoSettings
from bot.models.references import ReferenceImage, ReferenceRole, StoredImage
from bot.store.database import Database
from bot.store.drafts import SqlDrafts
from bot.store.engines import sqlite_url
from bot.store.generations import SqlGenerationStore
from bot.store.schema import metadata
from tests.readme.document import blocks

PERSON, OTHER = 123, 456
SETTINGS = VideoSettings("kling", "a kite over the sea", "16:9", 5)


def reference(name: str, position: int) -> ReferenceImage:
    picture = StoredImage(name * 64, "image/png", width_px=640, height_px=480, size_bytes=9_000)
    return ReferenceImage(picture, ReferenceRole.IMAGE, position)


def request_of(user_id: int, *pictures: str) -> NewRequest:
    return NewRequest(
        interaction_id=user_id,
        user_id=user_id,
        user_name="Mona",
        guild_id=None,
        channel_id=3,
        private=False,
        settings=SETTINGS,
        references=tuple(reference(name, n) for n, name in enumerate(pictures, start=1)),
        takes=2,
        price_microusd=None,
    )


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(sqlite_url(tmp_path))
    await database.open()
    store, drafts = SqlGenerationStore(database), SqlDrafts(database)
    for user_id, pictures in ((PERSON, "ab"), (OTHER, "b")):
        await store.reserve(
            request_of(user_id, *pictures), windows=(), check=lambda _: None, now_ms=1
        )
        await drafts.keep(Draft(user_id, SETTINGS, (), takes=1, private=False), now_ms=1)
    yield database
    await database.close()


def statements(block: str) -> list[str]:
    return [part.strip() for part in block.split(";") if part.strip()]


def rows(connection: Connection) -> dict[str, int]:
    return {
        table.name: len(connection.execute(select(table)).all()) for table in metadata.sorted_tables
    }


async def test_the_rows_of_one_person_go_and_all_others_stay(database: Database) -> None:
    def delete(connection: Connection) -> tuple[dict[str, int], dict[str, int]]:
        before = rows(connection)
        for statement in statements(blocks("sql")[1]):
            connection.execute(text(statement))
        return before, rows(connection)

    before, after = await database.run(delete)

    assert before["people"] == 2
    assert after == before | {
        "people": 1,
        "drafts": 1,
        "requests": 1,
        "generations": 2,
        "ledger": 2,
        "request_references": 1,
    }


def test_no_table_about_people_is_forgotten() -> None:
    about_people = {
        table.name
        for table in metadata.sorted_tables
        if "user_id" in table.columns or table.foreign_keys
    }

    emptied = {statement.split()[2] for statement in statements(blocks("sql")[1])}

    assert emptied == about_people


async def test_files_that_others_use_too_are_not_named(database: Database) -> None:
    def look(connection: Connection) -> list[str]:
        return list(connection.execute(text(blocks("sql")[0].strip().rstrip(";"))).scalars())

    assert await database.run(look) == [f"pictures/{'a' * 64}"]
