from __future__ import annotations

import pytest

from tests.safeguards.table import SAFEGUARDS, Safeguard, first_noticed

_FURTHER_SEEDS = 150


@pytest.mark.parametrize("safeguard", SAFEGUARDS, ids=lambda one: one.name)
def test_the_simulation_notices_a_safeguard_that_is_off(
    safeguard: Safeguard, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A change of the engine shifts what each seed plays: then others are looked through as well.
    seeds = (*safeguard.seeds, *range(_FURTHER_SEEDS))
    assert first_noticed(safeguard, seeds, monkeypatch, off=True)


@pytest.mark.parametrize("safeguard", SAFEGUARDS, ids=lambda one: one.name)
def test_and_finds_nothing_in_the_same_schedules_while_it_is_on(
    safeguard: Safeguard, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert first_noticed(safeguard, safeguard.seeds, monkeypatch, off=False) is None
