"""Remote generations and the ledger. Times are UTC milliseconds."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from bot.store.portable import BigInt, Flag, OpaqueJson
from bot.store.schema.metadata import metadata

generations = Table(
    "generations",
    metadata,
    Column("id", BigInt, Identity(), primary_key=True),
    Column("request_id", BigInt, ForeignKey("requests.id"), nullable=False),
    Column("take", BigInt, nullable=False),
    Column("user_id", BigInt, ForeignKey("people.user_id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("state_since_ms", BigInt, nullable=False),
    Column("created_at_ms", BigInt, nullable=False),
    Column("ended_at_ms", BigInt),
    Column("oxen_id", Text, unique=True),
    Column("attempts", BigInt, nullable=False),
    Column("attempt_fingerprint", Text),
    Column("attempted_at_ms", BigInt),
    Column("absent_sweeps", BigInt, nullable=False),
    Column("accepted_at_ms", BigInt),
    Column("result_filename", Text),
    Column("result_facts", OpaqueJson),
    Column("ready_at_ms", BigInt),
    Column("nonce", Text, unique=True),
    Column("posting_at_ms", BigInt),
    Column("posted_message_id", BigInt),
    Column("delivered_at_ms", BigInt),
    Column("cancel_requested_at_ms", BigInt),
    Column("failure_kind", Text),
    Column("failure_detail", Text),
    Column("surface", Text),
    Column("free", Flag, nullable=False, server_default=false()),
    Column("first_attempted_at_ms", BigInt),
    UniqueConstraint("request_id", "take"),
    CheckConstraint(
        "state IN ('reserved', 'submitting', 'rendering', 'ready', 'posting',"
        " 'delivered', 'failed', 'cancelled')",
        name="state",
    ),
    CheckConstraint(
        "(state IN ('delivered', 'failed', 'cancelled')) = (ended_at_ms IS NOT NULL)", name="ended"
    ),
    CheckConstraint("take > 0 AND attempts >= 0 AND absent_sweeps >= 0", name="counts"),
    CheckConstraint("state <> 'submitting' OR attempted_at_ms IS NOT NULL", name="attempted"),
    CheckConstraint(
        "state NOT IN ('rendering', 'ready', 'posting', 'delivered') OR oxen_id IS NOT NULL",
        name="accepted",
    ),
    CheckConstraint(
        "state NOT IN ('ready', 'posting', 'delivered')"
        " OR (result_filename IS NOT NULL AND result_facts IS NOT NULL)",
        name="ready",
    ),
    CheckConstraint("state NOT IN ('posting', 'delivered') OR nonce IS NOT NULL", name="posting"),
    CheckConstraint(
        "(state = 'delivered') = (posted_message_id IS NOT NULL AND delivered_at_ms IS NOT NULL)",
        name="delivered",
    ),
    CheckConstraint("(state = 'failed') = (failure_kind IS NOT NULL)", name="failed"),
    # Discord's limit for a nonce.
    CheckConstraint("length(nonce) <= 25", name="nonce_length"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
    comment="One row per remote generation; ended_at_ms is set in final states and only there.",
)

# The conditions are bare IS NULL because both planners can prove them from a statement with
# bound parameters, which is not so for a list of states.
Index(
    "ix_generations_open_by_user",
    generations.c.user_id,
    generations.c.state,
    sqlite_where=generations.c.ended_at_ms.is_(None),
    postgresql_where=generations.c.ended_at_ms.is_(None),
)

Index(
    "ix_generations_open_by_state",
    generations.c.state,
    generations.c.id,
    generations.c.user_id,
    sqlite_where=generations.c.ended_at_ms.is_(None),
    postgresql_where=generations.c.ended_at_ms.is_(None),
)

Index(
    "ix_generations_failed",
    generations.c.failure_kind,
    generations.c.ended_at_ms,
    sqlite_where=generations.c.failure_kind.is_not(None),
    postgresql_where=generations.c.failure_kind.is_not(None),
)

orphans = Table(
    "orphans",
    metadata,
    Column("oxen_id", Text, primary_key=True),
    Column("generation_id", BigInt, ForeignKey("generations.id"), nullable=False, index=True),
    Column("found_at_ms", BigInt, nullable=False),
    sqlite_strict=True,
    comment="Remote generations that turned up beside the one that their row stands for.",
)

ledger = Table(
    "ledger",
    metadata,
    Column("id", BigInt, Identity(), primary_key=True),
    Column("operation_key", Text, nullable=False, unique=True),
    Column("generation_id", BigInt, ForeignKey("generations.id"), nullable=False),
    Column("user_id", BigInt, ForeignKey("people.user_id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("generations", BigInt, nullable=False),
    Column("seconds", BigInt, nullable=False),
    Column("microusd", BigInt),
    Column("counts_at_ms", BigInt, nullable=False),
    Column("recorded_at_ms", BigInt, nullable=False),
    UniqueConstraint("generation_id", "kind"),
    CheckConstraint("kind IN ('reserve', 'capture', 'release')", name="kind"),
    CheckConstraint("generations >= 0 AND seconds >= 0 AND microusd >= 0", name="amounts"),
    Index("ix_ledger_use", "user_id", "counts_at_ms", "kind", "generations", "seconds"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
    comment="Append-only. Every entry of a generation counts at the time of its reservation.",
)

_settled = ledger.c.kind.in_(("capture", "release"))

Index(
    "uq_ledger_settled_once",
    ledger.c.generation_id,
    unique=True,
    sqlite_where=_settled,
    postgresql_where=_settled,
)
