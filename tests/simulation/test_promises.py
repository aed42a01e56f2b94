"""Thousands of random schedules; see ``python -m tests.simulation --help`` for the long form."""

from __future__ import annotations

import pytest

from tests.simulation.__main__ import play

_PORTION = 100


@pytest.mark.parametrize("first", range(0, 2_000, _PORTION))
def test_every_promise_holds_under_random_faults_and_kills(first: int) -> None:
    assert play(first, _PORTION) == []
