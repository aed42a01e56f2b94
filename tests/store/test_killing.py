from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.models.generation import GenerationState
from bot.store.database import Database
from bot.store.generations import SqlGenerationStore


@pytest.mark.parametrize("told", [1, 8, 21])
async def test_a_killed_writer_leaves_nothing_half_and_loses_nothing_told(
    told: int,
    database: Database,
    store: SqlGenerationStore,
    breaches: Callable[[], Awaitable[list[str]]],
    pytestconfig: pytest.Config,
) -> None:
    url = database._url.render_as_string(hide_password=False)
    await database.close()
    writer = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("killed_writer.py")),
        url,
        env={**os.environ, "PYTHONPATH": str(pytestconfig.rootpath)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert writer.stdout is not None
    lines: list[bytes] = []
    while len(lines) < told:
        line = await writer.stdout.readline()
        assert line, "the writer ended by itself"
        if line.startswith(b"done "):
            lines.append(line.removeprefix(b"done "))
    writer.kill()
    await writer.communicate()

    await database.open()
    assert await breaches() == []
    for line in lines:
        delivered, failed = [await store.generation(int(n)) for n in line.split()]
        assert delivered is not None
        assert delivered.state is GenerationState.DELIVERED
        assert failed is not None
        assert failed.state is GenerationState.FAILED
    if database._engine.sync_engine.dialect.name == "sqlite":

        def problems(connection: Connection) -> list[str]:
            return [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check"))]

        assert await database.run(problems) == ["ok"]
