"""What SQLite and PostgreSQL say differently, said once: column types, upserts, storable text."""

from __future__ import annotations

from typing import Any, TypeAlias

from sqlalchemy import JSON, BigInteger, Boolean, ColumnElement, Connection, Table, cast, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles

DialectInsert: TypeAlias = postgresql.Insert | sqlite.Insert
"""An INSERT that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""


class BigInt(BigInteger):
    """64-bit integer: UTC milliseconds, snowflakes, micro-dollars, counts."""


class Flag(Boolean):
    """True or false; 1 or 0 in a STRICT table of SQLite, which knows no BOOLEAN."""


class OpaqueJson(JSON):
    """JSON that SQL never looks into; ``None`` is stored as NULL."""

    def __init__(self) -> None:
        super().__init__(none_as_null=True)

    def __repr__(self) -> str:
        return "OpaqueJson()"


@compiles(BigInt, "sqlite")
@compiles(Flag, "sqlite")
def _integer_on_sqlite(*_: Any, **__: Any) -> str:
    return "INTEGER"


@compiles(OpaqueJson, "sqlite")
def _text_on_sqlite(*_: Any, **__: Any) -> str:
    return "TEXT"


def insert_into(connection: Connection, table: Table) -> DialectInsert:
    """An INSERT with ``ON CONFLICT`` for the database at hand."""
    return insert_by(connection.dialect.name, table)


def insert_by(dialect: str, table: Table) -> DialectInsert:
    """An INSERT with ``ON CONFLICT`` in the words of a dialect of SQLAlchemy's."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def whole_sum(amount: ColumnElement[int]) -> ColumnElement[int]:
    """Sum as a 64-bit integer, 0 over no rows; PostgreSQL's own sum of bigints is a numeric."""
    return cast(func.coalesce(func.sum(amount), 0), BigInt)


def storable(text: str) -> str:
    """Text that both databases take: without NUL, lone surrogates replaced by ``?``."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
