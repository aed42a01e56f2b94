"""The models as they were last heard of, kept in Oxen's own shape over restarts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Protocol

import structlog

from bot.errors import OxenProtocolError
from bot.models.video_model import VideoModel
from bot.oxen import catalogue

_log = structlog.get_logger(__name__)

_KEY = "oxen.models"


class Facts(Protocol):
    """Small things to remember between starts. Raises ``StoreError``."""

    async def get(self, key: str) -> str | None:
        """The text under a key."""
        ...

    async def put(self, key: str, value: str) -> None:
        """Remember a text."""
        ...


class RememberedModels:
    """Keeps the services' ``ModelMemory``."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    async def remembered(self) -> tuple[VideoModel, ...]:
        """The models last remembered; none where nothing readable is kept."""
        kept = await self._facts.get(_KEY)
        if kept is None:
            return ()
        try:
            return catalogue.video_models(json.loads(kept))
        except (ValueError, OxenProtocolError):
            _log.warning("models.memory_unreadable")
            return ()

    async def remember(self, models: Sequence[VideoModel]) -> None:
        """Keep these, in place of what was kept."""
        rows = [catalogue.as_json(model) for model in models]
        await self._facts.put(_KEY, json.dumps(rows, separators=(",", ":")))
