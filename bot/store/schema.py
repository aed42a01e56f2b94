"""The tables. Times are UTC milliseconds, ids of people and messages are Discord's snowflakes."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from bot.store.portable import BigInt, Flag, OpaqueJson

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

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

cast_members = Table(
    "cast_members",
    metadata,
    Column("id", BigInt, Identity(), primary_key=True),
    Column("owner_id", BigInt, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("handle", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("guild_id", BigInt),
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
