"""The verdict notices each broken promise: books that are wrong in one place each."""

from dataclasses import replace

import pytest

from bot.models.remote import RemoteStatus
from bot.sandbox.records import QueuedGeneration
from tests.chaos.database_books import DatabaseBooks, Row
from tests.chaos.verdict import Verdict, judge
from tests.chaos.wire_books import WireBooks, WireMessage

DELIVERED = Row(
    id=7,
    request_id=3,
    prompt="a walk",
    state="delivered",
    oxen_id="first",
    attempts=1,
    posted_message_id=20,
    failure="",
    placeholder_message_id=10,
    is_free=False,
    entries=("capture", "reserve"),
)
FAILED = replace(
    DELIVERED,
    state="failed",
    failure="refused",
    posted_message_id=None,
    entries=("release", "reserve"),
)


def message(message_id: int, *, words: str = "", delete: int | None = None) -> WireMessage:
    items = [{"type": 10, "content": words}]
    if delete is not None:
        items.append({"type": 2, "custom_id": f"clap:more:{delete}"})
    return WireMessage(message_id, 1, 2, 0.0, components=[{"type": 17, "components": items}])


def remote(oxen_id: str, status: RemoteStatus = RemoteStatus.SUCCEEDED) -> QueuedGeneration:
    return QueuedGeneration(oxen_id, "m", "video", "n", {"prompt": "a walk"}, 0, status=status)


def verdict(
    row: Row, messages: list[WireMessage], remotes: list[QueuedGeneration], *orphans: str
) -> Verdict:
    wire = WireBooks()
    wire.messages = {one.id: one for one in messages}
    return judge(DatabaseBooks((row,), frozenset(), frozenset(orphans), 0), wire, remotes, kills=1)


CARD, POST = message(10, words="Done"), message(20, delete=7)
TOLD = message(10, words="It failed. Nothing was charged.")
REMOTE = remote("first")


def test_books_that_agree_are_good() -> None:
    assert verdict(DELIVERED, [CARD, POST], [REMOTE]).is_good
    assert verdict(FAILED, [TOLD], [remote("first", RemoteStatus.FAILED)]).is_good


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("posted_twice", verdict(DELIVERED, [CARD, POST, message(21, delete=7)], [REMOTE])),
        ("lost", verdict(DELIVERED, [CARD], [REMOTE])),
        ("lost", verdict(FAILED, [CARD], [REMOTE])),
        ("lost", verdict(FAILED, [], [REMOTE])),
        ("lost", verdict(replace(FAILED, state="cancelled"), [TOLD], [REMOTE])),
        ("lost", verdict(replace(FAILED, oxen_id=None), [CARD], [REMOTE])),
        ("paid_twice", verdict(DELIVERED, [CARD, POST], [REMOTE, remote("second")])),
        (
            "paid_twice",
            verdict(replace(DELIVERED, attempts=2), [CARD, POST], [REMOTE, remote("second")]),
        ),
        (
            "ledger_errors",
            verdict(replace(DELIVERED, entries=("reserve",)), [CARD, POST], [REMOTE]),
        ),
        (
            "ledger_errors",
            verdict(replace(FAILED, entries=("capture", "reserve")), [TOLD], [REMOTE]),
        ),
        ("ledger_errors", verdict(replace(DELIVERED, is_free=True), [CARD, POST], [REMOTE])),
        (
            "ledger_errors",
            verdict(
                replace(DELIVERED, state="posting", entries=("reserve",)), [TOLD, POST], [REMOTE]
            ),
        ),
    ],
)
def test_one_broken_promise_is_counted_once_and_told(name: str, found: Verdict) -> None:
    (told,) = found.account()
    assert told.startswith(f"{name}: ")
    assert "a walk" in told
    assert f'"{name}": 1' in found.line()


def test_a_second_try_is_allowed_where_the_first_is_on_record_as_an_orphan() -> None:
    twice = replace(DELIVERED, attempts=2, oxen_id="second")

    assert verdict(twice, [CARD, POST], [REMOTE, remote("second")], "first").is_good
