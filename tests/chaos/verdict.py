"""Compares the books: what Oxen accepted, what people can see, what the database says."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.models.remote import RemoteStatus
from bot.sandbox.records import QueuedGeneration
from tests.chaos.database_books import DatabaseBooks, Row
from tests.chaos.wire_books import WireBooks, WireMessage

_SETTLED_BY = {"delivered": "capture", "failed": "release", "cancelled": "release"}
_REASON = "charged"
"""Every card of a failure or cancellation says that nothing was charged."""


@dataclass(slots=True)
class Verdict:
    """The four counts, each with an account of every case."""

    kills: int
    generations: int
    lost: list[str] = field(default_factory=list)
    paid_twice: list[str] = field(default_factory=list)
    posted_twice: list[str] = field(default_factory=list)
    ledger_errors: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether every promise was kept."""
        return not (self.lost or self.paid_twice or self.posted_twice or self.ledger_errors)

    def account(self) -> list[str]:
        """Every case, a line each."""
        return [
            f"{name}: {case}"
            for name in ("lost", "paid_twice", "posted_twice", "ledger_errors")
            for case in getattr(self, name)
        ]

    def line(self) -> str:
        """The one line of JSON at the end."""
        return json.dumps(
            {
                "kills": self.kills,
                "generations": self.generations,
                "lost": len(self.lost),
                "paid_twice": len(self.paid_twice),
                "posted_twice": len(self.posted_twice),
                "ledger_errors": len(self.ledger_errors),
            }
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
    by_prompt: dict[str, list[QueuedGeneration]] = defaultdict(list)
    for remote in accepted:
        by_prompt[str(remote.parameters.get("prompt"))].append(remote)
    rows_by_prompt: dict[str, list[Row]] = defaultdict(list)
    for row in database.rows:
        rows_by_prompt[row.prompt].append(row)
        posts = _results(wire, row)
        _check_ledger(verdict, row)
        if len(posts) > 1:
            verdict.posted_twice.append(f"{row}; messages {_shown(posts)}")
    for prompt, remotes in by_prompt.items():
        rows = rows_by_prompt.get(prompt, [])
        _check_paid(verdict, rows, remotes, prompt, database.orphans)
        _check_lost(verdict, wire, rows, remotes, prompt)
    return verdict


def _check_ledger(verdict: Verdict, row: Row) -> None:
    if not row.is_final:
        verdict.ledger_errors.append(f"not at rest: {row}")
        return
    settled_by = "release" if row.is_free else _SETTLED_BY[row.state]
    if row.entries != tuple(sorted(("reserve", settled_by))):
        verdict.ledger_errors.append(f"wrong entries: {row}")


def _check_paid(
    verdict: Verdict,
    rows: list[Row],
    remotes: list[QueuedGeneration],
    prompt: str,
    orphans: frozenset[str],
) -> None:
    """Takes of one request are alike at Oxen, so they are counted together."""
    held = {row.oxen_id for row in rows}
    second_tries = sum(max(0, row.attempts - 1) for row in rows)
    recorded = [r for r in remotes if r.id in orphans and r.id not in held]
    unexplained = len(remotes) - len(rows) - min(second_tries, len(recorded))
    if unexplained > 0:
        ids = ", ".join(f"{r.id} {r.status.value}" for r in remotes)
        verdict.paid_twice.extend(
            [f"{prompt!r}: {len(remotes)} accepted ({ids}) for {'; '.join(map(str, rows))}"]
            * unexplained
        )


def _check_lost(
    verdict: Verdict,
    wire: WireBooks,
    rows: list[Row],
    remotes: list[QueuedGeneration],
    prompt: str,
) -> None:
    held = {row.oxen_id for row in rows}
    known = {remote.id for remote in remotes}
    succeeded = {remote.id for remote in remotes if remote.status is RemoteStatus.SUCCEEDED}
    unclaimed = succeeded - held
    for row in rows:
        if row.state == "delivered":
            if not _results(wire, row) and row.posted_message_id != 0:
                verdict.lost.append(f"delivered, but there is no post: {row}")
            continue
        accepted = row.oxen_id in known or bool(unclaimed)
        if accepted and not _reason_readable(wire, row):
            verdict.lost.append(f"no reason to be read: {row}; {_card(wire, row)}")
        elif row.state == "cancelled" and row.oxen_id in succeeded:
            verdict.lost.append(f"made at Oxen, yet cancelled: {row}")
    if unclaimed and not rows:
        verdict.lost.append(f"{prompt!r}: accepted, but no row knows of it")


def _results(wire: WireBooks, row: Row) -> list[WireMessage]:
    """The posts of a generation, wherever and however: each has its Delete button."""
    return wire.bearing(f"clap:more:{row.id}")


def _reason_readable(wire: WireBooks, row: Row) -> bool:
    card = wire.messages.get(row.placeholder_message_id or 0)
    if card is not None and not card.deleted and not card.loading and _REASON in card.words():
        return True
    # A message of its own is as good, where it is about this request.
    return any(
        _REASON in message.words() and row.prompt in message.words() for message in wire.visible()
    )


def _card(wire: WireBooks, row: Row) -> str:
    card = wire.messages.get(row.placeholder_message_id or 0)
    if card is None:
        return "it has no card"
    return f"its card (deleted {card.deleted}, thinking {card.loading}) says {card.words()!r}"


def _shown(messages: list[WireMessage]) -> str:
    return ", ".join(
        f"{m.id} (channel {m.channel_id}, nonce {m.nonce}, deleted {m.deleted})" for m in messages
    )
