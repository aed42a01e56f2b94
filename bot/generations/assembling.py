"""The wiring of a generation's life: adapters in, a whole engine and its service out.

The application, the tests and the simulation all build here; they differ in their adapters only.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.generations.addresses import PayloadBuilder
from bot.generations.board import ProgressBoard
from bot.generations.collector import Collector, CollectorLimits
from bot.generations.deliverer import Deliverer
from bot.generations.engine import Engine, EngineParts
from bot.generations.forecast import UNKNOWN_RENDER_MS, Forecast
from bot.generations.gate import OxenGate
from bot.generations.listener import Listener
from bot.generations.model_book import ModelBook
from bot.generations.ports import (
    GenerationStore,
    OxenEvents,
    OxenQueue,
    Placeholders,
    ReferenceAddresses,
    ResultPosts,
    VideoLibrary,
    WireFormat,
)
from bot.generations.reaper import LONGEST_LIFE_MS, Reaper
from bot.generations.service import EngineSignals, GenerationService
from bot.generations.submitter import Submitter, SubmitterSignals
from bot.generations.sweeper import Sweeper, SweeperSignals
from bot.models.clock import Clock
from bot.quotas.service import QuotaService


@dataclass(frozen=True, slots=True)
class Adapters:
    """Everything outside that generations need. Each is closed by whoever brings it."""

    store: GenerationStore
    queue: OxenQueue
    events: OxenEvents
    wire: WireFormat
    addresses: ReferenceAddresses
    library: VideoLibrary
    placeholders: Placeholders
    posts: ResultPosts
    models: ModelBook
    """Built before the rest, since cards ask it for the names of models."""
    clock: Clock
    monotonic: Callable[[], float] = time.monotonic
    """Seconds that never jump, for what must not trust a clock that may be set."""
    jitter: Callable[[], float] = random.random
    """From 0 to 1, so that retries do not come in step."""


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """What the operator decides about the engine."""

    max_in_flight: int
    """Generations at Oxen at a time."""
    render_deadline_ms: int
    max_result_bytes: int
    sweep_interval_s: float
    settle_s: float
    """How long a POST without an answer may stay unseen before it is tried again."""
    longest_life_ms: int = LONGEST_LIFE_MS
    """When a generation ends one way or the other."""
    unmeasured_render_ms: int = UNKNOWN_RENDER_MS
    """How long a video is said to take as long as none was measured."""


def assembled_engine(outside: Adapters, limits: EngineLimits) -> Engine:
    """Build the workers and tell each whom to call; ``start`` begins their work."""
    store, queue, wire, clock = outside.store, outside.queue, outside.wire, outside.clock
    engine = Engine(store)
    gate = OxenGate(on_change=engine.line_moved, monotonic=outside.monotonic, jitter=outside.jitter)
    listener = Listener(store, outside.events, finished=engine.heard, connected=engine.sweep)
    submitter = Submitter(
        store,
        queue,
        PayloadBuilder(outside.addresses, wire, form=outside.models.form),
        wire,
        gate=gate,
        stream_open=listener.stream_open,
        signals=SubmitterSignals(
            changed=engine.changed, accepted=engine.accepted, ambiguous=engine.sweep
        ),
        clock=clock,
        max_in_flight=limits.max_in_flight,
        monotonic=outside.monotonic,
    )
    collector = Collector(
        store,
        queue,
        outside.library,
        changed=engine.changed,
        clock=clock,
        limits=CollectorLimits(
            render_deadline_ms=limits.render_deadline_ms,
            max_result_bytes=limits.max_result_bytes,
        ),
        monotonic=outside.monotonic,
    )
    sweeper = Sweeper(
        store,
        queue,
        wire,
        is_posting=submitter.is_posting,
        signals=SweeperSignals(
            listed=collector.listed,
            finished=collector.finished,
            changed=engine.changed,
            adopted=listener.accepted,
            heard=gate.swept,
            waiting=submitter.wake,
        ),
        clock=clock,
        interval_s=limits.sweep_interval_s,
        settle_s=limits.settle_s,
        monotonic=outside.monotonic,
    )
    board = ProgressBoard(
        store,
        outside.placeholders,
        Forecast(store, unmeasured_ms=limits.unmeasured_render_ms),
        oxen_away=lambda: gate.is_away,
        hurried=submitter.has_more,
        clock=clock,
    )
    deliverer = Deliverer(
        store,
        outside.library,
        outside.posts,
        changed=engine.changed,
        refetch=collector.finished,
        card=board.card,
        clock=clock,
        monotonic=outside.monotonic,
    )
    engine.assemble(
        EngineParts(
            submitter=submitter,
            gate=gate,
            listener=listener,
            sweeper=sweeper,
            collector=collector,
            deliverer=deliverer,
            board=board,
            models=outside.models,
            reaper=Reaper(
                store,
                changed=engine.changed,
                clock=clock,
                monotonic=outside.monotonic,
                longest_life_ms=limits.longest_life_ms,
            ),
        )
    )
    return engine


def assembled_service(
    outside: Adapters, engine: Engine, *, quotas: QuotaService
) -> GenerationService:
    """Build what commands call, on the engine that does the work."""
    return GenerationService(
        outside.store,
        outside.queue,
        outside.posts,
        payloads=PayloadBuilder(outside.addresses, outside.wire, form=outside.models.form),
        wire=outside.wire,
        quotas=quotas,
        models=outside.models,
        signals=EngineSignals(
            reserved=engine.reserved, changed=engine.changed, cancel_asked=engine.cancel_asked
        ),
        clock=outside.clock,
    )
