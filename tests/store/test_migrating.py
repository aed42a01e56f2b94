from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from bot.errors import DatabaseTooNewError, StoreError
from bot.store import database as database_module
from bot.store.database import Database
from bot.store.engines import create_migration_engine, parse_url
from bot.store.migrating import migrate
from bot.store.schema import metadata

COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable, is_identity, column_default
    FROM information_schema.columns WHERE table_schema = 'public'"""
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace"""
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
COMMENTS = """
    SELECT relname, obj_description(oid, 'pg_class')
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"""


def shape(connection: Connection) -> Sequence[object]:
    """Everything the database knows about its tables, in an order of its own."""
    if connection.dialect.name == "postgresql":
        found: list[object] = []
        for question in (COLUMNS, CONSTRAINTS, INDEXES, COMMENTS):
            rows = connection.execute(text(question)).all()
            found += sorted(str(row) for row in rows if "alembic" not in row[0])
        return found
    rows = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE tbl_name <> 'alembic_version'")
    ).all()
    return sorted((row.name, sorted(re.split(r",?\s*\n\s*", row.sql or ""))) for row in rows)


async def test_a_migrated_database_is_like_a_fresh_one(
    empty_database: Callable[[], Awaitable[str]],
) -> None:
    fresh = create_migration_engine(parse_url(await empty_database()))
    async with fresh.begin() as connection:
        await connection.run_sync(metadata.create_all)
        freshly_created = await connection.run_sync(shape)
    await fresh.dispose()

    database = Database(await empty_database())
    await database.open()
    assert await database.run(shape) == freshly_created
    await database.close()


async def test_no_migration_was_forgotten(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    assert await database.run(differences) == []


async def test_a_newer_database_is_refused_and_left_alone(database: Database) -> None:
    def pretend_newer(connection: Connection) -> None:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    def revision(connection: Connection) -> str:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())

    await database.run(pretend_newer)
    older_program = Database(database._url.render_as_string(hide_password=False))
    with pytest.raises(DatabaseTooNewError, match="9999"):
        await older_program.open()
    with pytest.raises(StoreError, match="not open"):
        await older_program.run(revision)
    await older_program.close()
    assert await database.run(revision) == "9999"


async def test_a_migration_that_breaks_leaves_nothing(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_after(connection: Connection) -> None:
        migrate(connection)
        raise OSError("The disk is full.")

    monkeypatch.setattr(database_module, "migrate", break_after)
    database = Database(database_url)
    with pytest.raises(StoreError, match="disk is full"):
        await database.open()

    def is_bare(connection: Connection) -> bool:
        return not connection.dialect.get_table_names(connection)

    engine = create_migration_engine(parse_url(database_url))
    async with engine.begin() as connection:
        assert await connection.run_sync(is_bare)
    await engine.dispose()

    monkeypatch.undo()
    await database.open()
    await database.close()


async def test_opening_again_changes_nothing(database: Database) -> None:
    before = await database.run(shape)
    await database.close()
    await database.open()
    assert await database.run(shape) == before


async def test_a_server_that_is_away_is_said_so() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(StoreError):
        await database.open()
    await database.close()
