"""What is promised, held against the books of both sides, literally."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, select

from bot.models.remote import RemoteStatus
from bot.store.schema import generations, ledger, orphans, requests
from tests.simulation.channel import Channel
from tests.simulation.database import LastingDatabase
from tests.simulation.oxen_books import OxenBooks, Rendering
from tests.simulation.process import SETTLE_S

_FINAL = frozenset({"delivered", "failed", "cancelled"})
_MOST_POSTS = 2
"""The first, and the documented second try."""
_NOT_LOST = frozenset({RemoteStatus.FAILED, RemoteStatus.CANCELLED})
_GIVEN_UP = "sweep.given_up generation="
_STATES = select(
    generations.c.state, generations.c.oxen_id, generations.c.failure_kind, generations.c.free
)
_UNSETTLED_CARDS = select(requests.c.id).where(requests.c.placeholder_settled.is_(False))
_STRAYS = select(orphans.c.oxen_id)


def unsettled(database: LastingDatabase, books: OxenBooks) -> bool:
    """Whether anything is still to be done."""
    if books.on_the_way:
        return True

    def look(connection: Connection) -> bool:
        rows = connection.execute(_STATES).all()
        if any(row.state not in _FINAL for row in rows):
            return True
        if any(_is_to_be_found(row, books) for row in rows):
            return True
        if connection.execute(_UNSETTLED_CARDS).first() is not None:
            return True
        known = {row.oxen_id for row in rows} | set(connection.execute(_STRAYS).scalars())
        return not known.issuperset(books.renderings)

    return database.look(look)


def _is_to_be_found(row: Any, books: OxenBooks) -> bool:
    """Whether a row was given up that Oxen has still to stop, or has finished all the same.

    What was taken up again free of charge, and given up once more, stays as it is.
    """
    mine = books.renderings.get(row.oxen_id)
    if mine is None or row.failure_kind != "lost" or row.free:
        return False
    return mine.status(books.timeline.now_s) not in _NOT_LOST


def broken(database: LastingDatabase, books: OxenBooks, channel: Channel) -> list[str]:
    """Every promise that does not hold at the end of a schedule, in words."""
    rows, entries, strays, cards = database.look(_read)
    by_row: dict[int, list[Rendering]] = defaultdict(list)
    for one in books.renderings.values():
        by_row[one.row_id].append(one)
    found = [f"generation {g}: visible twice" for g in channel.posted_twice]
    found += [f"request {card}: its placeholder never showed the end" for card in cards]
    found += _given_up_early(books)
    known = {row.oxen_id for row in rows} | strays
    found += [f"{o}: accepted, and nobody knows of it" for o in books.renderings if o not in known]
    for row in rows:
        paid = sorted(by_row[row.id], key=lambda one: one.sent_s)
        wrong = [*_about_state(row, paid, books, channel), *_about_posts(paid)]
        wrong += _about_ledger(row, entries[row.id])
        found += [f"generation {row.id}: {words}" for words in wrong]
    return found


def _read(connection: Connection) -> tuple[list[Any], dict[int, Counter[str]], set[str], list[int]]:
    entries: dict[int, Counter[str]] = defaultdict(Counter)
    for entry in connection.execute(select(ledger.c.generation_id, ledger.c.kind)):
        entries[entry.generation_id][entry.kind] += 1
    return (
        list(connection.execute(select(generations))),
        entries,
        set(connection.execute(_STRAYS).scalars()),
        list(connection.execute(_UNSETTLED_CARDS).scalars()),
    )


def _about_posts(paid: list[Rendering]) -> Iterable[str]:
    if len(paid) > _MOST_POSTS:
        yield f"{len(paid)} POSTs were accepted"
    for first, second in pairwise(paid):
        if second.sent_s - first.sent_s < SETTLE_S:
            yield f"paid again after {second.sent_s - first.sent_s:.0f} s"


def _given_up_early(books: OxenBooks) -> Iterable[str]:
    for at_s, actor, what in books.timeline.trace:
        if actor != "bot" or not what.startswith(_GIVEN_UP):
            continue
        row_id = int(what.removeprefix(_GIVEN_UP))
        waited_s = at_s - max((s for s in books.posted_s[row_id] if s <= at_s), default=0.0)
        if waited_s < SETTLE_S:
            yield f"generation {row_id}: given up {waited_s:.0f} s after its last POST"


def _about_ledger(row: Any, entries: Counter[str]) -> Iterable[str]:
    ended = "capture" if row.state == "delivered" and not row.free else "release"
    if entries != Counter({"reserve": 1, ended: 1}):
        yield f"{row.state}, free={row.free}, but the ledger says {dict(entries)}"


def _about_state(
    row: Any, paid: list[Rendering], books: OxenBooks, channel: Channel
) -> Iterable[str]:
    mine = books.renderings.get(row.oxen_id)
    status = mine.status(books.timeline.now_s) if mine else None
    if row.state not in _FINAL:
        yield f"still {row.state}"
    elif row.state == "delivered":
        if not channel.visible(row.id) and row.id not in channel.taken_away:
            yield "delivered, and not to be seen"
    elif row.state == "cancelled":
        if row.cancel_requested_at_ms is None and status is not RemoteStatus.CANCELLED:
            yield "cancelled, and nobody wanted that"
        if mine and status is not RemoteStatus.CANCELLED:
            yield f"cancelled, but at Oxen it is {status}"
    else:
        yield from _about_failure(row, status, channel)


def _about_failure(row: Any, status: RemoteStatus | None, channel: Channel) -> Iterable[str]:
    by_hand = row.id in channel.given_up
    if row.failure_kind == "lost" and status is RemoteStatus.SUCCEEDED:
        if by_hand and row.free:
            return
        yield f"given up as lost, and Oxen has the video: {row.failure_detail}"
    elif row.failure_kind == "refused" and status is not RemoteStatus.FAILED:
        yield f"failed as refused, but at Oxen it is {status}"
    elif row.failure_kind == "undeliverable" and not (channel.disturbed or by_hand):
        yield "undeliverable, and every place was open"
    elif row.failure_kind == "internal":
        yield "failed for a reason of the bot's own"
