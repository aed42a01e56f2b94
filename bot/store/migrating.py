"""Brings a database's tables up to date."""

from __future__ import annotations

from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.errors import DatabaseTooNewError, StoreError

MIGRATIONS = Path(__file__).with_name("migrations")
_MIGRATION_LOCK = 0x636C6170706572
"""Key of PostgreSQL's advisory lock while migrating: "clapper" in ASCII, otherwise arbitrary."""

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


def migrate(connection: Connection) -> None:
    """Run what is missing, inside the connection's transaction: all of it or nothing.

    Raises ``DatabaseTooNewError`` before changing anything, and ``StoreError`` when a migration
    leaves a row without what it refers to.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
    config = migration_config(connection)
    scripts = ScriptDirectory.from_config(config)
    present = set(MigrationContext.configure(connection).get_current_heads())
    unknown = present - {script.revision for script in scripts.walk_revisions()}
    if unknown:
        raise DatabaseTooNewError(
            f"It is at revision {', '.join(sorted(unknown))}, which this version of the program"
            " does not know. Start the newer version again, or restore an older backup."
        )
    if present == set(scripts.get_heads()):
        return
    command.upgrade(config, "head")
    if connection.dialect.name == "sqlite":
        dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if dangling is not None:
            raise StoreError(f"A migration left a row of {dangling[0]} without its {dangling[2]}.")
    log.info("database_migrated", revision=scripts.get_current_head())


def migration_config(connection: Connection) -> Config:
    """Alembic's configuration, for use on this connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "v%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
