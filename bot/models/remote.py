"""Generations as Oxen tells of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class RemoteStatus(StrEnum):
    """Oxen's statuses; the last three are final."""

    QUEUED = "queued"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class RemoteGeneration:
    """One generation in Oxen's queue."""

    oxen_id: str
    status: RemoteStatus
    model: str = ""
    prompt: str | None = None
    result_url: str | None = None
    """Presigned and short-lived: never logged, never stored."""
    error_message: str | None = None
    enqueued_at_s: int | None = None
    started_at_s: int | None = None
    completed_at_s: int | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Everything that came back, the request's own parameters among it."""


@dataclass(frozen=True, slots=True)
class RemoteListing:
    """One answer of the list endpoint."""

    generations: tuple[RemoteGeneration, ...]
    is_complete: bool
    """Whether it holds as many as Oxen counts. From one that does not, absence proves nothing."""


@dataclass(frozen=True, slots=True)
class StreamConnected:
    """The event stream is open: what fires from now on will be heard, what fired before was not."""


@dataclass(frozen=True, slots=True)
class GenerationFinished:
    """An event says that a generation ended.

    A hint: a link is worth following, as what it leads to must be a whole video. Everything else is
    believed only from Oxen's answer to a GET.
    """

    oxen_id: str
    status: RemoteStatus
    """``succeeded`` or ``failed``; a cancelled generation sends no event."""
    result_url: str | None = field(default=None, repr=False)
    """With ``succeeded``. Presigned and short-lived: never logged, never stored."""


StreamEvent = StreamConnected | GenerationFinished
