"""The bot's database as seen from outside: read-only, and only what the verdict needs."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.models.generation import GenerationState


@dataclass(frozen=True, slots=True)
class Row:
    """One generation with its request and its ledger."""

    id: int
    request_id: int
    prompt: str
    state: str
    oxen_id: str | None
    attempts: int
    posted_message_id: int | None
    failure_kind: str
    failure_detail: str
    placeholder_message_id: int | None
    is_free: bool
    """It turned up late and costs nothing."""
    entries: tuple[str, ...]
    """Kinds of its ledger entries, sorted."""
    is_card_settled: bool = True
    """Whether the bot takes the card of its request for final."""
    interaction_id: int = 0

    @property
    def failure(self) -> str:
        """Why it failed, if it did."""
        return f"{self.failure_kind} {self.failure_detail}".strip()

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen to it."""
        return GenerationState(self.state).is_final

    def __str__(self) -> str:
        return (
            f"generation {self.id} ({self.prompt!r}): {self.state} {self.failure}, "
            f"attempts {self.attempts}, oxen {self.oxen_id}, message {self.posted_message_id}, "
            f"placeholder {self.placeholder_message_id}, ledger {'+'.join(self.entries)}"
        )


@dataclass(frozen=True, slots=True)
class DatabaseBooks:
    """Everything at one moment."""

    rows: tuple[Row, ...]
    orphans: frozenset[str] = frozenset()
    """Oxen's ids on record as second ones, or unwanted."""


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    # Read-only connections neither write nor checkpoint, so SQLite's WAL race cannot happen.
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)
    try:
        connection.row_factory = sqlite3.Row
        yield connection
    finally:
        connection.close()


@dataclass(frozen=True, slots=True)
class Standing:
    """How far everything is."""

    generations: int
    open_generations: int
    open_cards: int

    @property
    def is_at_rest(self) -> bool:
        """Whether every generation has ended and every card says so."""
        return self.open_generations == 0 and self.open_cards == 0


def standing(path: Path) -> Standing:
    """How far everything is, also while the bot runs."""
    with _reading(path) as connection:
        generations, ended = connection.execute(
            "SELECT count(*), count(ended_at_ms) FROM generations"
        ).fetchone()
        (cards,) = connection.execute(
            "SELECT count(*) FROM requests WHERE NOT placeholder_settled"
        ).fetchone()
    return Standing(int(generations), int(generations) - int(ended), int(cards))


def read_database(path: Path) -> DatabaseBooks:
    """Everything that there is."""
    with _reading(path) as connection:
        found = connection.execute(
            "SELECT g.*, g.free AS is_free, r.settings, r.placeholder_message_id,"
            " r.placeholder_settled, r.interaction_id,"
            " (SELECT group_concat(kind) FROM ledger l WHERE l.generation_id = g.id) AS entries"
            " FROM generations g JOIN requests r ON r.id = g.request_id ORDER BY g.id"
        ).fetchall()
        orphans = connection.execute("SELECT oxen_id FROM orphans").fetchall()
    return DatabaseBooks(
        rows=tuple(_row(row) for row in found),
        orphans=frozenset(str(row[0]) for row in orphans),
    )


def _row(row: Any) -> Row:
    return Row(
        id=row["id"],
        request_id=row["request_id"],
        prompt=json.loads(row["settings"])["prompt"],
        state=row["state"],
        oxen_id=row["oxen_id"],
        attempts=row["attempts"],
        posted_message_id=row["posted_message_id"],
        failure_kind=row["failure_kind"] or "",
        failure_detail=row["failure_detail"] or "",
        placeholder_message_id=row["placeholder_message_id"],
        is_free=bool(row["is_free"]),
        entries=tuple(sorted((row["entries"] or "").split(","))),
        is_card_settled=bool(row["placeholder_settled"]),
        interaction_id=row["interaction_id"],
    )
