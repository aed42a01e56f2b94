"""One session at the PostgreSQL server that holds the lock on the bot's tables while it lasts."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import URL, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from bot.errors import DatabaseInUseError
from bot.store.complaints import place_of

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

_PREDECESSOR_MS = 2_000
"""How long the session of a bot that was killed this moment may take to end."""
_ANSWER_S = 5.0
_SETTINGS = {
    "application_name": "clapperboard: keeps other bots off",
    "lock_timeout": str(_PREDECESSOR_MS),
    # Without these the server would hold the lock of a machine that lost power for two hours. They
    # take 30 s; the bot itself notices a broken connection sooner, before the server lets go.
    "tcp_keepalives_idle": "15",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
_CLAPPERBOARD = 0x436C6170
"""The first half of the lock's number, "Clap"; the second is the schema that has the tables."""
_SET = text("SELECT set_config(:name, :value, false)")
_LOCK = text("SELECT pg_advisory_lock(:ours, hashtext(coalesce(current_schema(), '')))").bindparams(
    ours=_CLAPPERBOARD
)
_HELD = text(
    "SELECT count(*) FROM pg_locks"
    " WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid() AND classid = :ours"
).bindparams(ours=_CLAPPERBOARD)
_LOCK_NOT_AVAILABLE = "55P03"


class LockSession:
    """A connection of its own, on which no transaction is opened: every statement commits itself.

    The server lets go of the lock when the session ends, however it ends.
    """

    def __init__(self, connection: AsyncConnection, driver: Any) -> None:
        self._connection = connection
        self._driver = driver
        self.ended = asyncio.Event()
        """The connection was closed, by whichever side."""
        driver.add_termination_listener(lambda _: self.ended.set())

    @classmethod
    async def begun(cls, url: URL) -> Self:
        """Connect and lock.

        Raises ``DatabaseInUseError`` where another session has the lock, ``SQLAlchemyError`` or
        ``OSError`` where the server does not do it.
        """
        from sqlalchemy.ext.asyncio import (  # noqa: PLC0415  SQLite has no use for its 5 MB
            create_async_engine,
        )

        engine = create_async_engine(
            url, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True
        )
        connection = await engine.connect()
        raw = await connection.get_raw_connection()
        session = cls(connection, raw.driver_connection)
        try:
            for name, value in _SETTINGS.items():
                await connection.execute(_SET, {"name": name, "value": value})
            await connection.execute(_LOCK)
        except BaseException as error:
            await session.end()
            if isinstance(error, DBAPIError) and _is_refusal(error):
                raise DatabaseInUseError(
                    f'Another Clapperboard is running on the database "{place_of(url)}", on this '
                    "machine or elsewhere. Stop it first, or give this one a database of its own "
                    "(storage.database). If its machine has just gone down, try again in a minute."
                ) from None
            raise
        return session

    async def stands(self) -> bool:
        """Ask the server whether this session has the lock."""
        if self.ended.is_set():
            return False
        try:
            async with asyncio.timeout(_ANSWER_S):
                return bool(await self._connection.scalar(_HELD))
        except (SQLAlchemyError, OSError, TimeoutError):
            return False

    async def end(self) -> None:
        """Cut the connection, which may be broken: nothing is waited for."""
        self._driver.terminate()
        with suppress(SQLAlchemyError, OSError):
            await self._connection.invalidate()
        with suppress(SQLAlchemyError, OSError):
            await self._connection.close()


def _is_refusal(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE
