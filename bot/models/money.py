"""Money as whole micro-dollars; floats never enter."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

MICROUSD_PER_USD = 1_000_000


def microusd_from_usd(amount: str | float | Decimal) -> int:
    """Convert an amount in dollars, as Oxen's JSON or a configuration carries it, to micro-dollars.

    A float is read by its shortest decimal form, so that 0.224 is exactly 224,000.
    """
    exact = amount if isinstance(amount, Decimal) else Decimal(str(amount))
    return int((exact * MICROUSD_PER_USD).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def format_usd(microusd: int) -> str:
    """Render for people: ``$1.34``; under a cent, with the digits that tell it from zero."""
    dollars = Decimal(microusd) / MICROUSD_PER_USD
    if microusd and abs(dollars) < Decimal("0.01"):
        return f"${dollars.normalize():f}"
    return f"${dollars.quantize(Decimal('0.01'), rounding=ROUND_HALF_UP)}"
