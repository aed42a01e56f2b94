from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from pathlib import Path

import pytest

from bot.casts import service
from bot.casts.service import CastService, Waiting
from bot.errors import InvalidRequestError, NotAllowedError
from bot.models.cast import (
    PRIVATE,
    CastDetails,
    CastKind,
    CastMember,
    CastScope,
    Proposal,
    Sharing,
    Viewer,
)
from bot.models.references import StoredImage
from bot.store.casts import SqlCast
from bot.store.database import Database
from bot.store.engines import sqlite_url

ALICE, MIA, GUILD, ROLE = 7, 9, 100, 300
ALICE_HERE = Viewer(ALICE, GUILD, frozenset({ROLE}))
MIA_HERE = Viewer(MIA, GUILD, is_moderator=True)
HERE = Sharing(CastScope.SERVER, GUILD)
TEAM = Sharing(CastScope.TEAM, GUILD, ROLE)
DAY_MS = 24 * 3_600_000


class Shelf:
    def __init__(self) -> None:
        self.let_gone: list[str] = []

    async def let_go(self, sha256s: Collection[str]) -> None:
        self.let_gone += [sha256[0] for sha256 in sha256s]


class Clock:
    now_ms = 1

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlCast]:
    database = Database(sqlite_url(tmp_path))
    await database.open()
    yield SqlCast(database)
    await database.close()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cast(store: SqlCast, shelf: Shelf, clock: Clock) -> CastService:
    return CastService(store, shelf, clock=clock)


def one(
    letter: str = "a", sharing: Sharing = PRIVATE, kind: CastKind = CastKind.OBJECT
) -> CastDetails:
    front = StoredImage(letter * 64, "image/png", width_px=640, height_px=480, size_bytes=9_000)
    return CastDetails("luna", kind, sharing, front)


async def added(cast: CastService, details: CastDetails) -> CastMember:
    outcome = await cast.submit(Proposal(ALICE, details), ALICE_HERE)
    if isinstance(outcome, Waiting):
        return await cast.accept(outcome.proposal_id, ALICE_HERE)
    return outcome


@pytest.mark.parametrize(
    ("before", "after", "asks"),
    [
        (PRIVATE, HERE, True),
        (PRIVATE, TEAM, True),
        (TEAM, HERE, True),
        (HERE, TEAM, False),
        (HERE, PRIVATE, False),
        (TEAM, PRIVATE, False),
        (HERE, HERE, False),
    ],
)
async def test_wider_sharing_of_somebody_needs_their_word(
    cast: CastService, before: Sharing, after: Sharing, *, asks: bool
) -> None:
    member = await added(cast, one(sharing=before, kind=CastKind.CHARACTER))
    change = Proposal(ALICE, one(sharing=after, kind=CastKind.CHARACTER), member.id)

    assert isinstance(await cast.submit(change, ALICE_HERE), Waiting) == asks


async def test_what_is_replaced_or_dropped_leaves(cast: CastService, shelf: Shelf) -> None:
    member = await added(cast, one("a"))
    await cast.submit(Proposal(ALICE, one("b"), member.id), ALICE_HERE)
    waits = await cast.submit(Proposal(ALICE, one("c", HERE, CastKind.CHARACTER), None), ALICE_HERE)
    assert isinstance(waits, Waiting)
    await cast.withdraw(waits.proposal_id, ALICE_HERE)
    await cast.remove(member.id, ALICE_HERE)

    assert shelf.let_gone == ["a", "c", "b"]


async def test_a_moderator_changes_what_is_shared_and_takes_nothing_private(
    cast: CastService,
) -> None:
    member = await added(cast, one(sharing=HERE))

    changed = await cast.submit(Proposal(MIA, one("b", TEAM), member.id), MIA_HERE)
    assert isinstance(changed, CastMember)
    assert (changed.owner_id, changed.sharing) == (ALICE, TEAM)
    with pytest.raises(NotAllowedError, match="can make that private"):
        await cast.submit(Proposal(MIA, one("b"), member.id), MIA_HERE)


async def test_the_disk_is_not_for_one_person(
    cast: CastService, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(service._MAX_WAITING):
        await cast.keep_for_later(Proposal(ALICE, one()))

    with pytest.raises(InvalidRequestError, match="wait for your word, which is the most"):
        await cast.check_room(ALICE_HERE)
    await cast.check_room(MIA_HERE)
    clock.now_ms += DAY_MS + 1
    await cast.check_room(ALICE_HERE)

    monkeypatch.setattr(service, "MAX_PER_PERSON", 1)
    await added(cast, one())
    with pytest.raises(InvalidRequestError, match="You have 1 in the cast, which is the most"):
        await added(cast, one(sharing=HERE))
