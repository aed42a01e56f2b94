"""The verdict notices each broken promise: books that are wrong in one place each."""

from dataclasses import replace

import pytest

from bot.models.remote import RemoteStatus
from bot.sandbox.records import QueuedGeneration
from tests.chaos.campaign import Plan
from tests.chaos.database_books import DatabaseBooks, Row
from tests.chaos.run import is_enough
from tests.chaos.verdict import Verdict, check_commands, judge
from tests.chaos.wire_books import WireBooks, WireFile, WireInteraction, WireMessage

DELIVERED = Row(
    id=7,
    request_id=3,
    prompt="a walk",
    state="delivered",
    oxen_id="first",
    attempts=1,
    posted_message_id=20,
    failure_kind="",
    failure_detail="",
    placeholder_message_id=10,
    is_free=False,
    entries=("capture", "reserve"),
)
FAILED = replace(
    DELIVERED,
    state="failed",
    failure_kind="refused",
    posted_message_id=None,
    entries=("release", "reserve"),
)
CANCELLED = replace(FAILED, state="cancelled", failure_kind="")
UNCONFIRMED = replace(FAILED, failure_kind="lost", oxen_id=None)
OTHER_UNCONFIRMED = replace(UNCONFIRMED, id=8)
NOT_TAKEN = replace(FAILED, id=8, failure_kind="not_accepted", oxen_id=None)
"""Another take of the same request, whose POST was answered with a refusal."""


def message(message_id: int, *, words: str = "", button: str | None = None) -> WireMessage:
    items = [{"type": 10, "content": words}]
    if button is not None:
        items.append({"type": 2, "custom_id": button})
    return WireMessage(message_id, 1, 2, 0.0, components=[{"type": 17, "components": items}])


def bare_post(message_id: int, *, words: str = "") -> WireMessage:
    """A result's card without its video."""
    return message(message_id, words=words, button="clap:more:7")


def post(message_id: int, *, size_bytes: int = 9, shown: bool = True) -> WireMessage:
    made = bare_post(message_id)
    url = "attachment://clapperboard-7.mp4"
    made.files = [WireFile(1, "clapperboard-7.mp4", "video/mp4", size_bytes, url)]
    if shown:
        made.components.append({"type": 12, "items": [{"media": {"url": url}}]})
    return made


def with_link(message_id: int) -> WireMessage:
    made = bare_post(message_id, words="The video does not fit here. Original fetches a link.")
    made.components.append({"type": 2, "custom_id": "clap:original:7"})
    return made


def gone(made: WireMessage) -> WireMessage:
    made.deleted = True
    return made


def remote(oxen_id: str, status: RemoteStatus = RemoteStatus.SUCCEEDED) -> QueuedGeneration:
    return QueuedGeneration(oxen_id, "m", "video", "n", {"prompt": "a walk"}, 0, status=status)


def verdict(
    row: Row,
    messages: list[WireMessage],
    remotes: list[QueuedGeneration],
    *others: Row,
    orphans: tuple[str, ...] = (),
    taken_away: tuple[int, ...] = (),
) -> Verdict:
    wire = WireBooks()
    wire.messages = {one.id: one for one in messages}
    for message_id in taken_away:
        wire.take_away(message_id)
    return judge(DatabaseBooks((row, *others), frozenset(orphans)), wire, remotes, kills=1)


CARD, POST = message(10, words="Done"), post(20)
TOLD = message(10, words="It failed. Nothing was charged.")
BOTH_TOLD = message(10, words="Take 1 is done. Nothing was charged for what was not made.")
REMOTE, SECOND = remote("first"), remote("second")


@pytest.mark.parametrize(
    "found",
    [
        verdict(DELIVERED, [CARD, POST], [REMOTE]),
        verdict(DELIVERED, [CARD, with_link(20)], [REMOTE]),
        verdict(DELIVERED, [CARD, post(20)], [REMOTE], taken_away=(20,)),
        verdict(
            replace(DELIVERED, posted_message_id=0),
            [CARD, post(20)],
            [REMOTE],
            taken_away=(20,),
        ),
        verdict(DELIVERED, [CARD, post(19), POST], [REMOTE], taken_away=(19,)),
        verdict(FAILED, [TOLD], [remote("first", RemoteStatus.FAILED)]),
        verdict(DELIVERED, [BOTH_TOLD, POST], [REMOTE], NOT_TAKEN),
        # The documented second try, where the first one is on record.
        verdict(
            replace(DELIVERED, attempts=2, oxen_id="second"),
            [CARD, POST],
            [REMOTE, SECOND],
            orphans=("first",),
        ),
        # Cancelled before Oxen's answer, which was lost.
        verdict(
            replace(CANCELLED, oxen_id=None),
            [TOLD],
            [remote("first", RemoteStatus.CANCELLED)],
            orphans=("first",),
        ),
    ],
)
def test_books_that_agree_are_good(found: Verdict) -> None:
    assert found.is_good, found.account()


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("posted_twice", verdict(DELIVERED, [CARD, POST, post(21)], [REMOTE])),
        ("lost", verdict(DELIVERED, [CARD], [REMOTE])),
        ("lost", verdict(replace(DELIVERED, posted_message_id=0), [CARD], [REMOTE])),
        ("lost", verdict(DELIVERED, [CARD, bare_post(20)], [REMOTE])),
        ("lost", verdict(DELIVERED, [CARD, post(20, size_bytes=0)], [REMOTE])),
        ("lost", verdict(DELIVERED, [CARD, post(20, shown=False)], [REMOTE])),
        ("lost", verdict(DELIVERED, [CARD, gone(post(20))], [REMOTE])),
        ("lost", verdict(DELIVERED, [CARD, post(21)], [REMOTE])),
        ("lost", verdict(FAILED, [CARD], [REMOTE])),
        ("lost", verdict(FAILED, [], [REMOTE])),
        ("lost", verdict(CANCELLED, [TOLD], [REMOTE])),
        ("lost", verdict(CANCELLED, [CARD], [remote("first", RemoteStatus.CANCELLED)])),
        ("lost", verdict(UNCONFIRMED, [TOLD], [REMOTE])),
        ("lost", verdict(DELIVERED, [CARD, POST], [])),
        # A second take that waits for its video does not hide that one was made for nobody.
        ("lost", verdict(DELIVERED, [BOTH_TOLD, POST], [REMOTE, SECOND], OTHER_UNCONFIRMED)),
        ("paid_twice", verdict(DELIVERED, [CARD, POST], [REMOTE, SECOND])),
        ("paid_twice", verdict(DELIVERED, [CARD, POST], [REMOTE, SECOND], orphans=("second",))),
        ("paid_twice", verdict(replace(DELIVERED, attempts=2), [CARD, POST], [REMOTE, SECOND])),
        # Nor does a take that Oxen refused cover one that was paid twice, on record or not.
        ("paid_twice", verdict(DELIVERED, [BOTH_TOLD, POST], [REMOTE, SECOND], NOT_TAKEN)),
        (
            "paid_twice",
            verdict(DELIVERED, [BOTH_TOLD, POST], [REMOTE, SECOND], NOT_TAKEN, orphans=("second",)),
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
        ("ledger_errors", verdict(FAILED, [TOLD, POST], [REMOTE])),
        (
            "ledger_errors",
            verdict(
                replace(DELIVERED, state="posting", entries=("reserve",)), [TOLD, POST], [REMOTE]
            ),
        ),
        (
            "stale_cards",
            verdict(replace(DELIVERED, is_card_settled=False), [CARD, POST], [REMOTE]),
        ),
        (
            "stale_cards",
            verdict(DELIVERED, [message(10, words="…", button="clap:cancel:3"), POST], [REMOTE]),
        ),
    ],
)
def test_one_broken_promise_is_counted_once_and_told(name: str, found: Verdict) -> None:
    (told,) = found.account()
    assert told.startswith(f"{name}: ")
    assert "a walk" in told
    assert f'"{name}": 1' in found.line()


@pytest.mark.parametrize("name", ["stale_cards", "forgotten", "ended_badly"])
def test_a_program_that_misbehaves_is_not_good_either(name: str) -> None:
    found = verdict(DELIVERED, [CARD, POST], [REMOTE])
    getattr(found, name).append("with 1, 0.5 s after SIGTERM")

    assert not found.is_good
    assert found.account() == [f"{name}: with 1, 0.5 s after SIGTERM"]
    assert f'"{name}": 1' in found.line()


@pytest.mark.parametrize(
    ("answered_at_s", "forgotten", "excused"),
    [(50.0, [], ["a walk"]), (70.0, ["acknowledged, and never written down: a walk"], [])],
)
def test_a_command_that_is_never_written_down_is_forgotten_unless_the_bot_was_killed_then(
    answered_at_s: float, forgotten: list[str], excused: list[str]
) -> None:
    found = verdict(DELIVERED, [CARD, POST], [REMOTE])
    asked = WireInteraction(5, "", 2, 1, 1, 40.0, label="a walk", answered_at_s=answered_at_s)

    known = check_commands(found, [], [asked], last_killed_at_s=60.0, rested_at_s=100.0)

    assert (found.forgotten, known) == (forgotten, excused)


@pytest.mark.parametrize(
    ("kills", "generations", "found_by_search", "missing"),
    [(200, 500, 1, ""), (199, 500, 1, "kills"), (200, 499, 1, "videos"), (200, 500, 0, "search")],
)
def test_a_long_run_is_enough_only_with_all_kills_and_a_search(
    kills: int, generations: int, found_by_search: int, missing: str
) -> None:
    plan = Plan(kills=200, generations=500, seed=1, minutes=55)

    found = Verdict(kills, generations, found_by_search=found_by_search)

    assert is_enough(plan, found) is not bool(missing)


def test_the_line_begins_with_the_counts_of_the_promises() -> None:
    assert (
        verdict(DELIVERED, [CARD, POST], [REMOTE])
        .line()
        .startswith(
            '{"kills": 1, "generations": 1, "lost": 0, "paid_twice": 0, "posted_twice": 0,'
            ' "ledger_errors": 0, '
        )
    )
