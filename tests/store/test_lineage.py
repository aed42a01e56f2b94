"""Which requests came out of which, within bounds, on each kind of database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.models.generation import NewRequest, Origin, OriginKind
from bot.models.lineage import Family
from bot.store.database import Database
from bot.store.generations import SqlGenerationStore
from bot.store.lineage import SqlLineage

Ask = Callable[..., Awaitable[int]]


@pytest.fixture
def lineage(database: Database) -> SqlLineage:
    return SqlLineage(database)


@pytest.fixture
def asked(store: SqlGenerationStore, a_request: Callable[..., NewRequest]) -> Ask:
    async def ask(
        parent: int | None = None, kind: OriginKind = OriginKind.EDIT, **changes: Any
    ) -> int:
        origin = Origin(kind, parent) if parent is not None else None
        new = replace(a_request(), origin=origin, **changes)
        asked = await store.reserve(new, windows=[], check=lambda _: None, now_ms=1)
        return asked.request.id

    return ask


def ids(family: Family) -> list[int]:
    return [relative.request_id for relative in family.relatives]


async def family_of(lineage: SqlLineage, request_id: int, *, most: int = 20) -> Family:
    found = await lineage.family(request_id, most=most)
    assert found is not None
    return found


async def test_it_is_all_of_the_tree_wherever_one_stands_in_it(
    lineage: SqlLineage, asked: Ask
) -> None:
    root = await asked()
    left, right = await asked(root, OriginKind.AGAIN), await asked(root, OriginKind.FORK)
    leaf = await asked(left, OriginKind.CONTINUE)
    await asked()

    for start in (root, left, right, leaf):
        family = await family_of(lineage, start)
        assert ids(family) == [root, left, right, leaf]
        assert family.is_whole
    links = [(r.parent_id, r.kind) for r in family.relatives]
    assert links == [
        (None, None),
        (root, OriginKind.AGAIN),
        (root, OriginKind.FORK),
        (left, OriginKind.CONTINUE),
    ]
    assert all(len(r.generations) == 1 for r in family.relatives)


async def test_the_nearest_come_first_where_there_are_too_many(
    lineage: SqlLineage, asked: Ask
) -> None:
    root = await asked()
    chain = [root]
    for _ in range(9):
        chain.append(await asked(chain[-1]))

    family = await family_of(lineage, chain[5], most=5)

    assert ids(family) == chain[3:8]
    assert not family.is_whole
    assert ids(await family_of(lineage, chain[0], most=3)) == chain[:3]


async def test_a_request_with_hundreds_of_children_stays_within_bounds(
    lineage: SqlLineage, asked: Ask
) -> None:
    root = await asked()
    children = [await asked(root) for _ in range(30)]

    family = await family_of(lineage, root)

    assert ids(family) == [root, *children[:19]]
    assert not family.is_whole
    assert ids(await family_of(lineage, children[29], most=3)) == [root, children[0], children[29]]


async def test_exactly_as_many_as_fit_are_all_there_is(lineage: SqlLineage, asked: Ask) -> None:
    root = await asked()
    await asked(root)

    assert (await family_of(lineage, root, most=2)).is_whole


async def test_what_is_not_there_has_no_family(lineage: SqlLineage, asked: Ask) -> None:
    await asked()

    assert await lineage.family(99, most=20) is None


async def test_the_latest_public_ones_of_a_channel(lineage: SqlLineage, asked: Ask) -> None:
    await asked(channel_id=5)
    await asked(channel_id=5, private=True)
    await asked(channel_id=6)
    last = await asked(channel_id=5)

    found = await lineage.public_in(5, most=1)

    assert [one.request.id for one in found] == [last]
    assert len(await lineage.public_in(5, most=9)) == 2


async def test_a_request_knows_what_it_came_from(store: SqlGenerationStore, asked: Ask) -> None:
    root = await asked(user_name="Alice", guild_id=8, channel_id=9)
    child = await asked(root, OriginKind.CONTINUE)

    asked_of_child, asked_of_root = await store.request(child), await store.request(root)
    assert asked_of_child is not None
    assert asked_of_root is not None
    before = asked_of_child.request.ancestor
    assert before is not None
    assert (before.user_name, before.guild_id, before.channel_id) == ("Alice", 8, 9)
    assert before.message_id is None
    assert asked_of_root.request.ancestor is None
