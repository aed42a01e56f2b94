from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.generations.gate import OxenGate


@dataclass
class Bench:
    """A gate with a clock and a chance of the test's own."""

    now_s: float = 1_000.0
    chance: float = 1.0
    changes: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gate = OxenGate(
            on_change=lambda: self.changes.append(self.gate.is_away),
            monotonic=lambda: self.now_s,
            jitter=lambda: self.chance,
        )

    def fail_when_open(self) -> float:
        self.now_s += self.gate.remaining_s()
        self.gate.failed()
        return self.gate.remaining_s()


def test_the_pause_doubles_up_to_two_minutes() -> None:
    bench = Bench()

    assert [bench.fail_when_open() for _ in range(8)] == [2, 4, 8, 16, 32, 64, 120, 120]


def test_chance_takes_up_to_half_of_the_pause_away() -> None:
    assert Bench(chance=0.0).fail_when_open() == 1.0


def test_what_oxen_asks_for_is_the_least_pause() -> None:
    bench = Bench()

    bench.gate.failed(retry_after_s=90.0)
    assert bench.gate.remaining_s() == 90.0

    bench.now_s += 90.0
    bench.gate.failed(retry_after_s=0.5)
    assert bench.gate.remaining_s() == 4.0


def test_posts_that_fail_together_are_one_failure() -> None:
    bench = Bench()

    for _ in range(4):
        bench.gate.failed()
    bench.gate.failed(retry_after_s=30.0)

    assert not bench.gate.is_away
    assert bench.gate.remaining_s() == 30.0


def test_a_mad_wish_is_not_granted_however_often_it_is_repeated() -> None:
    bench = Bench()

    for _ in range(2):
        bench.gate.failed(retry_after_s=999_999_999)
        assert bench.gate.remaining_s() == 3_600


def test_the_answer_to_an_earlier_post_does_not_end_a_pause_that_oxen_asked_for() -> None:
    bench = Bench()
    bench.gate.failed(retry_after_s=60)

    bench.gate.succeeded()

    assert bench.gate.remaining_s() == 60


def test_people_are_told_at_the_second_failure_and_once_when_it_is_over() -> None:
    bench = Bench()

    bench.fail_when_open()
    assert bench.changes == []
    bench.fail_when_open()
    bench.fail_when_open()
    assert bench.changes == [True]

    bench.gate.succeeded()
    bench.gate.succeeded()
    assert bench.changes == [True, False]
    assert bench.gate.remaining_s() == 0


def test_a_hiccup_is_not_announced() -> None:
    bench = Bench()

    bench.fail_when_open()
    bench.gate.succeeded()

    assert bench.changes == []
    assert bench.fail_when_open() == 2


@given(
    wishes=st.lists(st.none() | st.floats(0, 1_000), min_size=1, max_size=40),
    chance=st.floats(0, 1),
)
def test_it_is_never_closed_for_longer_than_two_minutes_or_oxens_wish(
    wishes: list[float | None], chance: float
) -> None:
    bench = Bench(chance=chance)
    for wish in wishes:
        bench.now_s += bench.gate.remaining_s()
        bench.gate.failed(retry_after_s=wish)

        assert 0.99 <= bench.gate.remaining_s() <= max(120.0, wish or 0.0) + 1e-6


async def test_an_open_gate_lets_pass_at_once() -> None:
    await Bench().gate.passage()


async def test_a_closed_gate_lets_nobody_pass_before_its_time() -> None:
    bench = Bench(chance=0.0)
    bench.gate.failed()
    passage = asyncio.create_task(bench.gate.passage())
    await asyncio.sleep(0)
    assert not passage.done()

    passage.cancel()
    with pytest.raises(asyncio.CancelledError):
        await passage
    bench.now_s += 1.0
    await bench.gate.passage()
