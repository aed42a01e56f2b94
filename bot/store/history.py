"""Looks back through a person's requests."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, exists, select

from bot.models.generation import RequestWithTakes
from bot.models.history import HistoryFilter, HistoryPage
from bot.store.database import Database
from bot.store.rows import load_request, settings_from
from bot.store.schema import generations, requests


class SqlHistory:
    """One person's requests, the latest first. Raises ``StoreError``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, user_id: int, wanted: HistoryFilter, *, number: int, size: int
    ) -> HistoryPage:
        """A page of what the filter lets through; page 0 is the latest."""
        return await self._database.run(_page, user_id, wanted, number, size)

    async def models(self, user_id: int) -> tuple[str, ...]:
        """The models that a person has used, by name."""
        return await self._database.run(_models, user_id)


def _page(
    connection: Connection, user_id: int, wanted: HistoryFilter, number: int, size: int
) -> HistoryPage:
    begins = number * size
    found = list(islice(_matching(connection, user_id, wanted), begins, begins + size + 1))
    loaded = (load_request(connection, request_id) for request_id in found[:size])
    return HistoryPage(
        requests=tuple(one for one in loaded if isinstance(one, RequestWithTakes)),
        number=number,
        has_older=len(found) > size,
    )


def _matching(connection: Connection, user_id: int, wanted: HistoryFilter) -> Iterator[int]:
    statement: Select[Any] = (
        select(requests.c.id, requests.c.model, requests.c.duration_s, requests.c.settings)
        .where(requests.c.user_id == user_id)
        .order_by(requests.c.id.desc())
    )
    if wanted.model is not None:
        statement = statement.where(requests.c.model == wanted.model)
    if wanted.from_ms is not None:
        statement = statement.where(requests.c.created_at_ms >= wanted.from_ms)
    if wanted.before_ms is not None:
        statement = statement.where(requests.c.created_at_ms < wanted.before_ms)
    if wanted.state is not None:
        states = [state.value for state in wanted.state.includes()]
        statement = statement.where(
            exists().where(
                generations.c.request_id == requests.c.id, generations.c.state.in_(states)
            )
        )
    # Prompts lie in opaque JSON, and a search in SQL would know nothing of case beyond ASCII.
    text = wanted.text.casefold()
    for row in connection.execute(statement):
        if not str(row.id).startswith(wanted.number):
            continue
        if not text or text in settings_from(row).words().casefold():
            yield row.id


def _models(connection: Connection, user_id: int) -> tuple[str, ...]:
    used = select(requests.c.model).where(requests.c.user_id == user_id).distinct()
    return tuple(sorted(connection.execute(used).scalars()))
