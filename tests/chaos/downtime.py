"""Minutes that pass while the bot is down, without anybody waiting for them.

Lives of the chaos are seconds apart, and Discord knows a nonce for minutes: without this, no post
would ever be looked for in the channel's history.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.chaos.wire_books import WireBooks

_DOWN_S = 300
"""More than a nonce is remembered, on either side."""


def is_anything_being_posted(database: Path) -> bool:
    """Whether the bot left a send behind of which it does not know the outcome."""
    if not database.exists():
        return False
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)) as connection:
        found = connection.execute("SELECT 1 FROM generations WHERE state = 'posting'").fetchone()
    return found is not None


def let_minutes_pass(database: Path, books: WireBooks) -> None:
    """Have the sends on record, and the nonces that Discord remembers, be minutes older.

    Only while no process of the bot runs: two connections must not write to one file.
    """
    with closing(sqlite3.connect(database, timeout=5)) as connection, connection:
        connection.execute(
            "UPDATE generations SET posting_at_ms = posting_at_ms - ? WHERE state = 'posting'",
            (_DOWN_S * 1000,),
        )
    for message in books.messages.values():
        message.at_s -= _DOWN_S
