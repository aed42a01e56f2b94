"""People, what they ask for, and what they are still preparing."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Identity, Index, Table, Text

from bot.store.portable import BigInt, Flag, OpaqueJson
from bot.store.schema.metadata import metadata

people = Table(
    "people",
    metadata,
    Column("user_id", BigInt, primary_key=True, autoincrement=False),
    Column("first_seen_at_ms", BigInt, nullable=False),
    Column("last_turn_at_ms", BigInt),
    sqlite_strict=True,
    comment="One row per person; locking it serialises the person's reservations.",
)

requests = Table(
    "requests",
    metadata,
    Column("id", BigInt, Identity(), primary_key=True),
    Column("interaction_id", BigInt, nullable=False, unique=True),
    Column("user_id", BigInt, ForeignKey("people.user_id"), nullable=False, index=True),
    Column("user_name", Text, nullable=False),
    Column("guild_id", BigInt),
    Column("channel_id", BigInt, nullable=False),
    Column("private", Flag, nullable=False),
    Column("model", Text, nullable=False),
    Column("duration_s", BigInt, nullable=False),
    Column("settings", OpaqueJson, nullable=False),
    Column("takes", BigInt, nullable=False),
    Column("price_microusd", BigInt),
    Column("placeholder_message_id", BigInt),
    Column("placeholder_settled", Flag, nullable=False),
    Column("created_at_ms", BigInt, nullable=False),
    CheckConstraint("duration_s > 0", name="duration"),
    CheckConstraint("takes > 0", name="takes"),
    CheckConstraint("price_microusd >= 0", name="price"),
    Index(None, "model", "duration_s", "id"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
    comment="One row per command; settings holds what SQL never asks about.",
)

_unsettled = requests.c.placeholder_settled.is_(False)

Index(
    "ix_requests_unsettled",
    requests.c.id,
    sqlite_where=_unsettled,
    postgresql_where=_unsettled,
)

request_references = Table(
    "request_references",
    metadata,
    Column("request_id", BigInt, ForeignKey("requests.id"), primary_key=True),
    Column("role", Text, primary_key=True),
    Column("position", BigInt, primary_key=True),
    Column("sha256", Text, nullable=False, index=True),
    Column("media_type", Text, nullable=False),
    Column("width_px", BigInt, nullable=False),
    Column("height_px", BigInt, nullable=False),
    Column("size_bytes", BigInt, nullable=False),
    Column("source_url", Text),
    Column("source_seen_at_ms", BigInt, nullable=False),
    CheckConstraint("role IN ('image', 'start_frame', 'end_frame')", name="role"),
    CheckConstraint("position > 0", name="position"),
    CheckConstraint("length(sha256) = 64", name="sha256"),
    CheckConstraint("width_px > 0 AND height_px > 0 AND size_bytes > 0", name="size"),
    sqlite_strict=True,
    comment="Pictures of a request, in their places; the bytes lie in the picture library.",
)

facts = Table(
    "facts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_strict=True,
    comment="Small things to remember between starts.",
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", BigInt, Identity(), primary_key=True),
    Column("user_id", BigInt, nullable=False),
    Column("content", OpaqueJson, nullable=False),
    Column("kept_at_ms", BigInt, nullable=False, index=True),
    Index(None, "user_id", "kept_at_ms"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
    comment="What was typed before a check failed; goes away after a while.",
)

request_elements = Table(
    "request_elements",
    metadata,
    Column("request_id", BigInt, ForeignKey("requests.id"), primary_key=True),
    Column("element", BigInt, primary_key=True),
    Column("angle", BigInt, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sha256", Text, nullable=False, index=True),
    Column("media_type", Text, nullable=False),
    Column("width_px", BigInt, nullable=False),
    Column("height_px", BigInt, nullable=False),
    Column("size_bytes", BigInt, nullable=False),
    CheckConstraint("element > 0 AND angle BETWEEN 0 AND 3", name="place"),
    CheckConstraint("length(sha256) = 64", name="sha256"),
    sqlite_strict=True,
    comment="The cast of a request as it was when asked for; angle 0 is the front view.",
)

request_origins = Table(
    "request_origins",
    metadata,
    Column("request_id", BigInt, ForeignKey("requests.id"), primary_key=True),
    Column("draft_id", BigInt, unique=True),
    Column("kind", Text),
    Column("parent_request_id", BigInt, ForeignKey("requests.id"), index=True),
    Column("parent_generation_id", BigInt, ForeignKey("generations.id"), index=True),
    CheckConstraint("kind IN ('again', 'edit', 'fork', 'continue')", name="kind"),
    CheckConstraint("(kind IS NULL) = (parent_request_id IS NULL)", name="parent"),
    sqlite_strict=True,
    comment="Where a request came from; a draft becomes one request at most.",
)
