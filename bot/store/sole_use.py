"""Keeps a second bot off the same PostgreSQL database, wherever that one runs.

A pooler between the bot and the server has to keep sessions whole (PgBouncer: ``pool_mode =
session``). For SQLite, ``bot.starting.alone`` locks a file beside the database.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import NoReturn

import structlog
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import DatabaseInUseError, StoreError
from bot.store.complaints import place_of, unusable
from bot.store.lock_session import LockSession

_LOOK_S = 5.0
"""Between two looks whether the session stands; one that the server ends is noticed at once."""
_AGAIN_S = 2.0
_CONNECT_S = 20.0
_OLD_SESSION_S = 60.0
"""How long the server may keep a session that was lost: twice what its keep-alives need."""

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class SoleUse:
    """Holds the database from ``take`` to ``let_go``, and takes it again where it was lost.

    A restart of the server would otherwise end every bot on it, and cost an IDENTIFY. In between,
    ``check`` refuses, as if the server were away: nothing goes on that another bot may be at too.
    """

    def __init__(self, url: URL) -> None:
        self._url = url
        self._session: LockSession | None = None
        self._keeper: asyncio.Task[NoReturn] | None = None

    async def take(self) -> None:
        """Begin to hold it.

        Raises ``DatabaseInUseError`` where another bot has it, ``StoreError`` where the server
        cannot be reached.
        """
        try:
            self._session = await LockSession.begun(self._url)
        except (SQLAlchemyError, OSError) as error:
            raise unusable(self._url, error) from error
        self._keeper = asyncio.create_task(self._keep(self._session), name="database:sole-use")

    def check(self) -> None:
        """Raise ``StoreError`` while another bot may have the database."""
        if self._session is None or self._session.ended.is_set():
            raise StoreError(
                "The session that keeps other bots off the database is lost; the bot goes on as "
                "soon as it has a new one."
            )

    async def watch(self) -> None:
        """Never return; raises ``DatabaseInUseError`` when another bot has taken the database."""
        if self._keeper is not None:
            await asyncio.shield(self._keeper)

    async def let_go(self) -> None:
        """End the session."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait({self._keeper})
            if not self._keeper.cancelled():
                self._keeper.exception()
        if self._session is not None:
            await self._session.end()
            self._session = None

    async def _keep(self, session: LockSession) -> NoReturn:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_S):
                    await session.ended.wait()
            if not await session.stands():
                self._session = None
                log.warning("database.hold_lost", remedy="see that the server runs")
                await session.end()
                self._session = session = await self._taken_again()
                log.info("database.held_again")

    async def _taken_again(self) -> LockSession:
        loop = asyncio.get_running_loop()
        lost_at_s = loop.time()
        while True:
            try:
                async with asyncio.timeout(_CONNECT_S):
                    return await LockSession.begun(self._url)
            except DatabaseInUseError:
                # At first that may be the lost session, which the server has not missed yet.
                if loop.time() - lost_at_s > _OLD_SESSION_S:
                    log.error("database.taken", remedy="run only one of the two")  # noqa: TRY400  a trace tells nothing
                    raise DatabaseInUseError(
                        f'Another Clapperboard has taken the database "{place_of(self._url)}" '
                        "while the connection to it was lost, so this one has stopped. Run only "
                        "one of them."
                    ) from None
            except (SQLAlchemyError, OSError):
                log.debug("database.hold_awaited", again_s=_AGAIN_S)
            await asyncio.sleep(_AGAIN_S)
