from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.errors import InvalidRequestError, StaleStateError
from bot.models.draft import Draft
from bot.models.generation import NewRequest, Origin, OriginKind, Shot
from bot.store.database import Database
from bot.store.drafts import DAY_MS, SqlDrafts
from bot.store.generations import SqlGenerationStore

WEEK_MS = 7 * DAY_MS


def a_draft(new: NewRequest) -> Draft:
    return Draft(new.user_id, new.settings, new.references, takes=2, private=True)


def one_take_more(draft: Draft) -> Draft:
    return replace(draft, takes=draft.takes + 1)


async def test_a_draft_comes_back_as_it_was_typed(
    database: Database, a_request: Callable[..., NewRequest]
) -> None:
    drafts = SqlDrafts(database)
    draft = replace(a_draft(a_request(prompt="x" * 600)), origin=Origin(OriginKind.CONTINUE, 3, 4))
    draft_id = await drafts.keep(draft, now_ms=1)
    assert await drafts.draft(draft_id, now_ms=1) == draft
    assert await drafts.draft(draft_id + 1, now_ms=1) is None


async def test_a_draft_goes_away_a_week_after_it_was_last_touched(
    database: Database, a_request: Callable[..., NewRequest]
) -> None:
    drafts = SqlDrafts(database)
    old = await drafts.keep(a_draft(a_request()), now_ms=0)
    touched = await drafts.keep(a_draft(a_request()), now_ms=0)
    assert await drafts.change(touched, a_request().user_id, one_take_more, now_ms=1)
    assert await drafts.draft(old, now_ms=WEEK_MS) is not None
    assert await drafts.draft(old, now_ms=WEEK_MS + 1) is None
    assert await drafts.draft(touched, now_ms=WEEK_MS + 1) is not None
    await drafts.keep(a_draft(a_request()), now_ms=WEEK_MS + 1)
    assert await drafts.draft(old, now_ms=0) is None
    assert await drafts.draft(touched, now_ms=0) is not None


async def test_what_a_database_cannot_hold_is_no_reason_to_lose_a_draft(
    database: Database, a_request: Callable[..., NewRequest]
) -> None:
    drafts = SqlDrafts(database)
    draft = a_draft(a_request(prompt="a\0b \ud800"))
    draft_id = await drafts.keep(draft, now_ms=0)
    clean = replace(draft, settings=replace(draft.settings, prompt="ab ?"))
    assert await drafts.draft(draft_id, now_ms=0) == clean
    assert await drafts.change(draft_id, draft.user_id, lambda _: draft, now_ms=0) == clean


async def test_changes_at_the_same_time_are_made_one_after_the_other(
    database: Database, a_request: Callable[..., NewRequest]
) -> None:
    drafts = SqlDrafts(database)
    draft = a_draft(a_request())
    draft_id = await drafts.keep(draft, now_ms=0)

    await asyncio.gather(
        *(drafts.change(draft_id, draft.user_id, one_take_more, now_ms=0) for _ in range(5))
    )

    assert await drafts.draft(draft_id, now_ms=0) == replace(draft, takes=7)


async def test_a_draft_is_changed_by_its_author_alone_and_not_at_all_by_a_refused_edit(
    database: Database, a_request: Callable[..., NewRequest]
) -> None:
    def refuse(_: Draft) -> Draft:
        raise InvalidRequestError("too long")

    drafts = SqlDrafts(database)
    draft = a_draft(a_request())
    draft_id = await drafts.keep(draft, now_ms=0)

    assert await drafts.change(draft_id, draft.user_id + 1, one_take_more, now_ms=0) is None
    await drafts.discard(draft_id, draft.user_id + 1)
    with pytest.raises(InvalidRequestError):
        await drafts.change(draft_id, draft.user_id, refuse, now_ms=0)

    assert await drafts.draft(draft_id, now_ms=0) == draft
    await drafts.discard(draft_id, draft.user_id)
    assert await drafts.draft(draft_id, now_ms=0) is None


async def test_a_draft_that_has_become_a_request_changes_no_more(
    database: Database, store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    drafts = SqlDrafts(database)
    new = a_request()
    draft_id = await drafts.keep(a_draft(new), now_ms=0)
    assert await store.request_of_draft(draft_id) is None

    begun = await store.reserve(
        replace(new, draft_id=draft_id), windows=(), check=lambda _: None, now_ms=1
    )

    assert await store.request_of_draft(draft_id) == begun
    with pytest.raises(StaleStateError):
        await drafts.change(draft_id, new.user_id, one_take_more, now_ms=2)


async def test_the_latest_storyboard_is_the_one_last_touched_and_not_yet_rendered(
    database: Database, store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    drafts = SqlDrafts(database)
    new = a_request()
    plain = a_draft(new)
    board = replace(plain, settings=replace(plain.settings, shots=(Shot("a walk", 3),)))
    assert await drafts.latest_storyboard(new.user_id, now_ms=0) is None
    first = await drafts.keep(board, now_ms=0)
    second = await drafts.keep(board, now_ms=1)
    await drafts.keep(plain, now_ms=2)
    await drafts.keep(replace(board, user_id=new.user_id + 1), now_ms=3)
    assert await drafts.latest_storyboard(new.user_id, now_ms=4) == (second, board)

    touched = await drafts.change(first, new.user_id, one_take_more, now_ms=5)

    assert await drafts.latest_storyboard(new.user_id, now_ms=6) == (first, touched)
    await store.reserve(replace(new, draft_id=first), windows=(), check=lambda _: None, now_ms=7)
    assert await drafts.latest_storyboard(new.user_id, now_ms=8) == (second, board)
    assert await drafts.latest_storyboard(new.user_id, now_ms=WEEK_MS + 9) is None
