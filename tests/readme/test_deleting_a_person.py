from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text

from bot.models.cast import PRIVATE, CastDetails, CastKind, NewReport, Proposal
from bot.models.draft import Draft
from bot.models.generation import NewRequest, Origin, OriginKind, VideoSettings
from bot.models.preset import NewPreset, PresetContent, PresetScope
from bot.models.references import Element, ReferenceImage, ReferenceRole, StoredImage
from bot.store.casts import SqlCast
from bot.store.database import Database
from bot.store.drafts import SqlDrafts
from bot.store.engines import sqlite_url
from bot.store.generations import SqlGenerationStore
from bot.store.presets import SqlPresets
from bot.store.schema import metadata, picks, polls, votes
from tests.readme.document import blocks

PERSON, OTHER = 123, 456
SETTINGS = VideoSettings("kling", "a kite over the sea", "16:9", 5)


def picture(name: str) -> StoredImage:
    return StoredImage(name * 64, "image/png", width_px=640, height_px=480, size_bytes=9_000)


def reference(name: str, position: int) -> ReferenceImage:
    return ReferenceImage(picture(name), ReferenceRole.IMAGE, position)


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
        elements=(Element("luna", picture("a"), (picture("b"),)),),
        takes=2,
        price_microusd=None,
    )


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """Two people who have done everything alike; the other one has forked the first one's video."""
    database = Database(sqlite_url(tmp_path))
    await database.open()
    store, drafts = SqlGenerationStore(database), SqlDrafts(database)
    casts, presets = SqlCast(database), SqlPresets(database)
    first: int | None = None
    for user_id, pictures in ((PERSON, "ab"), (OTHER, "b")):
        new = request_of(user_id, *pictures)
        origin = Origin(OriginKind.FORK, first) if first else None
        asked = await store.reserve(
            replace(new, origin=origin), windows=(), check=lambda _: None, now_ms=1
        )
        first = first or asked.request.id
        await drafts.keep(Draft(user_id, SETTINGS, (), takes=1, private=False), now_ms=1)
        details = CastDetails("luna", CastKind.CHARACTER, PRIVATE, picture("a"), (picture("b"),))
        member = await casts.add(user_id, details, now_ms=1)
        await casts.propose(Proposal(user_id, details), now_ms=1)
        await casts.report(NewReport(member.id, 1, user_id, "it is me"), now_ms=1)
        preset = await presets.save(
            NewPreset(user_id, "wide", PresetScope.PERSONAL, None, PresetContent()), now_ms=1
        )
        await presets.begin_with(user_id, preset.id)
        await database.run(choose, user_id, asked.request.id, asked.generations[0].id)
    yield database
    await database.close()


def choose(connection: Connection, user_id: int, request_id: int, generation_id: int) -> None:
    """Vote on one's own video, and pick from it."""
    this = {"request_id": request_id, "generation_id": generation_id}
    connection.execute(insert(polls).values(request_id=request_id, opened_at_ms=1))
    connection.execute(insert(votes).values(**this, user_id=user_id, voted_at_ms=1))
    connection.execute(insert(picks).values(**this, picked_by=user_id, picked_at_ms=1))


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

    gone = {table: before[table] - after[table] for table in before}
    halved = {table: count // 2 for table, count in before.items()}
    assert before["people"] == 2
    assert gone == halved | {"request_references": 2, "request_origins": 0}


def test_no_table_about_people_is_forgotten() -> None:
    about_people = {
        table.name
        for table in metadata.sorted_tables
        if {"user_id", "owner_id", "reporter_id"} & set(table.columns.keys()) or table.foreign_keys
    }

    emptied = {
        statement.split()[2]
        for statement in statements(blocks("sql")[1])
        if statement.startswith("DELETE FROM ")
    }

    assert emptied == about_people


async def test_the_videos_that_are_named_are_the_persons_own(database: Database) -> None:
    def look(connection: Connection) -> list[str]:
        connection.execute(text("UPDATE generations SET result_filename = user_id || '-' || take"))
        return sorted(connection.execute(text(blocks("sql")[0].strip().rstrip(";"))).scalars())

    assert await database.run(look) == ["123-1", "123-2"]
