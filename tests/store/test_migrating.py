from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.errors import DatabaseTooNewError, StoreError
from bot.store import database as database_module
from bot.store.database import Database
from bot.store.engines import create_migration_engine, parse_url, sqlite_url
from bot.store.migrating import migrate, migration_config
from bot.store.revision import newest_revision
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
    await fresh.transact(metadata.create_all)
    freshly_created = await fresh.transact(shape)
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

    monkeypatch.setattr(database_module, "bring_up_to_date", break_after)
    database = Database(database_url)
    with pytest.raises(StoreError, match="disk is full"):
        await database.open()

    def is_bare(connection: Connection) -> bool:
        return not connection.dialect.get_table_names(connection)

    engine = create_migration_engine(parse_url(database_url))
    assert await engine.transact(is_bare)
    await engine.dispose()

    monkeypatch.undo()
    await database.open()
    await database.close()


async def test_the_names_of_the_migrations_tell_the_newest_revision(database: Database) -> None:
    def head(connection: Connection) -> str | None:
        return ScriptDirectory.from_config(migration_config(connection)).get_current_head()

    assert newest_revision() == await database.run(head)


def test_nothing_to_migrate_needs_no_alembic(tmp_path: Path) -> None:
    opening = f"""
import asyncio, sys
from bot.store.database import Database
database = Database({sqlite_url(tmp_path)!r})
asyncio.run(database.open())
asyncio.run(database.close())
sys.stdout.write(str("alembic" in sys.modules))
"""
    loaded = [
        subprocess.run([sys.executable, "-c", opening], capture_output=True, text=True, check=True)
        for _ in ("the first start", "another")
    ]
    assert [run.stdout.rpartition("\n")[2] for run in loaded] == ["True", "False"]


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
