"""Compares the books: what Oxen accepted, what people can see, what the database says."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.models.remote import RemoteStatus
from bot.sandbox.records import QueuedGeneration
from tests.chaos import showing
from tests.chaos.database_books import DatabaseBooks, Row
from tests.chaos.wire_books import WireBooks, WireInteraction

_SETTLED_BY = {"delivered": "capture", "failed": "release", "cancelled": "release"}
_PROMISES = ("lost", "paid_twice", "posted_twice", "ledger_errors")
_MANNERS = ("stale_cards", "forgotten", "ended_badly")
_UNCONFIRMED = "lost"
"""The kind of failure after which Oxen may have the generation all the same."""

_RESERVED_WITHIN_S = 10.0
"""From the acknowledgement of a command until it is written down, at most."""


@dataclass(slots=True)
class Verdict:
    """The counts, each with an account of every case."""

    kills: int
    generations: int
    lost: list[str] = field(default_factory=list)
    paid_twice: list[str] = field(default_factory=list)
    posted_twice: list[str] = field(default_factory=list)
    ledger_errors: list[str] = field(default_factory=list)
    stale_cards: list[str] = field(default_factory=list)
    """Cards that do not show the end when everything is at rest."""
    forgotten: list[str] = field(default_factory=list)
    """Commands that were acknowledged by a bot that nobody killed, and never written down."""
    ended_badly: list[str] = field(default_factory=list)
    """Processes that ended by themselves, or with another status than 0 after SIGTERM."""
    found_by_search: int = 0
    """Posts that were recognised in the channel's history, long after their send."""

    @property
    def is_good(self) -> bool:
        """Whether every promise was kept, and the program behaved."""
        return not self.account()

    def account(self) -> list[str]:
        """Every case, a line each."""
        return [
            f"{name}: {case}" for name in (*_PROMISES, *_MANNERS) for case in getattr(self, name)
        ]

    def line(self) -> str:
        """The one line of JSON at the end."""
        counts = {name: len(getattr(self, name)) for name in (*_PROMISES, *_MANNERS)}
        return json.dumps(
            {"kills": self.kills, "generations": self.generations}
            | counts
            | {"found_by_search": self.found_by_search}
        )


def judge(
    database: DatabaseBooks,
    wire: WireBooks,
    accepted: Iterable[QueuedGeneration],
    *,
    kills: int,
) -> Verdict:
    """Hold the promises against the books."""
    verdict = Verdict(kills, len(database.rows))
    remotes = {remote.id: remote for remote in accepted}
    by_prompt: dict[str, list[QueuedGeneration]] = defaultdict(list)
    for remote in remotes.values():
        by_prompt[_prompt(remote)].append(remote)
    rows_by_prompt: dict[str, list[Row]] = defaultdict(list)
    for row in database.rows:
        rows_by_prompt[row.prompt].append(row)
        _check_ledger(verdict, wire, row)
        _check_end(verdict, wire, row, remotes)
    for prompt, of_request in by_prompt.items():
        _check_paid(verdict, rows_by_prompt[prompt], of_request, prompt, database.orphans)
    _check_cards(verdict, database, wire)
    return verdict


def _prompt(remote: QueuedGeneration) -> str:
    return str(remote.parameters.get("prompt"))


def _check_ledger(verdict: Verdict, wire: WireBooks, row: Row) -> None:
    if not row.is_final:
        verdict.ledger_errors.append(f"not at rest: {row}")
        return
    settled_by = "release" if row.is_free else _SETTLED_BY[row.state]
    if row.entries != tuple(sorted(("reserve", settled_by))):
        verdict.ledger_errors.append(f"wrong entries: {row}")
    elif row.state != "delivered" and (posts := showing.posts_of(wire, row)):
        verdict.ledger_errors.append(f"given back, yet posted: {row}; {showing.in_words(posts)}")


def _check_end(
    verdict: Verdict, wire: WireBooks, row: Row, remotes: dict[str, QueuedGeneration]
) -> None:
    """Delivered, or ended with a reason; and what it stands for is its own."""
    remote = remotes.get(row.oxen_id or "")
    if row.oxen_id is not None and (remote is None or _prompt(remote) != row.prompt):
        verdict.lost.append(f"it stands for what is not its own at Oxen: {row}")
    elif row.state == "delivered":
        _check_post(verdict, wire, row)
    elif row.state == "cancelled" and remote and remote.status is RemoteStatus.SUCCEEDED:
        verdict.lost.append(f"made at Oxen, yet cancelled: {row}")
    elif row.is_final and not showing.is_reason_readable(wire, row):
        verdict.lost.append(f"no reason to be read: {row}; {showing.card_in_words(wire, row)}")


def _check_post(verdict: Verdict, wire: WireBooks, row: Row) -> None:
    posts = showing.posts_of(wire, row)
    # A post that a moderator takes away before the bot knows of it is nowhere to be found: where
    # the nonce does not tell either, the video is posted once more.
    left = [post for post in posts if post.id not in wire.taken_away]
    if not posts:
        verdict.lost.append(f"delivered, but there is no post: {row}")
    elif len(left) > 1:
        verdict.posted_twice.append(f"{row}; messages {showing.in_words(posts)}")
    elif left and (fault := showing.fault_of_post(row, left[0])):
        verdict.lost.append(f"delivered, but {fault}: {row}; {showing.in_words(posts)}")


def _check_paid(
    verdict: Verdict,
    rows: list[Row],
    remotes: list[QueuedGeneration],
    prompt: str,
    orphans: frozenset[str],
) -> None:
    """Whatever Oxen accepted is a row's or on record, and no attempt stands for two.

    Takes of one request are alike at Oxen, so those on record are counted together.
    """
    ids = {remote.id for remote in remotes}
    held = {row.oxen_id for row in rows} & ids
    recorded = len((ids & orphans) - held)
    room = sum(_unanswered(row, ids) for row in rows)
    told = ", ".join(f"{r.id} {r.status.value}" for r in remotes)
    told = f"{prompt!r}: accepted {told} for {'; '.join(map(str, rows)) or 'nobody'}"
    for second in range(recorded - room):
        verdict.paid_twice.append(f"{told}; no attempt for {second + 1} of those on record")
    waiting = sum(row.oxen_id not in ids and _unanswered(row, ids) > 0 for row in rows)
    for unknown in sorted(ids - held - orphans):
        # Beside rows that have their own it is a second one, unless somebody waits for it.
        cases = verdict.paid_twice if held & ids and waiting <= 0 else verdict.lost
        cases.append(f"{told}; nobody knows of {unknown}")
        waiting -= 1


def _unanswered(row: Row, ids: set[str]) -> int:
    """How many of its attempts may have been accepted without the row standing for that."""
    if row.oxen_id in ids:
        return row.attempts - 1
    if row.state == "failed" and row.failure_kind != _UNCONFIRMED:
        # Oxen's last answer was a refusal.
        return max(0, row.attempts - 1)
    return row.attempts


def _check_cards(verdict: Verdict, database: DatabaseBooks, wire: WireBooks) -> None:
    """At rest every card shows the end, and the database knows so; one line for each card."""
    takes = Counter(row.request_id for row in database.rows)
    for row in database.rows:
        takes[row.request_id] -= 1
        if takes[row.request_id]:
            continue
        if not row.is_card_settled or showing.is_card_stale(wire, row):
            verdict.stale_cards.append(f"{row}; {showing.card_in_words(wire, row)}")


def check_commands(
    verdict: Verdict,
    rows: Iterable[Row],
    asked: Iterable[WireInteraction],
    *,
    last_killed_at_s: float,
    rested_at_s: float,
) -> list[str]:
    """Whether what was acknowledged was written down; what a kill excuses is returned."""
    reserved = {row.interaction_id for row in rows}
    excused = []
    for one in asked:
        if one.refused or one.id in reserved or one.answered_at_s is None:
            continue
        if one.answered_at_s < last_killed_at_s:
            excused.append(one.label)
        elif one.answered_at_s < rested_at_s - _RESERVED_WITHIN_S:
            verdict.forgotten.append(f"acknowledged, and never written down: {one.label}")
    return excused
