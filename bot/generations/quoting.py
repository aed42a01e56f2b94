"""Quotes: what a draft costs, what it leaves of the quota, how long it takes."""

from __future__ import annotations

from dataclasses import replace

from bot.errors import QuotaExceededError
from bot.generations.forecast import Forecast
from bot.generations.model_book import ModelBook
from bot.generations.rules import tidy
from bot.models.draft import Draft
from bot.models.generation import VideoSettings
from bot.models.quote import Quote, QuotePolicy
from bot.quotas.service import QuotaService


class QuoteService:
    """Decides whether to ask before spending, and tells what would be spent."""

    def __init__(
        self,
        models: ModelBook,
        quotas: QuotaService,
        forecast: Forecast,
        *,
        policy: QuotePolicy,
    ) -> None:
        self._models = models
        self._quotas = quotas
        self._forecast = forecast
        self._policy = policy

    def total_microusd(self, settings: VideoSettings, *, takes: int) -> int | None:
        """Price of all takes, ``None`` where it is not known; no I/O."""
        price = self._models.price_microusd(tidy(settings))
        return None if price is None else price * takes

    def asks(self, settings: VideoSettings, *, takes: int) -> bool:
        """Whether the person is to confirm the price first; no I/O."""
        return self._policy.asks(self.total_microusd(settings, takes=takes))

    async def quote(self, draft_id: int, draft: Draft) -> Quote:
        """Everything about a draft that a person wants to know before saying yes."""
        settings = tidy(draft.settings)
        status = await self._quotas.status(draft.user_id)
        over_quota = None
        try:
            self._quotas.check(takes=draft.takes, duration_s=settings.duration_s)(status.usage)
        except QuotaExceededError as error:
            over_quota = str(error)
        return Quote(
            draft_id=draft_id,
            draft=replace(draft, settings=settings),
            price_microusd=self._models.price_microusd(settings),
            limits=status.limits,
            usage=status.usage,
            over_quota=over_quota,
            typical_ms=await self._forecast.typical_ms(settings.model, settings.duration_s),
        )
