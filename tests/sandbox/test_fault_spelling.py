"""Faults as the command line writes them, and when they strike."""

import pytest

from bot.sandbox.faults import FAULT_KINDS, Fault, Faults, FaultSpellingError, parse_fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("drop-stream", Fault("drop-stream")),
        ("drop-stream=always", Fault("drop-stream")),
        ("lost-event=3", Fault("lost-event", times=3)),
        ("lost-event=0.25", Fault("lost-event", probability=0.25)),
        ("lost-event=25%", Fault("lost-event", probability=0.25)),
        ("429=2:30", Fault("429", times=2, detail="30")),
        ("429@enqueue:30", Fault("429", route="enqueue", detail="30")),
        ("error-500@list=10%", Fault("error-500", route="list", probability=0.1)),
        ("fail-generation:No: a=b @ c", Fault("fail-generation", detail="No: a=b @ c")),
    ],
)
def test_a_fault_is_read_from_the_command_line(text: str, fault: Fault) -> None:
    assert parse_fault(text) == fault


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("drop-streams", "'drop-stream'"),
        ("lost-evnt=2", "'lost-event'"),
        ("error-500@enque", "'enqueue'"),
        ("zzz", "known are drop-stream"),
        ("", "KIND"),
        ("lost-event=often", "20%"),
        ("lost-event=150%", "0 to 1"),
        ("lost-event=-1", "0 to 1"),
        ("lost-event=nan", "0 to 1"),
        ("slow-download:long", "number"),
        ("huge-event:-1", "number"),
        ("429:inf", "number"),
    ],
)
def test_a_mistake_is_answered_with_a_remedy(text: str, remedy: str) -> None:
    with pytest.raises(FaultSpellingError, match=remedy):
        parse_fault(text)


def test_every_kind_is_described() -> None:
    assert all(FAULT_KINDS.values())


def test_a_fault_strikes_as_often_as_it_was_armed_for() -> None:
    faults = Faults([Fault("lost-event", times=2)])

    struck = [faults.strike("lost-event") is not None for _ in range(4)]

    assert struck == [True, True, False, False]
    assert faults.struck["lost-event"] == 2


def test_chance_is_reproducible_and_about_right() -> None:
    def run() -> list[bool]:
        faults = Faults([Fault("lost-event", probability=0.3)], seed=5)
        return [faults.strike("lost-event") is not None for _ in range(1_000)]

    assert run() == run()
    assert 250 < sum(run()) < 350


def test_a_fault_can_be_taken_back() -> None:
    faults = Faults([Fault("lost-event"), Fault("429")])

    faults.disarm("429")
    assert faults.strike("429", "list") is None
    assert faults.strike("lost-event")

    faults.disarm()
    assert faults.strike("lost-event") is None
