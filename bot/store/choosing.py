"""Picks and polls among the takes of a request."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, func, select, update

from bot.errors import StaleStateError
from bot.models.choice import Choice
from bot.store.database import Database
from bot.store.portable import BigInt, insert_into
from bot.store.schema import picks, polls, requests, votes

# Built once: building them takes longer than SQLite takes to answer.
_request_id = bindparam("request", type_=BigInt)
_PICKED = select(picks.c.generation_id).where(picks.c.request_id == _request_id)
_POLL = select(polls.c.closed_at_ms).where(polls.c.request_id == _request_id)
_VOTES = (
    select(votes.c.generation_id, func.count())
    .where(votes.c.request_id == _request_id)
    .group_by(votes.c.generation_id)
)


class SqlChoices:
    """What people chose. Raises ``StoreError``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def choice(self, request_id: int) -> Choice:
        """How far the takes of a request are chosen among."""
        return await self._database.run(load_choice, request_id)

    async def pick(
        self, request_id: int, generation_id: int, *, user_id: int, now_ms: int
    ) -> Choice:
        """Choose a take, in place of one that was chosen before."""
        return await self._database.run(_pick, request_id, generation_id, user_id, now_ms)

    async def vote(
        self, request_id: int, generation_id: int, *, user_id: int, now_ms: int
    ) -> Choice:
        """Take a person's voice, in place of an earlier one.

        Raises ``StaleStateError`` when the poll has been closed.
        """
        return await self._database.run(_vote, request_id, generation_id, user_id, now_ms)

    async def close(self, request_id: int, *, user_id: int, now_ms: int) -> Choice:
        """End a poll; a take with more voices than any other is picked.

        A poll that was closed before stays as it was.
        """
        return await self._database.run(_close, request_id, user_id, now_ms)


def load_choice(connection: Connection, request_id: int) -> Choice:
    """How far the takes of a request are chosen among."""
    wanted = {"request": request_id}
    picked = connection.execute(_PICKED, wanted).scalar_one_or_none()
    poll = connection.execute(_POLL, wanted).one_or_none()
    if poll is None:
        return Choice(picked=picked)
    counted = connection.execute(_VOTES, wanted)
    return Choice(
        picked=picked,
        is_poll=True,
        is_open=poll.closed_at_ms is None,
        votes={row[0]: row[1] for row in counted},
    )


def _pick(
    connection: Connection, request_id: int, generation_id: int, user_id: int, now_ms: int
) -> Choice:
    statement = insert_into(connection, picks).values(
        request_id=request_id, generation_id=generation_id, picked_by=user_id, picked_at_ms=now_ms
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[picks.c.request_id],
            set_={
                name: statement.excluded[name]
                for name in ("generation_id", "picked_by", "picked_at_ms")
            },
        )
    )
    _unsettle_card(connection, request_id)
    return load_choice(connection, request_id)


def _vote(
    connection: Connection, request_id: int, generation_id: int, user_id: int, now_ms: int
) -> Choice:
    _lock_open(connection, request_id)
    statement = insert_into(connection, votes).values(
        request_id=request_id, user_id=user_id, generation_id=generation_id, voted_at_ms=now_ms
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[votes.c.request_id, votes.c.user_id],
            set_={name: statement.excluded[name] for name in ("generation_id", "voted_at_ms")},
        )
    )
    _unsettle_card(connection, request_id)
    return load_choice(connection, request_id)


def _lock_open(connection: Connection, request_id: int) -> None:
    is_open = connection.execute(
        select(polls.c.request_id)
        .where(polls.c.request_id == request_id, polls.c.closed_at_ms.is_(None))
        .with_for_update()
    ).one_or_none()
    if is_open is None:
        raise StaleStateError(f"The poll of request {request_id} is not open.")


def _close(connection: Connection, request_id: int, user_id: int, now_ms: int) -> Choice:
    closed = connection.execute(
        update(polls)
        .where(polls.c.request_id == request_id, polls.c.closed_at_ms.is_(None))
        .values(closed_at_ms=now_ms)
    )
    _unsettle_card(connection, request_id)
    choice = load_choice(connection, request_id)
    leaders = choice.leaders()
    if closed.rowcount == 1 and len(leaders) == 1:
        return _pick(connection, request_id, leaders[0], user_id, now_ms)
    return choice


def _unsettle_card(connection: Connection, request_id: int) -> None:
    """The card does not show this yet: a restart before its edit must not leave it so."""
    connection.execute(
        update(requests).where(requests.c.id == request_id).values(placeholder_settled=False)
    )
