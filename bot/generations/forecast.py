"""When a video is expected, from how long recent ones like it took."""

from __future__ import annotations

from statistics import median

from bot.generations.ports import GenerationStore
from bot.models.generation import Generation, GenerationState, RequestWithTakes

_LATEST = 20
UNKNOWN_RENDER_MS = 180_000
"""Before anything was measured: video models take 1 to 15 minutes, most of them about 3."""
_STEP_MS = 1_000


class Forecast:
    """Predicts from the medians of recent generations of the same model and length."""

    def __init__(self, store: GenerationStore, *, unmeasured_ms: int = UNKNOWN_RENDER_MS) -> None:
        self._store = store
        self._unmeasured_ms = unmeasured_ms

    async def expected_at_ms(self, asked: RequestWithTakes) -> int | None:
        """When the last take that Oxen is rendering should be there; ``None`` if none is."""
        rendering = [g for g in asked.generations if g.state is GenerationState.RENDERING]
        if not rendering:
            return None
        settings = asked.request.settings
        typical_ms = await self.typical_ms(settings.model, settings.duration_s)
        return max(_accepted_ms(g) for g in rendering) + typical_ms

    async def typical_ms(self, model: str, duration_s: int) -> int:
        """How long a video of this length usually takes, from Oxen's yes to the result."""
        recent = await self._store.recent_render_ms(model, duration_s, _LATEST)
        return max(_STEP_MS, int(median(recent))) if recent else self._unmeasured_ms


def _accepted_ms(generation: Generation) -> int:
    return generation.accepted_at_ms or generation.state_since_ms
