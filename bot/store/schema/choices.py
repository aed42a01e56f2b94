"""Which of several takes is the best one."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table

from bot.store.portable import BigInt
from bot.store.schema.metadata import metadata

picks = Table(
    "picks",
    metadata,
    Column("request_id", BigInt, ForeignKey("requests.id"), primary_key=True),
    Column("generation_id", BigInt, ForeignKey("generations.id"), nullable=False),
    Column("picked_by", BigInt, nullable=False),
    Column("picked_at_ms", BigInt, nullable=False),
    sqlite_strict=True,
    comment="Which take of a request was chosen.",
)

polls = Table(
    "polls",
    metadata,
    Column("request_id", BigInt, ForeignKey("requests.id"), primary_key=True),
    Column("opened_at_ms", BigInt, nullable=False),
    Column("closed_at_ms", BigInt),
    sqlite_strict=True,
    comment="Requests whose take everybody chooses.",
)

votes = Table(
    "votes",
    metadata,
    Column("request_id", BigInt, ForeignKey("polls.request_id"), primary_key=True),
    Column("user_id", BigInt, primary_key=True),
    Column("generation_id", BigInt, ForeignKey("generations.id"), nullable=False),
    Column("voted_at_ms", BigInt, nullable=False),
    sqlite_strict=True,
    comment="One voice a person and poll; it can be changed until the poll is closed.",
)
