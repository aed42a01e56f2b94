"""The tables, a module for each family; they are all here by name.

Times are UTC milliseconds, ids of people and messages are Discord's snowflakes.
"""

from __future__ import annotations

from bot.store.schema.casts import (
    cast_members,
    cast_pictures,
    cast_proposal_pictures,
    cast_proposals,
    cast_reports,
)
from bot.store.schema.choices import picks, polls, votes
from bot.store.schema.generations import generations, ledger, orphans
from bot.store.schema.metadata import metadata
from bot.store.schema.presets import default_presets, presets
from bot.store.schema.requests import (
    drafts,
    facts,
    people,
    request_elements,
    request_origins,
    request_references,
    requests,
)

__all__ = [
    "cast_members",
    "cast_pictures",
    "cast_proposal_pictures",
    "cast_proposals",
    "cast_reports",
    "default_presets",
    "drafts",
    "facts",
    "generations",
    "ledger",
    "metadata",
    "orphans",
    "people",
    "picks",
    "polls",
    "presets",
    "request_elements",
    "request_origins",
    "request_references",
    "requests",
    "votes",
]
