from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.casts.resolving import CastResolver
from bot.errors import InvalidRequestError
from bot.models.cast import PRIVATE, CastDetails, CastKind, CastScope, Sharing, Viewer
from bot.models.references import StoredImage
from bot.store.casts import SqlCast
from bot.store.database import Database
from bot.store.engines import sqlite_url

ALICE, BEN, GUILD, ROLE = 7, 8, 100, 300
HERE = Sharing(CastScope.SERVER, GUILD)
TEAM = Sharing(CastScope.TEAM, GUILD, ROLE)


def one(letter: str, sharing: Sharing, name: str = "luna") -> CastDetails:
    front = StoredImage(letter * 64, "image/png", width_px=640, height_px=480, size_bytes=9_000)
    return CastDetails(name, CastKind.OBJECT, sharing, front)


@pytest.fixture
async def cast(tmp_path: Path) -> AsyncIterator[SqlCast]:
    database = Database(sqlite_url(tmp_path))
    await database.open()
    yield SqlCast(database)
    await database.close()


async def test_ones_own_come_first_then_teams_then_the_server(cast: SqlCast) -> None:
    resolver = CastResolver(cast)
    viewers = [
        Viewer(ALICE, GUILD, frozenset({ROLE})),
        Viewer(BEN, GUILD, frozenset({ROLE})),
        Viewer(BEN, GUILD),
        Viewer(ALICE),
    ]
    await cast.add(BEN, one("a", HERE), now_ms=1)
    await cast.add(BEN, one("b", TEAM), now_ms=1)
    await cast.add(ALICE, one("c", PRIVATE), now_ms=1)

    found = [await resolver.resolve(["LUNA"], viewer) for viewer in viewers]

    assert [element.front.sha256[0] for (element,) in found] == ["c", "b", "a", "c"]
    with pytest.raises(InvalidRequestError, match="nobody in the cast"):
        await resolver.resolve(["luna"], Viewer(BEN, GUILD + 1, frozenset({ROLE})))


async def test_members_come_in_the_order_of_the_names(cast: SqlCast) -> None:
    await cast.add(ALICE, one("a", PRIVATE, "luna"), now_ms=1)
    await cast.add(ALICE, one("b", PRIVATE, "rex"), now_ms=1)

    found = await CastResolver(cast).resolve(["rex", "luna"], Viewer(ALICE))

    assert [element.name for element in found] == ["rex", "luna"]
    assert await CastResolver(cast).resolve([], Viewer(ALICE)) == ()


async def test_hints_name_nobody_whom_the_person_cannot_use(cast: SqlCast) -> None:
    await cast.add(ALICE, one("a", PRIVATE), now_ms=1)
    await cast.add(ALICE, one("b", TEAM, "lunar"), now_ms=1)

    with pytest.raises(InvalidRequestError) as refusal:
        await CastResolver(cast).resolve(["lunna"], Viewer(BEN, GUILD, is_moderator=True))

    assert "Did you mean" not in str(refusal.value)
    assert "Add somebody with /cast add" in str(refusal.value)
