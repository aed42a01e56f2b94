"""Locks that keep a second process off the same data and off the same token.

The kernel lets go of them when the process ends, however it ends: a killed bot leaves nothing that
would have to be cleared by hand. A database at a server is held by ``bot.store.sole_use``.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.errors import DatabaseInUseError, StartError

_FOLDER_LOCK = "in-use.lock"
_IS_ONLINE = (
    "Another Clapperboard is running with the same DISCORD_TOKEN on this machine. Stop it "
    "first, or make a second bot in the developer portal."
)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the data folder; raises ``StartError`` where another process has it, or it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = _opened(folder / _FOLDER_LOCK)
    except OSError as error:
        raise StartError(
            f'The data folder "{folder}" cannot be used ({error.strerror}). Let this user write '
            "there, or choose another (storage.folder)."
        ) from error
    with _locked(
        handle,
        StartError(
            f'Another Clapperboard is running on "{folder}". Stop it first, '
            "or give this one a folder of its own (storage.folder)."
        ),
    ):
        yield


@contextmanager
def alone_on(database: Path) -> Iterator[None]:
    """Hold an SQLite file, which the settings of several data folders may name.

    Raises ``DatabaseInUseError`` where another process has it, ``StartError`` where it cannot be.
    Beside the file, because SQLite loses its own locks when any handle of the file is closed.
    """
    try:
        file = database.resolve()
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = _opened(file.with_name(f"{file.name}.lock"))
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise StartError(
            f'The database "{database}" cannot be used ({reason}). Let this user read and write '
            "the file and its folder, or choose another place for it (storage.database)."
        ) from error
    with _locked(
        handle,
        DatabaseInUseError(
            f'Another Clapperboard is running on the database "{database}". Stop it first, or give '
            "this one a database of its own (storage.database)."
        ),
    ):
        yield


@contextmanager
def alone_with(token: str) -> Iterator[None]:
    """Hold the bot's token on this machine; raises ``StartError`` where another process has it.

    Two processes with one token would both answer every command. What is seen is a digest.
    """
    digest = hashlib.sha256(token.encode()).hexdigest()[:24]
    name = f"clapperboard-{digest}"
    with _named(name) if sys.platform == "linux" else _temporary(name):
        yield


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Hold a name in the kernel, where no service's private or swept folder for files matters."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as holder:
        try:
            holder.bind(f"\0{name}")
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise StartError(_IS_ONLINE) from None
        yield


@contextmanager
def _temporary(name: str) -> Iterator[None]:
    path = Path(tempfile.gettempdir()) / f"{name}.lock"
    try:
        handle = _opened(path)
    except OSError as error:
        raise StartError(
            f'The lock file "{path}" cannot be used ({error.strerror}). '
            "If another user made it and no Clapperboard is running, delete it."
        ) from error
    with _locked(handle, StartError(_IS_ONLINE)):
        yield


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@contextmanager
def _locked(handle: int, refusal: StartError | DatabaseInUseError) -> Iterator[None]:
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise refusal from None
        yield
    finally:
        os.close(handle)
