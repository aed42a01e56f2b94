"""The floor of enqueueing: POSTs side by side, and transactions of one statement each.

Run as ``python -m tests.bench.bare_enqueue URL FOLDER POSTS READS WRITES``; prints the seconds, and
those of processor time, as JSON. The transactions have the program's own engine and durability.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

import httpx
from sqlalchemy import Connection, text

from bot.models.video_model import DEFAULT_MODEL
from bot.store.engines import TransactionEngine, create_engine, parse_url, sqlite_url

_SIDE_BY_SIDE = 100


def create_table(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE bare (number INTEGER PRIMARY KEY)"))


def write_row(connection: Connection, number: int) -> None:
    connection.execute(text("INSERT INTO bare (number) VALUES (:number)"), {"number": number})


def _read(connection: Connection, number: int) -> None:
    connection.execute(text("SELECT * FROM bare WHERE number = :number"), {"number": number}).all()


async def _transactions(engine: TransactionEngine, reads: int, writes: int) -> None:
    for work, count in ((write_row, writes), (_read, reads)):
        for number in range(count):
            await engine.transact(work, number)


async def _posts(client: httpx.AsyncClient, url: str, count: int) -> None:
    async def post(number: int) -> None:
        body = {"model": DEFAULT_MODEL, "prompt": f"a calm walk, {number}", "duration": 5}
        (await client.post(f"{url}/api/ai/queue", json=body)).raise_for_status()

    await asyncio.gather(*(post(number) for number in range(count)))


async def run(url: str, folder: Path, posts: int, reads: int, writes: int) -> dict[str, float]:
    """Seconds for all of it, both kinds at the same time."""
    folder.mkdir()  # noqa: ASYNC240  nothing else is being measured yet
    engine = create_engine(parse_url(sqlite_url(folder)))
    await engine.transact(create_table)
    headers = {"Authorization": "Bearer bare"}
    limits = httpx.Limits(max_connections=_SIDE_BY_SIDE)
    async with httpx.AsyncClient(trust_env=False, headers=headers, limits=limits) as client:
        await client.get(f"{url}/api/ai/queue")
        begun_s, begun_cpu_s = time.perf_counter(), time.process_time()
        await asyncio.gather(_posts(client, url, posts), _transactions(engine, reads, writes))
        seconds = time.perf_counter() - begun_s
        cpu_s = time.process_time() - begun_cpu_s
    await engine.dispose()
    return {"seconds": seconds, "cpu_s": cpu_s}


if __name__ == "__main__":
    given = sys.argv[1:]
    took = asyncio.run(run(given[0], Path(given[1]), *(int(number) for number in given[2:])))
    sys.stdout.write(json.dumps(took))
