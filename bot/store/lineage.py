"""Looks up the requests that came out of one another."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, func, select

from bot.models.generation import Generation, OriginKind, RequestWithTakes
from bot.models.lineage import Family, Relative
from bot.store.database import Database
from bot.store.rows import generations_from, load_request, settings_from
from bot.store.schema import generations, request_origins, requests

_RECENT_REQUESTS = 2_000
"""How far back a channel's latest are looked for: there is no index by channel."""


class SqlLineage:
    """Ancestors and descendants of requests. Raises ``StoreError``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def family(self, request_id: int, *, most: int) -> Family | None:
        """The requests nearest to one, that one included; ``None`` where it is not there."""
        return await self._database.run(_family, request_id, most)

    async def public_in(self, channel_id: int, *, most: int) -> tuple[RequestWithTakes, ...]:
        """The latest public requests of a channel, as far as they are recent."""
        return await self._database.run(_public_in, channel_id, most)


def _family(connection: Connection, request_id: int, most: int) -> Family | None:
    links: dict[int, tuple[int | None, str | None]] = {}
    is_whole = True
    frontier = [request_id]
    while frontier:
        room = most - len(links)
        is_whole = is_whole and len(frontier) <= room
        links |= _links_of(connection, frontier[:room])
        if len(links) >= most:
            is_whole = is_whole and not _around(connection, links, 1)
            break
        frontier = _around(connection, links, most + 1)
    relatives = _relatives(connection, links)
    if request_id not in {relative.request_id for relative in relatives}:
        return None
    return Family(relatives, is_whole)


def _links_of(
    connection: Connection, request_ids: Collection[int]
) -> dict[int, tuple[int | None, str | None]]:
    """Parent and kind of each request; a request without an origin has neither."""
    rows = connection.execute(
        select(
            request_origins.c.request_id,
            request_origins.c.parent_request_id,
            request_origins.c.kind,
        ).where(request_origins.c.request_id.in_(request_ids))
    )
    known = {row.request_id: (row.parent_request_id, row.kind) for row in rows}
    return {one: known.get(one, (None, None)) for one in request_ids}


def _around(
    connection: Connection, links: dict[int, tuple[int | None, str | None]], most: int
) -> list[int]:
    """Parents and children of those known that are not known themselves, parents first."""
    parents = {parent for parent, _ in links.values() if parent is not None} - links.keys()
    children = connection.execute(
        select(request_origins.c.request_id)
        .where(
            request_origins.c.parent_request_id.in_(list(links)),
            request_origins.c.request_id.not_in(links.keys()),
        )
        .order_by(request_origins.c.request_id)
        .limit(most)
    ).scalars()
    return [*sorted(parents), *children]


def _relatives(
    connection: Connection, links: dict[int, tuple[int | None, str | None]]
) -> tuple[Relative, ...]:
    rows = connection.execute(
        select(requests).where(requests.c.id.in_(list(links))).order_by(requests.c.id)
    )
    takes = _takes_of(connection, list(links))
    return tuple(_relative(row, *links[row.id], takes.get(row.id, ())) for row in rows)


def _takes_of(
    connection: Connection, request_ids: Iterable[int]
) -> dict[int, tuple[Generation, ...]]:
    rows = connection.execute(
        select(generations)
        .where(generations.c.request_id.in_(request_ids))
        .order_by(generations.c.take)
    )
    by_request: dict[int, tuple[Generation, ...]] = {}
    for take in generations_from(rows):
        by_request[take.request_id] = (*by_request.get(take.request_id, ()), take)
    return by_request


def _relative(
    row: Any, parent_id: int | None, kind: str | None, takes: tuple[Generation, ...]
) -> Relative:
    return Relative(
        request_id=row.id,
        parent_id=parent_id,
        kind=OriginKind(kind) if kind is not None else None,
        user_id=row.user_id,
        user_name=row.user_name,
        guild_id=row.guild_id,
        channel_id=row.channel_id,
        private=row.private,
        settings=settings_from(row),
        generations=takes,
    )


def _public_in(connection: Connection, channel_id: int, most: int) -> tuple[RequestWithTakes, ...]:
    latest = connection.execute(select(func.max(requests.c.id))).scalar_one() or 0
    found = connection.execute(
        select(requests.c.id)
        .where(
            requests.c.id > latest - _RECENT_REQUESTS,
            requests.c.channel_id == channel_id,
            requests.c.private.is_(False),
        )
        .order_by(requests.c.id.desc())
        .limit(most)
    ).scalars()
    loaded = (load_request(connection, request_id) for request_id in found.all())
    return tuple(one for one in loaded if one is not None)
