"""Which pictures of the library are still meant by something in the database."""

from __future__ import annotations

import json
import re
from collections.abc import Collection

from sqlalchemy import Connection, select

from bot.store.database import Database
from bot.store.schema import drafts, metadata

_NAME = re.compile(r"\b[0-9a-f]{64}\b")
_NAMES_AT_ONCE = 1_000
"""Well under the 32,766 parameters that SQLite and PostgreSQL's protocol take in a statement."""
_DRAFTS_AT_ONCE = 200
"""Some 2 kB each: a transaction of a few milliseconds."""


class SqlPictureUses:
    """Looks through every table that names pictures. Raises ``StoreError``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unused(self, sha256s: Collection[str]) -> frozenset[str]:
        """Those of the pictures that no request, draft or cast member means."""
        left = set(sha256s)
        names = sorted(left)
        for start in range(0, len(names), _NAMES_AT_ONCE):
            left -= await self._database.run(_in_tables, names[start : start + _NAMES_AT_ONCE])
        last_id: int | None = 0
        while left and last_id is not None:
            last_id, named = await self._database.run(_in_drafts, last_id)
            left -= named
        return frozenset(left)


def _in_tables(connection: Connection, sha256s: Collection[str]) -> set[str]:
    found: set[str] = set()
    for table in metadata.tables.values():
        if "sha256" in table.c:
            column = table.c.sha256
            found.update(connection.execute(select(column).where(column.in_(sha256s))).scalars())
    return found


def _in_drafts(connection: Connection, after_id: int) -> tuple[int | None, set[str]]:
    """What some drafts name, in whatever place; the last draft's id, ``None`` after the last."""
    rows = connection.execute(
        select(drafts.c.id, drafts.c.content)
        .where(drafts.c.id > after_id)
        .order_by(drafts.c.id)
        .limit(_DRAFTS_AT_ONCE)
    ).all()
    named = {name for row in rows for name in _NAME.findall(json.dumps(row.content))}
    return (rows[-1].id if rows else None), named
