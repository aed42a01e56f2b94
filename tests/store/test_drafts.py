from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.models.draft import Draft
from bot.models.generation import NewRequest
from bot.store.database import Database
from bot.store.drafts import SqlDrafts

WEEK_MS = 7 * 24 * 3_600_000


def a_draft(new: NewRequest) -> Draft:
    return Draft(new.user_id, new.settings, new.references, takes=2, private=True)


async def test_a_draft_comes_back_as_it_was_typed(
    database: Database, a_request: Callable[..., NewRequest]
) -> None:
    drafts = SqlDrafts(database)
    draft = a_draft(a_request(prompt="x" * 600))
    draft_id = await drafts.keep(draft, now_ms=1)
    assert await drafts.draft(draft_id) == draft
    assert await drafts.draft(draft_id + 1) is None


async def test_a_draft_goes_away_after_a_week(
    database: Database, a_request: Callable[..., NewRequest]
) -> None:
    drafts = SqlDrafts(database)
    old = await drafts.keep(a_draft(a_request()), now_ms=0)
    await drafts.keep(a_draft(a_request()), now_ms=WEEK_MS)
    assert await drafts.draft(old) is not None
    await drafts.keep(a_draft(a_request()), now_ms=WEEK_MS + 1)
    assert await drafts.draft(old) is None


async def test_what_a_database_cannot_hold_is_no_reason_to_lose_a_draft(
    database: Database, a_request: Callable[..., NewRequest]
) -> None:
    drafts = SqlDrafts(database)
    draft = a_draft(a_request(prompt="a\0b \ud800"))
    kept = await drafts.draft(await drafts.keep(draft, now_ms=0))
    assert kept == replace(draft, settings=replace(draft.settings, prompt="ab ?"))
