"""Which revision a database is at, told without Alembic: few starts have anything to migrate."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Connection, inspect

_VERSIONS = Path(__file__).with_name("migrations") / "versions"
_NAME = re.compile(r"v(?P<revision>\d+)_\w+")


def newest_revision() -> str:
    """The revision that this program's tables are at, by the names of its migrations."""
    named = (_NAME.fullmatch(file.stem) for file in _VERSIONS.glob("*.py"))
    return max(match["revision"] for match in named if match)


def bring_up_to_date(connection: Connection) -> None:
    """Migrate where that is needed; see ``bot.store.migrating.migrate``."""
    if _present_revisions(connection) == [newest_revision()]:
        return
    from bot.store.migrating import migrate  # noqa: PLC0415  Alembic takes 15 MB for good

    migrate(connection)


def _present_revisions(connection: Connection) -> list[str]:
    if not inspect(connection).has_table("alembic_version"):
        return []
    return list(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars())
