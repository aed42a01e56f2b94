from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models.money import format_usd, microusd_from_usd


@pytest.mark.parametrize(
    ("amount", "microusd"),
    [(0.224, 224_000), ("0.070", 70_000), (Decimal("1.344"), 1_344_000), (0.1 + 0.2, 300_000)],
)
def test_dollars_become_whole_micro_dollars(amount: str | float | Decimal, microusd: int) -> None:
    assert microusd_from_usd(amount) == microusd


@given(microusd=st.integers(0, 10**12))
def test_nothing_is_lost_on_the_way_through_a_decimal(microusd: int) -> None:
    assert microusd_from_usd(Decimal(microusd) / 1_000_000) == microusd


@pytest.mark.parametrize(
    ("microusd", "words"),
    [
        (0, "$0.00"),
        (1_344_000, "$1.34"),
        (1_345_000, "$1.35"),
        (224_000, "$0.22"),
        (10_000, "$0.01"),
        (4_000, "$0.004"),
        (1, "$0.000001"),
        (12_000_000, "$12.00"),
    ],
)
def test_money_reads_as_dollars_and_never_as_nothing_when_it_is_something(
    microusd: int, words: str
) -> None:
    assert format_usd(microusd) == words
