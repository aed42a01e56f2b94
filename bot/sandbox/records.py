"""A generation as the sandbox keeps it, and as Oxen tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from bot.models.remote import RemoteStatus
from bot.sandbox.options import ResultShape

ACTIVE = frozenset({RemoteStatus.QUEUED, RemoteStatus.PROCESSING})
_NOT_PARAMETERS = frozenset({"model", "num_generations", "target_namespace"})


@dataclass(frozen=True, slots=True)
class QueuedGeneration:
    """One generation in the sandbox's queue."""

    id: str
    model: str
    media_type: str
    namespace: str
    parameters: Mapping[str, Any] = field(hash=False)
    """What the request said beside model, number and namespace."""
    enqueued_at_ms: int
    synchronous: bool = False
    """Made by the synchronous endpoint: billed, but neither listed nor told of in events."""
    status: RemoteStatus = RemoteStatus.QUEUED
    started_at_ms: int | None = None
    completed_at_ms: int | None = None
    error: str | None = None
    billed_microusd: int = 0
    forgotten: bool = False
    """The sandbox pretends not to know it; the books still do."""
    stuck: bool = False
    """It never finishes by itself."""

    @property
    def is_active(self) -> bool:
        """Whether it may still change."""
        return self.status in ACTIVE

    def as_journal(self) -> dict[str, Any]:
        """Everything, for the journal."""
        return asdict(self)

    @classmethod
    def from_journal(cls, entry: Mapping[str, Any]) -> Self:
        """Read what ``as_journal`` wrote."""
        return cls(**{**entry, "status": RemoteStatus(entry["status"])})

    def as_json(self, result_url: str | None, shape: ResultShape) -> dict[str, Any]:
        """The generation as the queue's endpoints show it."""
        shown = {
            **self.parameters,
            "generation_id": self.id,
            "model_name": self.model,
            "prompt": self.parameters.get("prompt"),
            "media_type": self.media_type,
            "status": self.status.value,
            "result_url": None,
            "error_message": self.error,
            "enqueued_at": self.enqueued_at_ms // 1000,
            "started_at": _seconds(self.started_at_ms),
            "completed_at": _seconds(self.completed_at_ms),
        }
        if result_url is None:
            return shown
        link = {"url": result_url}
        finished: dict[ResultShape, dict[str, Any]] = {
            ResultShape.RESULT_URL: {"result_url": result_url},
            ResultShape.VIDEOS: {"videos": [link]},
            ResultShape.VIDEO: {"video": link},
            ResultShape.RESULT: {"result": link},
        }
        return shown | finished[shape]


def own_parameters(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The part of an enqueue's body that is the model's."""
    return {key: value for key, value in payload.items() if key not in _NOT_PARAMETERS}


def _seconds(at_ms: int | None) -> int | None:
    return None if at_ms is None else at_ms // 1000
