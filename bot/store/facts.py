"""Small things to remember between starts, such as the hash of the commands last registered."""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot.store.database import Database
from bot.store.portable import insert_into, storable
from bot.store.schema import facts


class SqlFacts:
    """Texts by key. Raises ``StoreError``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str) -> str | None:
        """The text last put under the key."""
        return await self._database.run(_get, key)

    async def put(self, key: str, value: str) -> None:
        """Remember the text, in place of what was under the key."""
        await self._database.run(_put, key, value)


def _get(connection: Connection, key: str) -> str | None:
    return connection.execute(select(facts.c.value).where(facts.c.key == key)).scalar_one_or_none()


def _put(connection: Connection, key: str, value: str) -> None:
    statement = insert_into(connection, facts).values(key=key, value=storable(value))
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[facts.c.key], set_={"value": statement.excluded.value}
        )
    )
