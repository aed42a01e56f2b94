"""Named settings."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Identity, Table, Text, UniqueConstraint

from bot.store.portable import BigInt, OpaqueJson
from bot.store.schema.metadata import metadata

presets = Table(
    "presets",
    metadata,
    Column("id", BigInt, Identity(), primary_key=True),
    Column("owner_id", BigInt, nullable=False, index=True),
    Column("scope_key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("handle", Text, nullable=False),
    Column("content", OpaqueJson, nullable=False),
    Column("changed_at_ms", BigInt, nullable=False),
    UniqueConstraint("scope_key", "handle"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
    comment="Named settings of a person or a server; handle is the case-folded name.",
)

default_presets = Table(
    "default_presets",
    metadata,
    Column("user_id", BigInt, primary_key=True, autoincrement=False),
    Column("preset_id", BigInt, ForeignKey("presets.id"), nullable=False, index=True),
    sqlite_strict=True,
    comment="What a person's requests begin with.",
)
