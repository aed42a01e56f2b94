from __future__ import annotations

import pytest

from tests.safeguards.table import SAFEGUARDS, Safeguard, first_noticed


@pytest.mark.parametrize("safeguard", SAFEGUARDS, ids=lambda one: one.name)
def test_the_simulation_notices_a_safeguard_that_is_off(
    safeguard: Safeguard, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert first_noticed(safeguard, safeguard.seeds, monkeypatch, off=True)


@pytest.mark.parametrize("safeguard", SAFEGUARDS, ids=lambda one: one.name)
def test_and_finds_nothing_in_the_same_schedules_while_it_is_on(
    safeguard: Safeguard, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert first_noticed(safeguard, safeguard.seeds, monkeypatch, off=False) is None
