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
    """Hold the data folder; raises ``StartError`` where another process has it."""
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(
        folder / _FOLDER_LOCK,
        f'Another Clapperboard is running on "{folder}". Stop it first, '
        "or give this one a folder of its own (storage.folder).",
    ):
        yield


@contextmanager
def alone_with(token: str) -> Iterator[None]:
    """Hold the bot's token on this machine; raises ``StartError`` where another process has it.

    Two processes with one token would both answer every command. The file's name is a digest.
    """
    digest = hashlib.sha256(token.encode()).hexdigest()[:24]
    with _locked(
        Path(tempfile.gettempdir()) / f"clapperboard-{digest}.lock",
        "Another Clapperboard is running with the same DISCORD_TOKEN on this machine. Stop it "
        "first, or make a second bot in the developer portal.",
    ):
        yield


@contextmanager
def _locked(path: Path, refusal: str) -> Iterator[None]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartError(refusal) from None
        yield
    finally:
        os.close(handle)
