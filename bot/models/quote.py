"""What a video would cost, told before it is begun."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.models.draft import Draft
from bot.models.quota import QuotaLimits, Usage


class Confirm(StrEnum):
    """When a person is asked before money is spent."""

    ALWAYS = "always"
    ABOVE = "above"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class QuotePolicy:
    """When a person is asked, as the operator decided."""

    confirm: Confirm
    above_microusd: int
    """For ``ABOVE``: what all takes together may cost without a question."""

    def asks(self, total_microusd: int | None) -> bool:
        """Whether to ask before spending this; a price that is not known counts as high."""
        if self.confirm is not Confirm.ABOVE:
            return self.confirm is Confirm.ALWAYS
        return total_microusd is None or total_microusd > self.above_microusd


@dataclass(frozen=True, slots=True)
class Quote:
    """A draft with all that a person wants to know before saying yes."""

    draft_id: int
    draft: Draft
    """Tidy: as it would be asked for."""
    price_microusd: int | None
    """Of one take; ``None`` where it is not known."""
    limits: QuotaLimits
    usage: Usage
    """As it is now, without this draft."""
    over_quota: str | None
    """Why the quota does not admit it, in words for the person."""
    typical_ms: int
    """How long such a video usually takes."""

    @property
    def total_microusd(self) -> int | None:
        """Price of all takes."""
        return None if self.price_microusd is None else self.price_microusd * self.draft.takes
