"""What a database complains of, in words for whoever runs the program."""

from __future__ import annotations

import sqlite3

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from bot.errors import DatabaseTooNewError, StoreError

_RESTORE = "Restore a backup, or move the file away to begin with an empty database."
_OPEN = "Let this user read and write the file and its folder, or choose another place for it."
_REMEDIES = {
    sqlite3.SQLITE_NOTADB: _RESTORE,
    sqlite3.SQLITE_CORRUPT: _RESTORE,
    sqlite3.SQLITE_CANTOPEN: _OPEN,
    sqlite3.SQLITE_PERM: _OPEN,
    sqlite3.SQLITE_AUTH: _OPEN,
    sqlite3.SQLITE_READONLY: _OPEN,
    sqlite3.SQLITE_BUSY: "Another program has it open: end that, and start the bot again.",
    sqlite3.SQLITE_LOCKED: "Another program has it open: end that, and start the bot again.",
    sqlite3.SQLITE_FULL: "Free some space on the disk, and start the bot again.",
    sqlite3.SQLITE_IOERR: "See whether the disk is full or failing, and start the bot again.",
}
_PRIMARY_CODE = 0xFF
"""SQLite's extended error codes have the general one in their lowest byte."""
_SERVER = "See that the server runs, and that storage.database has its address and password."


def place_of(url: URL) -> str:
    """Which database that is, for people: never the whole address, which may hold a password."""
    if url.get_backend_name() == "sqlite":
        return url.database or ":memory:"
    return f"{url.host or 'localhost'}/{url.database or ''}"


def unusable(url: URL, error: Exception) -> StoreError:
    """Say at the start that a database cannot be used: which, why, and what to do about it."""
    where = place_of(url)
    if isinstance(error, StoreError):
        kind = DatabaseTooNewError if isinstance(error, DatabaseTooNewError) else StoreError
        return kind(f'The database "{where}" cannot be used. {error}')
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    remedy = _SERVER
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0) & _PRIMARY_CODE
        remedy = _REMEDIES.get(code, "See whether it is damaged; restore a backup if it is.")
    elif url.get_backend_name() == "sqlite":
        remedy = _OPEN
    return StoreError(f'The database "{where}" cannot be used ({_first_line(cause)}). {remedy}')


def store_error(error: Exception) -> StoreError:
    """Say what went wrong without values: PostgreSQL quotes whole rows in an error's details."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    words = f"{type(error).__name__}: {_first_line(cause)}"
    return StoreError(words).with_traceback(error.__traceback__)


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]
