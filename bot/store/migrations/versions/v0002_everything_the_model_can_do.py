"""The cast, presets, takes to pick from, and where requests come from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store import portable

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables from the previous revision to this one."""
    op.create_index(op.f("ix_drafts_user_id_kept_at_ms"), "drafts", ["user_id", "kept_at_ms"])
    op.create_table(
        "cast_members",
        sa.Column("id", portable.BigInt(), sa.Identity(always=False), nullable=False),
        sa.Column("owner_id", portable.BigInt(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("guild_id", portable.BigInt()),
        sa.Column("role_id", portable.BigInt()),
        sa.Column("scope_key", sa.Text(), nullable=False),
        sa.Column("agreed_at_ms", portable.BigInt(), nullable=False),
        sa.Column("created_at_ms", portable.BigInt(), nullable=False),
        sa.Column("changed_at_ms", portable.BigInt(), nullable=False),
        sa.CheckConstraint(
            "(scope = 'team') = (role_id IS NOT NULL)", name=op.f("ck_cast_members_team")
        ),
        sa.CheckConstraint("kind IN ('character', 'object')", name=op.f("ck_cast_members_kind")),
        sa.CheckConstraint(
            "scope = 'private' OR guild_id IS NOT NULL", name=op.f("ck_cast_members_place")
        ),
        sa.CheckConstraint(
            "scope IN ('private', 'server', 'team')", name=op.f("ck_cast_members_scope")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cast_members")),
        sa.UniqueConstraint("scope_key", "handle", name=op.f("uq_cast_members_scope_key_handle")),
        comment="Named characters and objects; handle is the name case-folded, unique in a scope.",
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_cast_members_guild_id"), "cast_members", ["guild_id"])
    op.create_index(op.f("ix_cast_members_owner_id"), "cast_members", ["owner_id"])
    op.create_table(
        "cast_reports",
        sa.Column("id", portable.BigInt(), sa.Identity(always=False), nullable=False),
        sa.Column("member_id", portable.BigInt(), nullable=False),
        sa.Column("guild_id", portable.BigInt(), nullable=False),
        sa.Column("reporter_id", portable.BigInt(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reported_at_ms", portable.BigInt(), nullable=False),
        sa.Column("settled_at_ms", portable.BigInt()),
        sa.Column("settled_by", portable.BigInt()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cast_reports")),
        comment="Requests to remove a likeness; they outlive the member.",
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_cast_reports_guild_id"), "cast_reports", ["guild_id"])
    op.create_index(op.f("ix_cast_reports_member_id"), "cast_reports", ["member_id"])
    op.create_table(
        "cast_proposals",
        sa.Column("id", portable.BigInt(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", portable.BigInt(), nullable=False),
        sa.Column("member_id", portable.BigInt()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("guild_id", portable.BigInt()),
        sa.Column("role_id", portable.BigInt()),
        sa.Column("proposed_at_ms", portable.BigInt(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cast_proposals")),
        comment="Cast members that wait for the word that the person shown agrees.",
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_cast_proposals_proposed_at_ms"), "cast_proposals", ["proposed_at_ms"])
    op.create_table(
        "cast_proposal_pictures",
        sa.Column("proposal_id", portable.BigInt(), nullable=False),
        sa.Column("angle", portable.BigInt(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("width_px", portable.BigInt(), nullable=False),
        sa.Column("height_px", portable.BigInt(), nullable=False),
        sa.Column("size_bytes", portable.BigInt(), nullable=False),
        sa.CheckConstraint("angle BETWEEN 0 AND 3", name=op.f("ck_cast_proposal_pictures_angle")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_cast_proposal_pictures_sha256")),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["cast_proposals.id"],
            name=op.f("fk_cast_proposal_pictures_proposal_id"),
        ),
        sa.PrimaryKeyConstraint("proposal_id", "angle", name=op.f("pk_cast_proposal_pictures")),
        comment="Views of a proposed cast member; angle 0 is the front.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_cast_proposal_pictures_sha256"), "cast_proposal_pictures", ["sha256"])
    op.create_table(
        "presets",
        sa.Column("id", portable.BigInt(), sa.Identity(always=False), nullable=False),
        sa.Column("owner_id", portable.BigInt(), nullable=False),
        sa.Column("scope_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("content", portable.OpaqueJson(), nullable=False),
        sa.Column("changed_at_ms", portable.BigInt(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presets")),
        sa.UniqueConstraint("scope_key", "handle", name=op.f("uq_presets_scope_key_handle")),
        comment="Named settings of a person or a server; handle is the case-folded name.",
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_presets_owner_id"), "presets", ["owner_id"])
    op.create_table(
        "cast_pictures",
        sa.Column("member_id", portable.BigInt(), nullable=False),
        sa.Column("angle", portable.BigInt(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("width_px", portable.BigInt(), nullable=False),
        sa.Column("height_px", portable.BigInt(), nullable=False),
        sa.Column("size_bytes", portable.BigInt(), nullable=False),
        sa.CheckConstraint("angle BETWEEN 0 AND 3", name=op.f("ck_cast_pictures_angle")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_cast_pictures_sha256")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["cast_members.id"], name=op.f("fk_cast_pictures_member_id")
        ),
        sa.PrimaryKeyConstraint("member_id", "angle", name=op.f("pk_cast_pictures")),
        comment="Views of a cast member; angle 0 is the front, and always there.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_cast_pictures_sha256"), "cast_pictures", ["sha256"])
    op.create_table(
        "default_presets",
        sa.Column("user_id", portable.BigInt(), autoincrement=False, nullable=False),
        sa.Column("preset_id", portable.BigInt(), nullable=False),
        sa.ForeignKeyConstraint(
            ["preset_id"], ["presets.id"], name=op.f("fk_default_presets_preset_id")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_default_presets")),
        comment="What a person's requests begin with.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_default_presets_preset_id"), "default_presets", ["preset_id"])
    op.create_table(
        "polls",
        sa.Column("request_id", portable.BigInt(), nullable=False),
        sa.Column("opened_at_ms", portable.BigInt(), nullable=False),
        sa.Column("closed_at_ms", portable.BigInt()),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_polls_request_id")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_polls")),
        comment="Requests whose take everybody chooses.",
        sqlite_strict=True,
    )
    op.create_table(
        "request_elements",
        sa.Column("request_id", portable.BigInt(), nullable=False),
        sa.Column("element", portable.BigInt(), nullable=False),
        sa.Column("angle", portable.BigInt(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("width_px", portable.BigInt(), nullable=False),
        sa.Column("height_px", portable.BigInt(), nullable=False),
        sa.Column("size_bytes", portable.BigInt(), nullable=False),
        sa.CheckConstraint(
            "element > 0 AND angle BETWEEN 0 AND 3", name=op.f("ck_request_elements_place")
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_request_elements_sha256")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_request_elements_request_id")
        ),
        sa.PrimaryKeyConstraint("request_id", "element", "angle", name=op.f("pk_request_elements")),
        comment="The cast of a request as it was when asked for; angle 0 is the front view.",
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_request_elements_sha256"), "request_elements", ["sha256"])
    op.create_table(
        "picks",
        sa.Column("request_id", portable.BigInt(), nullable=False),
        sa.Column("generation_id", portable.BigInt(), nullable=False),
        sa.Column("picked_by", portable.BigInt(), nullable=False),
        sa.Column("picked_at_ms", portable.BigInt(), nullable=False),
        sa.ForeignKeyConstraint(
            ["generation_id"], ["generations.id"], name=op.f("fk_picks_generation_id")
        ),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_picks_request_id")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_picks")),
        comment="Which take of a request was chosen.",
        sqlite_strict=True,
    )
    op.create_table(
        "request_origins",
        sa.Column("request_id", portable.BigInt(), nullable=False),
        sa.Column("draft_id", portable.BigInt()),
        sa.Column("kind", sa.Text()),
        sa.Column("parent_request_id", portable.BigInt()),
        sa.Column("parent_generation_id", portable.BigInt()),
        sa.CheckConstraint(
            "kind IN ('again', 'edit', 'fork', 'continue')", name=op.f("ck_request_origins_kind")
        ),
        sa.CheckConstraint(
            "(kind IS NULL) = (parent_request_id IS NULL)", name=op.f("ck_request_origins_parent")
        ),
        sa.ForeignKeyConstraint(
            ["parent_generation_id"],
            ["generations.id"],
            name=op.f("fk_request_origins_parent_generation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_request_id"],
            ["requests.id"],
            name=op.f("fk_request_origins_parent_request_id"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_request_origins_request_id")
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_request_origins")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_request_origins_draft_id")),
        comment="Where a request came from; a draft becomes one request at most.",
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_request_origins_parent_generation_id"), "request_origins", ["parent_generation_id"]
    )
    op.create_index(
        op.f("ix_request_origins_parent_request_id"), "request_origins", ["parent_request_id"]
    )
    op.create_table(
        "votes",
        sa.Column("request_id", portable.BigInt(), nullable=False),
        sa.Column("user_id", portable.BigInt(), nullable=False),
        sa.Column("generation_id", portable.BigInt(), nullable=False),
        sa.Column("voted_at_ms", portable.BigInt(), nullable=False),
        sa.ForeignKeyConstraint(
            ["generation_id"], ["generations.id"], name=op.f("fk_votes_generation_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["polls.request_id"], name=op.f("fk_votes_request_id")
        ),
        sa.PrimaryKeyConstraint("request_id", "user_id", name=op.f("pk_votes")),
        comment="One voice a person and poll; it can be changed until the poll is closed.",
        sqlite_strict=True,
    )
    op.create_index(
        "ix_generations_failed",
        "generations",
        ["failure_kind", "ended_at_ms"],
        sqlite_where=sa.text("failure_kind IS NOT NULL"),
        postgresql_where=sa.text("failure_kind IS NOT NULL"),
    )
