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


@cache
def _empty_database() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / DATABASE_FILENAME
        engine = sqlalchemy.create_engine(f"sqlite:///{path}")
        with engine.begin() as connection:
            migrate(connection)
        engine.dispose()
        return path.read_bytes()
