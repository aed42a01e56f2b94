"""The quota check inside a reservation, with a long history and with a short one."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.models.clock import system_clock
from bot.models.quota import QuotaLimits
from bot.quotas.service import QuotaService
from bot.store.database import Database
from bot.store.engines import DATABASE_FILENAME, sqlite_url
from bot.store.generations import SqlGenerationStore
from tests.bench.figures import Figure, Scale, median, ms

_PERSON = 7
_OTHERS = 2_000
_IN_WINDOW = 20
_LONG_AGO_MS = 90 * 86_400_000
_UNLIMITED = QuotaLimits(None, None, None, None, None)
_ONE_OF_THE_PERSONS_IN = 100
"""A hundredth of the history is the person's own, of months gone by."""
_HISTORY = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
"""
_FILL = (
    _HISTORY + "INSERT OR IGNORE INTO people (user_id, first_seen_at_ms) "
    "SELECT 1000 + i % :others, 0 FROM n UNION SELECT :person, 0",
    _HISTORY
    + """INSERT INTO requests (id, interaction_id, user_id, user_name, channel_id,
      private, model, duration_s, settings, takes, placeholder_settled, created_at_ms)
    SELECT i, i, CASE WHEN i % :own = 0 THEN :person ELSE 1000 + i % :others END,
      'somebody', 1, 0, 'kling', 5, '{}', 1, 1, :long_ago + i FROM n""",
    """INSERT INTO generations (id, request_id, take, user_id, state, state_since_ms,
      created_at_ms, ended_at_ms, attempts, absent_sweeps, failure_kind)
    SELECT id, id, 1, user_id, 'failed', created_at_ms, created_at_ms, created_at_ms, 0, 0, 'lost'
    FROM requests WHERE true""",
    """INSERT INTO ledger (operation_key, generation_id, user_id, kind, generations, seconds,
      microusd, counts_at_ms, recorded_at_ms)
    SELECT 'reserve:' || id, id, user_id, 'reserve', 1, 5, 1120000, created_at_ms, created_at_ms
    FROM generations WHERE true""",
    """INSERT INTO ledger (operation_key, generation_id, user_id, kind, generations, seconds,
      microusd, counts_at_ms, recorded_at_ms)
    SELECT 'release:' || id, id, user_id, 'release', 1, 5, 1120000, created_at_ms, created_at_ms
    FROM generations WHERE true""",
    # What is in the windows is the same in both: the person's latest, brought to the present.
    """UPDATE ledger SET counts_at_ms = :now WHERE generation_id IN
      (SELECT id FROM generations WHERE user_id = :person ORDER BY id DESC LIMIT :in_window)""",
)


async def measure(folder: Path, scale: Scale) -> list[Figure]:
    """One check on each database in turn."""
    long_s: list[float] = []
    short_s: list[float] = []
    async with (
        _history(folder / "long", scale.history_rows) as long,
        _history(folder / "short", scale.small_history_rows) as short,
    ):
        for _ in range(scale.quota_checks * scale.rounds):
            short_s.append(await _checked(short))
            long_s.append(await _checked(long))
    return [
        Figure(
            "quota_scaling_ratio",
            median(long_s) / median(short_s),
            f"{ms(median(long_s))} with {scale.history_rows:,} rows, "
            f"{ms(median(short_s))} with {scale.small_history_rows:,}",
        )
    ]


@asynccontextmanager
async def _history(folder: Path, rows: int) -> AsyncIterator[SqlGenerationStore]:
    folder.mkdir()  # noqa: ASYNC240  nothing else is being measured yet
    url = sqlite_url(folder)
    database = Database(url)
    await database.open()
    await database.close()
    now_ms = system_clock()
    values = {
        "count": rows // 2,
        "others": _OTHERS,
        "person": _PERSON,
        "own": min(_ONE_OF_THE_PERSONS_IN, max(1, rows // 2 // (2 * _IN_WINDOW))),
        "long_ago": now_ms - _LONG_AGO_MS - rows,
        "now": now_ms,
        "in_window": _IN_WINDOW,
    }
    with closing(sqlite3.connect(folder / DATABASE_FILENAME)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        for statement in _FILL:
            connection.execute(statement, values)
        connection.commit()
    await database.open()
    try:
        yield SqlGenerationStore(database)
    finally:
        await database.close()


async def _checked(store: SqlGenerationStore) -> float:
    quotas = QuotaService(store, _UNLIMITED, ZoneInfo("UTC"), system_clock)
    begun_s = time.perf_counter()
    usage = await store.usage(_PERSON, quotas.windows())
    quotas.check(takes=1, duration_s=5)(usage)
    taken_s = time.perf_counter() - begun_s
    if usage.windows[-1][1].generations != 0 or usage.in_flight != 0:
        raise AssertionError("the history is not what was meant")
    return taken_s
