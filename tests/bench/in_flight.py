"""Thousands of generations in flight, written into a bot's database, a sandbox and a Discord."""

from __future__ import annotations

import json
import time
import uuid
from pathlib import Path

from sqlalchemy import Connection, insert

from bot.models.clock import system_clock
from bot.models.video_model import DEFAULT_MODEL
from bot.oxen.fingerprint import fingerprint
from bot.sandbox.options import SandboxOptions
from bot.sandbox.records import QueuedGeneration
from bot.store.database import Database
from bot.store.engines import sqlite_url
from bot.store.schema import generations, ledger, people, requests
from tests.bench.videos import tiny_video
from tests.chaos.discord_on_the_wire import DiscordOnTheWire
from tests.chaos.wire_books import WireMessage
from tests.chaos.wire_places import BOT_ID, CHANNEL_ID, GUILD_ID, person_id

_PEOPLE = 500
_AGE_MS = 60_000
_DURATION_S = 5


async def write_in_flight(folder: Path, discord: DiscordOnTheWire, count: int) -> SandboxOptions:
    """``count`` generations that Oxen has: rows, cards, and a sandbox's journal for them."""
    now_ms = system_clock() - _AGE_MS
    oxen_ids = [str(uuid.uuid4()) for _ in range(count)]
    cards = [_card(discord) for _ in range(count)]
    (folder / "data").mkdir(exist_ok=True)
    database = Database(sqlite_url(folder / "data"))
    await database.open()
    await database.run(_write_rows, oxen_ids, cards, now_ms)
    await database.close()
    oxen_folder = folder / "oxen"
    oxen_folder.mkdir()
    (oxen_folder / "generations.jsonl").write_text(
        "".join(
            json.dumps(
                QueuedGeneration(
                    id=oxen_id,
                    model=DEFAULT_MODEL,
                    media_type="video",
                    namespace="sandbox",
                    parameters=_payload(number),
                    enqueued_at_ms=now_ms,
                ).as_journal()
            )
            + "\n"
            for number, oxen_id in enumerate(oxen_ids)
        )
    )
    return SandboxOptions(render_seconds=None, folder=oxen_folder, renderer=tiny_video)


def _payload(number: int) -> dict[str, object]:
    return {"prompt": f"a calm walk, number {number}", "duration": _DURATION_S}


def _card(discord: DiscordOnTheWire) -> int:
    message = WireMessage(
        id=discord.books.new_id(), channel_id=CHANNEL_ID, author_id=BOT_ID, at_s=time.monotonic()
    )
    discord.books.messages[message.id] = message
    return message.id


def _write_rows(connection: Connection, oxen_ids: list[str], cards: list[int], now_ms: int) -> None:
    connection.execute(
        insert(people),
        [{"user_id": person_id(n), "first_seen_at_ms": now_ms} for n in range(_PEOPLE)],
    )
    rows: list[dict[str, object]] = []
    asked: list[dict[str, object]] = []
    entries: list[dict[str, object]] = []
    for number, (oxen_id, card) in enumerate(zip(oxen_ids, cards, strict=True)):
        user_id, row_id = person_id(number % _PEOPLE), number + 1
        asked.append(
            {
                "id": row_id,
                "interaction_id": row_id,
                "user_id": user_id,
                "user_name": "somebody",
                "guild_id": GUILD_ID,
                "channel_id": CHANNEL_ID,
                "private": False,
                "model": DEFAULT_MODEL,
                "duration_s": _DURATION_S,
                "settings": {
                    "prompt": f"a calm walk, number {number}",
                    "aspect_ratio": "16:9",
                    "audio": False,
                    "negative_prompt": None,
                },
                "takes": 1,
                "price_microusd": 1_120_000,
                "placeholder_message_id": card,
                "placeholder_settled": False,
                "created_at_ms": now_ms,
            }
        )
        rows.append(
            {
                "id": row_id,
                "request_id": row_id,
                "take": 1,
                "user_id": user_id,
                "state": "rendering",
                "state_since_ms": now_ms,
                "created_at_ms": now_ms,
                "oxen_id": oxen_id,
                "attempts": 1,
                "attempt_fingerprint": fingerprint({"model": DEFAULT_MODEL, **_payload(number)}),
                "attempted_at_ms": now_ms,
                "first_attempted_at_ms": now_ms,
                "absent_sweeps": 0,
                "accepted_at_ms": now_ms,
            }
        )
        entries.append(
            {
                "operation_key": f"reserve:{row_id}",
                "generation_id": row_id,
                "user_id": user_id,
                "kind": "reserve",
                "generations": 1,
                "seconds": _DURATION_S,
                "microusd": 1_120_000,
                "counts_at_ms": now_ms,
                "recorded_at_ms": now_ms,
            }
        )
    connection.execute(insert(requests), asked)
    connection.execute(insert(generations), rows)
    connection.execute(insert(ledger), entries)
