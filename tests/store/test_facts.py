from __future__ import annotations

import asyncio

from bot.store.database import Database
from bot.store.facts import SqlFacts


async def test_the_last_text_put_is_remembered(database: Database) -> None:
    facts = SqlFacts(database)
    assert await facts.get("commands") is None
    await facts.put("commands", "abc")
    await facts.put("commands", "def")
    await facts.put("other", "x")
    assert await facts.get("commands") == "def"


async def test_putting_at_the_same_time_keeps_one(database: Database) -> None:
    facts = SqlFacts(database)
    await asyncio.gather(*(facts.put("commands", str(n)) for n in range(5)))
    assert await facts.get("commands") in {"0", "1", "2", "3", "4"}
