"""What is known of the models: names for people and prices, refreshed in the background."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.errors import OxenError
from bot.generations.ports import OxenModels
from bot.models.generation import VideoSettings
from bot.models.kling import KLING_FORM, KLING_O3_PRO
from bot.models.model_form import ModelForm
from bot.models.video_model import Pricing, VideoModel

_log = structlog.get_logger(__name__)

_REFRESH_S = 3_600.0
_RETRY_S = 60.0


class ModelBook:
    """Answers at once from what was last heard; never makes a command wait for Oxen."""

    def __init__(self, models: OxenModels, wanted: Sequence[str]) -> None:
        self._models = models
        self._wanted = tuple(wanted)
        self._known: dict[str, VideoModel] = {KLING_O3_PRO.id: KLING_O3_PRO}

    def display_name(self, model_id: str) -> str:
        """The name that people read: without what all models here have in common."""
        known = self._known.get(model_id)
        if model_id == KLING_O3_PRO.id:
            return KLING_O3_PRO.display_name
        return known.display_name if known else model_id

    def form(self, model_id: str) -> ModelForm:
        """What a model takes, as far as it is known."""
        known = self._known.get(model_id)
        return (known.form if known else None) or KLING_FORM

    def pricing(self, model_id: str) -> Pricing | None:
        """What a model costs, where it is known."""
        known = self._known.get(model_id)
        return known.pricing if known else None

    def price_microusd(self, settings: VideoSettings) -> int | None:
        """Price of one take, or ``None`` where it is not known."""
        pricing = self.pricing(settings.model)
        if pricing is None:
            return None
        return pricing.price_microusd(settings.duration_s, audio=settings.audio)

    async def run(self) -> None:
        """Refresh for ever."""
        while True:
            pause_s = _REFRESH_S if await self.refresh() else _RETRY_S
            await asyncio.sleep(pause_s)

    async def refresh(self) -> bool:
        """Ask Oxen for the models in use; whether every one was told."""
        complete = True
        for model_id in self._wanted:
            try:
                model = await self._models.model(model_id)
            except OxenError as error:
                _log.warning("models.not_told", model=model_id, error=type(error).__name__)
                complete = False
                continue
            before = self._known.get(model_id)
            if model.pricing is None and before is not None:
                model = replace(model, pricing=before.pricing)
            if before is not None and before.pricing != model.pricing:
                _log.info("models.price_changed", model=model_id)
            self._known[model_id] = model
        return complete
