from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.models.generation import Shot
from bot.ui import figures
from bot.ui.prompts import quoted
from tests.ui.cards import PROMPTS, SETTINGS, alive


def board(*shots: Shot) -> str:
    return quoted(replace(SETTINGS, prompt="", shots=shots))


def test_a_storyboard_is_quoted_shot_by_shot() -> None:
    assert board(Shot("a fox wakes", 4), Shot("it yawns", 5)).splitlines() == [
        "> **Shot 1** · 4 s · a fox wakes",
        "> **Shot 2** · 5 s · it yawns",
    ]


def test_many_shots_are_counted_rather_than_shown() -> None:
    lines = board(*(Shot("x" * 512, 1) for _ in range(15))).splitlines()
    assert len(lines) == 7
    assert lines[-1] == "> and 9 shots more"
    assert max(map(len, lines)) < 100


@given(st.lists(st.builds(Shot, PROMPTS, st.integers(1, 15)), min_size=1, max_size=15))
def test_nothing_typed_leaves_its_line(shots: list[Shot]) -> None:
    lines = board(*shots).splitlines()
    assert len(lines) == min(len(shots), 6) + (len(shots) > 6)
    for line in lines[: min(len(shots), 6)]:
        typed = line.split(figures.DOT, 2)[2]
        assert alive(typed) == []


def test_the_small_print_counts_the_shots() -> None:
    settings = replace(SETTINGS, shots=(Shot("a", 2), Shot("b", 4)))
    assert figures.small_print(settings, None, model_name="Kling")[:3] == (
        "Kling",
        "2 shots",
        "6 s",
    )
