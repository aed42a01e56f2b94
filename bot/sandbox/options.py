"""What can be chosen about a sandbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from bot.media.animatic import AnimaticRequest
from bot.models.clock import Clock, system_clock
from bot.sandbox.faults import Fault

Renderer: TypeAlias = Callable[[AnimaticRequest, Path], None]
"""Writes the video of a request into a file; synchronous, called in a thread."""


class ResultShape(StrEnum):
    """Where a finished generation carries its link; clients should read any of them."""

    RESULT_URL = "result_url"
    VIDEOS = "videos"
    VIDEO = "video"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """How a sandbox behaves. The defaults are an Oxen that is quick and in good health."""

    render_seconds: float | None = 5.0
    """From acceptance to the result; ``None``: only when a test says so (``Sandbox.finish``)."""
    queued_share: float = 0.2
    """Part of ``render_seconds`` that a generation waits in ``queued``."""
    credits_microusd: int | None = None
    """What there is to spend, in micro-dollars; ``None`` is without end."""
    api_key: str | None = field(default=None, repr=False)
    """The one key that is accepted; ``None`` accepts any key that is not empty."""
    user_name: str = "sandbox"
    """The account's own namespace."""
    folder: Path | None = None
    """Where generations and files outlive a restart; ``None`` keeps nothing."""
    keep_alive_seconds: float = 15.0
    """Silence on the event stream before a comment is sent; 15 s is Oxen's own."""
    link_lifetime_seconds: int = 900
    """How long a result link is good. Oxen does not publish its own figure."""
    clock: Clock = system_clock
    """Tells time stamps and the expiry of links; latencies run on the event loop's own time."""
    renderer: Renderer | None = None
    """``None`` renders animatics in processes of their own."""
    render_workers: int = 1
    """Renderings at the same time."""
    faults: tuple[Fault, ...] = ()
    seed: int = 0
    """Seeds the chance by which faults strike."""
    foreign_events: bool = True
    """Whether events of other kinds are mixed into the stream, as on the real one."""
    redirect_results: bool = False
    """Whether result links lead on to another origin, as storage behind an API does."""
    first_status: str = "queued"
    """What the answer to an enqueue says; ``processing`` in older answers."""
    result_shape: ResultShape = ResultShape.RESULT_URL
    bill_unfinished: bool = False
    """Whether failed and cancelled generations cost what they would have; Oxen does not say."""
