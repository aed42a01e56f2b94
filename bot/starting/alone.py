"""Locks that keep a second process off the same data and off the same token.

The kernel lets go of them when the process ends, however it ends: a killed bot leaves nothing that
would have to be cleared by hand.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import StartError

_FOLDER_LOCK = "in-use.lock"


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the data folder; raises ``StartError`` where another process has it, or it cannot be."""
    refusal = (
        f'Another Clapperboard is running on "{folder}". Stop it first, '
        "or give this one a folder of its own (storage.folder)."
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = _opened(folder / _FOLDER_LOCK)
    except OSError as error:
        raise StartError(
            f'The data folder "{folder}" cannot be used ({error.strerror}). Let this user write '
            "there, or choose another (storage.folder)."
        ) from error
    with _locked(handle, refusal):
        yield


@contextmanager
def alone_with(token: str) -> Iterator[None]:
    """Hold the bot's token on this machine; raises ``StartError`` where another process has it.

    Two processes with one token would both answer every command. The file's name is a digest.
    """
    digest = hashlib.sha256(token.encode()).hexdigest()[:24]
    path = Path(tempfile.gettempdir()) / f"clapperboard-{digest}.lock"
    try:
        handle = _opened(path)
    except OSError as error:
        raise StartError(
            f'The lock file "{path}" cannot be used ({error.strerror}). '
            "If another user made it and no Clapperboard is running, delete it."
        ) from error
    with _locked(
        handle,
        "Another Clapperboard is running with the same DISCORD_TOKEN on this machine. Stop it "
        "first, or make a second bot in the developer portal.",
    ):
        yield


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@contextmanager
def _locked(handle: int, refusal: str) -> Iterator[None]:
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartError(refusal) from None
        yield
    finally:
        os.close(handle)
