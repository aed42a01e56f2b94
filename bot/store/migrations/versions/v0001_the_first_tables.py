"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store import portable

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables from the previous revision to this one."""
    op.create_table(
        "facts",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_facts")),
        comment="Small things to remember between starts.",
        sqlite_strict=True,
    )
    op.create_table(
        "drafts",
        sa.Column("id", portable.BigInt(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", portable.BigInt(), nullable=False),
        sa.Column("content", portable.OpaqueJson(), nullable=False),
        sa.Column("kept_at_ms", portable.BigInt(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        comment="What was typed before a check failed; goes away after a while.",
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_drafts_kept_at_ms"), "drafts", ["kept_at_ms"])
    op.create_table(
        "people",
        sa.Column("user_id", portable.BigInt(), autoincrement=False, nullable=False),
        sa.Column("first_seen_at_ms", portable.BigInt(), nullable=False),
        sa.Column("last_turn_at_ms", portable.BigInt()),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_people")),
        comment="One row per person; locking it serialises the person's reservations.",
        sqlite_strict=True,
    )
    op.create_table(
        "requests",
        sa.Column("id", portable.BigInt(), sa.Identity(always=False), nullable=False),
        sa.Column("interaction_id", portable.BigInt(), nullable=False),
        sa.Column("user_id", portable.BigInt(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("guild_id", portable.BigInt()),
        sa.Column("channel_id", portable.BigInt(), nullable=False),
        sa.Column("private", portable.Flag(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("duration_s", portable.BigInt(), nullable=False),
        sa.Column("settings", portable.OpaqueJson(), nullable=False),
        sa.Column("takes", portable.BigInt(), nullable=False),
        sa.Column("price_microusd", portable.BigInt()),
        sa.Column("placeholder_message_id", portable.BigInt()),
        sa.Column("placeholder_settled", portable.Flag(), nullable=False),
        sa.Column("created_at_ms", portable.BigInt(), nullable=False),
        sa.CheckConstraint("duration_s > 0", name=op.f("ck_requests_duration")),
        sa.CheckConstraint("price_microusd >= 0", name=op.f("ck_requests_price")),
        sa.CheckConstraint("takes > 0", name=op.f("ck_requests_takes")),
        sa.ForeignKeyConstraint(["user_id"], ["people.user_id"], name=op.f("fk_requests_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
        sa.UniqueConstraint("interaction_id", name=op.f("uq_requests_interaction_id")),
        comment="One row per command; settings holds what SQL never asks about.",
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_requests_model_duration_s_id"), "requests", ["model", "duration_s", "id"]
    )
    op.create_index(
        "ix_requests_unsettled",
        "requests",
        ["id"],
        sqlite_where=sa.text("placeholder_settled IS 0"),
        postgresql_where=sa.text("placeholder_settled IS false"),
    )
    op.create_index(op.f("ix_requests_user_id"), "requests", ["user_id"])

    op.create_table(
        "generations",
        sa.Column("id", portable.BigInt(), sa.Identity(always=False), nullable=False),
        sa.Column("request_id", portable.BigInt(), nullable=False),
        sa.Column("take", portable.BigInt(), nullable=False),
        sa.Column("user_id", portable.BigInt(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_since_ms", portable.BigInt(), nullable=False),
        sa.Column("created_at_ms", portable.BigInt(), nullable=False),
        sa.Column("ended_at_ms", portable.BigInt()),
        sa.Column("oxen_id", sa.Text()),
        sa.Column("attempts", portable.BigInt(), nullable=False),
        sa.Column("attempt_fingerprint", sa.Text()),
        sa.Column("attempted_at_ms", portable.BigInt()),
        sa.Column("absent_sweeps", portable.BigInt(), nullable=False),
        sa.Column("accepted_at_ms", portable.BigInt()),
        sa.Column("result_filename", sa.Text()),
        sa.Column("result_facts", portable.OpaqueJson()),
        sa.Column("ready_at_ms", portable.BigInt()),
        sa.Column("nonce", sa.Text()),
        sa.Column("posting_at_ms", portable.BigInt()),
        sa.Column("posted_message_id", portable.BigInt()),
        sa.Column("delivered_at_ms", portable.BigInt()),
        sa.Column("cancel_requested_at_ms", portable.BigInt()),
        sa.Column("failure_kind", sa.Text()),
        sa.Column("failure_detail", sa.Text()),
        sa.Column("surface", sa.Text()),
        sa.Column("free", portable.Flag(), server_default=sa.false(), nullable=False),
        sa.Column("first_attempted_at_ms", portable.BigInt()),
        sa.CheckConstraint(
            "(state = 'delivered')"
            " = (posted_message_id IS NOT NULL AND delivered_at_ms IS NOT NULL)",
            name=op.f("ck_generations_delivered"),
        ),
        sa.CheckConstraint(
            "(state = 'failed') = (failure_kind IS NOT NULL)", name=op.f("ck_generations_failed")
        ),
        sa.CheckConstraint(
            "(state IN ('delivered', 'failed', 'cancelled')) = (ended_at_ms IS NOT NULL)",
            name=op.f("ck_generations_ended"),
        ),
        sa.CheckConstraint(
            "state <> 'submitting' OR attempted_at_ms IS NOT NULL",
            name=op.f("ck_generations_attempted"),
        ),
        sa.CheckConstraint(
            "state IN ('reserved', 'submitting', 'rendering', 'ready', 'posting',"
            " 'delivered', 'failed', 'cancelled')",
            name=op.f("ck_generations_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('posting', 'delivered') OR nonce IS NOT NULL",
            name=op.f("ck_generations_posting"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('ready', 'posting', 'delivered')"
            " OR (result_filename IS NOT NULL AND result_facts IS NOT NULL)",
            name=op.f("ck_generations_ready"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('rendering', 'ready', 'posting', 'delivered') OR oxen_id IS NOT NULL",
            name=op.f("ck_generations_accepted"),
        ),
        sa.CheckConstraint("length(nonce) <= 25", name=op.f("ck_generations_nonce_length")),
        sa.CheckConstraint(
            "take > 0 AND attempts >= 0 AND absent_sweeps >= 0", name=op.f("ck_generations_counts")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_generations_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["people.user_id"], name=op.f("fk_generations_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_generations")),
        sa.UniqueConstraint("nonce", name=op.f("uq_generations_nonce")),
        sa.UniqueConstraint("oxen_id", name=op.f("uq_generations_oxen_id")),
        sa.UniqueConstraint("request_id", "take", name=op.f("uq_generations_request_id_take")),
        comment="One row per remote generation; ended_at_ms is set in final states and only there.",
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        "ix_generations_open_by_state",
        "generations",
        ["state", "id", "user_id"],
        sqlite_where=sa.text("ended_at_ms IS NULL"),
        postgresql_where=sa.text("ended_at_ms IS NULL"),
    )
    op.create_index(
        "ix_generations_open_by_user",
        "generations",
        ["user_id", "state"],
        sqlite_where=sa.text("ended_at_ms IS NULL"),
        postgresql_where=sa.text("ended_at_ms IS NULL"),
    )

    op.create_table(
        "orphans",
        sa.Column("oxen_id", sa.Text(), nullable=False),
        sa.Column("generation_id", portable.BigInt(), nullable=False),
        sa.Column("found_at_ms", portable.BigInt(), nullable=False),
        sa.ForeignKeyConstraint(
            ["generation_id"], ["generations.id"], name=op.f("fk_orphans_generation_id")
        ),
        sa.PrimaryKeyConstraint("oxen_id", name=op.f("pk_orphans")),
        comment="Remote generations that turned up beside the one that their row stands for.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_orphans_generation_id"), "orphans", ["generation_id"])

    op.create_table(
        "request_references",
        sa.Column("request_id", portable.BigInt(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("position", portable.BigInt(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("width_px", portable.BigInt(), nullable=False),
        sa.Column("height_px", portable.BigInt(), nullable=False),
        sa.Column("size_bytes", portable.BigInt(), nullable=False),
        sa.Column("source_url", sa.Text()),
        sa.Column("source_seen_at_ms", portable.BigInt(), nullable=False),
        sa.CheckConstraint(
            "role IN ('image', 'start_frame', 'end_frame')", name=op.f("ck_request_references_role")
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_request_references_sha256")),
        sa.CheckConstraint("position > 0", name=op.f("ck_request_references_position")),
        sa.CheckConstraint(
            "width_px > 0 AND height_px > 0 AND size_bytes > 0",
            name=op.f("ck_request_references_size"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_request_references_request_id")
        ),
        sa.PrimaryKeyConstraint(
            "request_id", "role", "position", name=op.f("pk_request_references")
        ),
        comment="Pictures of a request, in their places; the bytes lie in the picture library.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_request_references_sha256"), "request_references", ["sha256"])

    op.create_table(
        "ledger",
        sa.Column("id", portable.BigInt(), sa.Identity(always=False), nullable=False),
        sa.Column("operation_key", sa.Text(), nullable=False),
        sa.Column("generation_id", portable.BigInt(), nullable=False),
        sa.Column("user_id", portable.BigInt(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("generations", portable.BigInt(), nullable=False),
        sa.Column("seconds", portable.BigInt(), nullable=False),
        sa.Column("microusd", portable.BigInt()),
        sa.Column("counts_at_ms", portable.BigInt(), nullable=False),
        sa.Column("recorded_at_ms", portable.BigInt(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('reserve', 'capture', 'release')", name=op.f("ck_ledger_kind")
        ),
        sa.CheckConstraint(
            "generations >= 0 AND seconds >= 0 AND microusd >= 0", name=op.f("ck_ledger_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["generation_id"], ["generations.id"], name=op.f("fk_ledger_generation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["people.user_id"], name=op.f("fk_ledger_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sa.UniqueConstraint("generation_id", "kind", name=op.f("uq_ledger_generation_id_kind")),
        sa.UniqueConstraint("operation_key", name=op.f("uq_ledger_operation_key")),
        comment="Append-only. Every entry of a generation counts at the time of its reservation.",
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        "ix_ledger_use", "ledger", ["user_id", "counts_at_ms", "kind", "generations", "seconds"]
    )
    op.create_index(
        "uq_ledger_settled_once",
        "ledger",
        ["generation_id"],
        unique=True,
        sqlite_where=sa.text("kind IN ('capture', 'release')"),
        postgresql_where=sa.text("kind IN ('capture', 'release')"),
    )
