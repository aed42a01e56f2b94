"""Two bots never work on one database, whatever their folders and machines."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.app import Application
from bot.config import Config
from bot.errors import DatabaseInUseError, StoreError
from bot.store import lock_session, sole_use
from bot.store.database import Database
from bot.store.engines import parse_url
from bot.store.lock_session import LockSession
from tests.store.conftest import ENGINES, on_server
from tests.world import config

ROOT = Path(__file__).parents[2]
at_a_server = pytest.mark.parametrize("empty_database", ENGINES[1:], indirect=True)


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(lock_session._SETTINGS, "lock_timeout", "50")
    monkeypatch.setattr(sole_use, "_AGAIN_S", 0.01)
    monkeypatch.setattr(sole_use, "_OLD_SESSION_S", 0.0)


def settings(folder: Path, url: str) -> Config:
    plain = config("http://127.0.0.1:9", folder)
    storage = plain.storage.model_copy(update={"database": url})
    return plain.model_copy(update={"storage": storage})


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    await database.open(alone=True)
    try:
        yield database
    finally:
        await database.close()


def sessions(connection: Connection) -> list[int]:
    """The sessions at the server that hold this database, or stand in line for it."""
    held = text(
        "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND database ="
        " (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    return list(connection.execute(held).scalars())


async def until(look: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what the server does by itself."""
    async with asyncio.timeout(10):
        while not await look():  # noqa: ASYNC110  a server has no events
            await asyncio.sleep(0.01)


async def test_a_second_bot_with_a_folder_of_its_own_is_refused_in_one_line(
    database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "second.toml"
    file.write_text(
        f'[storage]\nfolder = "{tmp_path / "two"}"\ndatabase = "{database_url}"\n'
        '[logging]\nlevel = "error"\n'
    )
    async with Application(settings(tmp_path / "one", database_url)):
        with pytest.raises(DatabaseInUseError, match="Another Clapperboard is running on the data"):
            await Application(settings(tmp_path / "two", database_url)).__aenter__()
        ended = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "bot", "run", "--config", str(file)],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "DISCORD_TOKEN": "none", "OXEN_API_KEY": "none"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith("clapperboard: Another Clapperboard is running on the database")
    assert "storage.database" in line
    async with Application(settings(tmp_path / "two", database_url)):
        pass


@at_a_server
async def test_a_lost_session_is_taken_again_before_anything_goes_on(database_url: str) -> None:
    name = parse_url(database_url).database
    async with opened(database_url) as database:
        watch = asyncio.create_task(database.watch())
        (before,) = await database.run(sessions)

        async def refused() -> bool:
            try:
                await database.run(sessions)
            except StoreError as error:
                return "keeps other bots off" in str(error)
            return False

        async def goes_on() -> bool:
            return not await refused()

        # What is connected already goes on working: only the new session must wait.
        await on_server(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await on_server(f"SELECT pg_terminate_backend({before})")
        await until(refused)
        await on_server(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await until(goes_on)

        (after,) = await database.run(sessions)
        assert after != before
        assert not watch.done()
        watch.cancel()


@at_a_server
async def test_a_bot_whose_database_another_took_meanwhile_stops(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(database_url) as database:
        watch = asyncio.create_task(database.watch())
        (ours,) = await database.run(sessions)
        monkeypatch.setitem(lock_session._SETTINGS, "lock_timeout", "10000")
        other = asyncio.create_task(LockSession.begun(parse_url(database_url)))

        async def in_line() -> bool:
            return len(await database.run(sessions)) > 1

        await until(in_line)
        monkeypatch.setitem(lock_session._SETTINGS, "lock_timeout", "50")
        await on_server(f"SELECT pg_terminate_backend({ours})")

        with pytest.raises(DatabaseInUseError, match=r"has taken the database .* has stopped"):
            await watch
        with pytest.raises(StoreError, match="keeps other bots off"):
            await database.run(sessions)
        await (await other).end()


@at_a_server
async def test_a_closed_database_is_free_and_nothing_of_it_stays_at_the_server(
    database_url: str,
) -> None:
    async with opened(database_url):
        pass

    database = Database(database_url)
    await database.open()
    assert await database.run(sessions) == []
    await database.close()
