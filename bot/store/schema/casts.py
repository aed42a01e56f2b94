"""Named characters and objects, and what people say of them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Identity, Table, Text, UniqueConstraint

from bot.store.portable import BigInt
from bot.store.schema.metadata import metadata

cast_members = Table(
    "cast_members",
    metadata,
    Column("id", BigInt, Identity(), primary_key=True),
    Column("owner_id", BigInt, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("handle", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("guild_id", BigInt, index=True),
    Column("role_id", BigInt),
    Column("scope_key", Text, nullable=False),
    Column("agreed_at_ms", BigInt, nullable=False),
    Column("created_at_ms", BigInt, nullable=False),
    Column("changed_at_ms", BigInt, nullable=False),
    UniqueConstraint("scope_key", "handle"),
    CheckConstraint("kind IN ('character', 'object')", name="kind"),
    CheckConstraint("scope IN ('private', 'server', 'team')", name="scope"),
    CheckConstraint("(scope = 'team') = (role_id IS NOT NULL)", name="team"),
    CheckConstraint("scope = 'private' OR guild_id IS NOT NULL", name="place"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
    comment="Named characters and objects; handle is the name case-folded, unique in a scope.",
)

cast_pictures = Table(
    "cast_pictures",
    metadata,
    Column("member_id", BigInt, ForeignKey("cast_members.id"), primary_key=True),
    Column("angle", BigInt, primary_key=True),
    Column("sha256", Text, nullable=False, index=True),
    Column("media_type", Text, nullable=False),
    Column("width_px", BigInt, nullable=False),
    Column("height_px", BigInt, nullable=False),
    Column("size_bytes", BigInt, nullable=False),
    CheckConstraint("angle BETWEEN 0 AND 3", name="angle"),
    CheckConstraint("length(sha256) = 64", name="sha256"),
    sqlite_strict=True,
    comment="Views of a cast member; angle 0 is the front, and always there.",
)

cast_reports = Table(
    "cast_reports",
    metadata,
    Column("id", BigInt, Identity(), primary_key=True),
    Column("member_id", BigInt, nullable=False, index=True),
    Column("guild_id", BigInt, nullable=False, index=True),
    Column("reporter_id", BigInt, nullable=False),
    Column("reason", Text, nullable=False),
    Column("reported_at_ms", BigInt, nullable=False),
    Column("settled_at_ms", BigInt),
    Column("settled_by", BigInt),
    sqlite_autoincrement=True,
    sqlite_strict=True,
    comment="Requests to remove a likeness; they outlive the member.",
)

cast_proposals = Table(
    "cast_proposals",
    metadata,
    Column("id", BigInt, Identity(), primary_key=True),
    Column("user_id", BigInt, nullable=False),
    Column("member_id", BigInt),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("guild_id", BigInt),
    Column("role_id", BigInt),
    Column("proposed_at_ms", BigInt, nullable=False, index=True),
    sqlite_autoincrement=True,
    sqlite_strict=True,
    comment="Cast members that wait for the word that the person shown agrees.",
)

cast_proposal_pictures = Table(
    "cast_proposal_pictures",
    metadata,
    Column("proposal_id", BigInt, ForeignKey("cast_proposals.id"), primary_key=True),
    Column("angle", BigInt, primary_key=True),
    Column("sha256", Text, nullable=False, index=True),
    Column("media_type", Text, nullable=False),
    Column("width_px", BigInt, nullable=False),
    Column("height_px", BigInt, nullable=False),
    Column("size_bytes", BigInt, nullable=False),
    CheckConstraint("angle BETWEEN 0 AND 3", name="angle"),
    CheckConstraint("length(sha256) = 64", name="sha256"),
    sqlite_strict=True,
    comment="Views of a proposed cast member; angle 0 is the front.",
)
