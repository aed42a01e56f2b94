"""What takes long to make and is the same for every test, made once in each process."""

from __future__ import annotations

import os
import shutil
import ssl
import tempfile
from functools import cache
from pathlib import Path

import sqlalchemy

from bot.store.engines import DATABASE_FILENAME
from bot.store.migrating import migrate

_MEMORY = Path("/dev/shm")
_ENOUGH_BYTES = 2 * 2**30
"""All files of a run together, several times over."""


def fast_folder() -> Path | None:
    """A folder of files in memory, where waiting until they are on disk costs nothing."""
    if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH_BYTES:
        return _MEMORY
    return None


def lay_out_database(folder: Path) -> None:
    """Put an empty database there, as the bot leaves it after its first start."""
    (folder / DATABASE_FILENAME).write_bytes(_empty_database())


@cache
def tls() -> ssl.SSLContext:
    """All certificates of the machine, which no test needs and each would read anew."""
    return ssl.create_default_context()


def share_statements(engine: sqlalchemy.Engine) -> sqlalchemy.Engine:
    """Have an engine for SQLite know the SQL of every statement that another one has had before.

    Each test opens databases of its own, and compiling all statements anew for each took longer
    than carrying them out. What is kept belongs to a dialect, so that is shared as well.
    """
    first = _first_engine()
    if engine.dialect.name == first.dialect.name:
        engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
    return engine


@cache
def _first_engine() -> sqlalchemy.Engine:
    engine = sqlalchemy.create_engine("sqlite://", query_cache_size=2_000)
    # A dialect finds out on the first connection what this SQLite can do.
    engine.connect().close()
    engine.dispose()
    return engine


@cache
def _empty_database() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / DATABASE_FILENAME
        engine = sqlalchemy.create_engine(f"sqlite:///{path}")
        with engine.begin() as connection:
            migrate(connection)
        engine.dispose()
        return path.read_bytes()
