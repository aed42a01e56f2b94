"""What outlives a restart: generations as lines of JSON, files beside them."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot.sandbox.records import QueuedGeneration

_JOURNAL = "generations.jsonl"
_SECRET = "link-secret"  # noqa: S105  the name of a file


class Journal:
    """Appends each new state of a generation; the last line about one is what holds.

    A process killed in the middle of a line leaves a torn last line, which is passed over: the
    reply that would have told of that state was never sent.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _JOURNAL
        self._secret_path = folder / _SECRET
        # One thread, so that lines are written in the order in which they were appended.
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="sandbox-journal")

    def load(self) -> dict[str, QueuedGeneration]:
        """All generations, in order of enqueueing; rewrites the file without what is outdated."""
        generations: dict[str, QueuedGeneration] = {}
        for entry in self._lines():
            generation = QueuedGeneration.from_journal(entry)
            generations[generation.id] = generation
        _replace(self._path, "".join(_line(g) for g in generations.values()).encode())
        return generations

    def link_secret(self) -> bytes:
        """The secret that signs links, so that they stay good over a restart."""
        if not self._secret_path.exists():
            _replace(self._secret_path, secrets.token_bytes(32))
        return self._secret_path.read_bytes()

    async def append(self, generation: QueuedGeneration) -> None:
        """Write down a state; returns when the operating system has it."""
        line = _line(generation)
        loop = asyncio.get_running_loop()
        await asyncio.shield(loop.run_in_executor(self._writer, self._write, line))

    def close(self) -> None:
        """Wait for what is being written."""
        self._writer.shutdown()

    def _write(self, line: str) -> None:
        with self._path.open("ab") as file:
            file.write(line.encode())

    def _lines(self) -> Iterable[dict[str, object]]:
        if not self._path.exists():
            return
        for line in self._path.read_bytes().split(b"\n"):
            try:
                yield json.loads(line)
            except ValueError:
                continue


def _line(generation: QueuedGeneration) -> str:
    return json.dumps(generation.as_journal(), separators=(",", ":")) + "\n"


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_suffix(".new")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
