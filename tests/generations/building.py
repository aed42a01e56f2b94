"""Builds the services as the application does, on what a test brings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.generations.address_book import AddressBook, ReferenceDelivery
from bot.generations.addresses import PayloadBuilder
from bot.generations.board import ProgressBoard
from bot.generations.collector import Collector, CollectorLimits
from bot.generations.deliverer import Deliverer
from bot.generations.engine import Engine, EngineParts
from bot.generations.forecast import Forecast
from bot.generations.gate import OxenGate
from bot.generations.listener import Listener
from bot.generations.model_book import ModelBook
from bot.generations.reaper import Reaper
from bot.generations.service import EngineSignals, GenerationService
from bot.generations.submitter import Submitter, SubmitterSignals
from bot.generations.sweeper import Sweeper, SweeperSignals
from bot.media.picture_library import PictureLibrary
from bot.media.video_library import VideoLibrary
from bot.models.quota import QuotaLimits
from bot.models.video_model import DEFAULT_MODEL
from bot.oxen.calls import RetryPolicy
from bot.oxen.events import EventStream
from bot.oxen.host import OxenHost
from bot.oxen.transport import OxenTransports, Timeouts
from bot.oxen.wire import OxenWire
from bot.quotas.service import QuotaService
from bot.sandbox import Sandbox
from bot.store.database import Database
from bot.store.drafts import SqlDrafts
from bot.store.engines import sqlite_url
from bot.store.generations import SqlGenerationStore
from tests.generations.channel import Channel
from tests.generations.hazard import Hazard
from tests.generations.rig import Choices, Rig, WatchedQueue
from tests.generations.ticking import TestClock

_PATIENT = Timeouts(connect_s=400, read_s=1_200, write_s=4_800, keep_alive_s=1_800)
"""On the hurried loop; see ``tests.generations.hurry``."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What outlives the bot."""

    sandbox: Sandbox
    channel: Channel
    clock: TestClock
    folder: Path


@dataclass(frozen=True, slots=True)
class _Outside:
    database: Database
    library: VideoLibrary
    pictures: PictureLibrary
    transports: OxenTransports


@asynccontextmanager
async def rigged(
    around: Surroundings, choices: Choices | None = None, hazard: Hazard | None = None
) -> AsyncIterator[Rig]:
    """Build the services, and stop them at the end; the engine is started by the test."""
    folder = around.folder
    database = Database(sqlite_url(folder))
    await database.open()
    library = VideoLibrary(folder / "videos")
    await library.sweep_leftovers()
    pictures = PictureLibrary(folder / "pictures")
    async with OxenTransports(timeouts=_PATIENT) as transports:
        outside = _Outside(database, library, pictures, transports)
        rig = _built(around, outside, choices or Choices(), hazard or Hazard(0, after=False))
        try:
            yield rig
        finally:
            await rig.engine.stop()
            await database.close()
            await library.close()
            pictures.close()


def _built(around: Surroundings, outside: _Outside, chosen: Choices, hazard: Hazard) -> Rig:
    clock, transports = around.clock, outside.transports
    monotonic = asyncio.get_running_loop().time
    real_store = SqlGenerationStore(outside.database)
    store = hazard.over(real_store)
    places = hazard.over(around.channel)
    engine = Engine(store)
    host = OxenHost(around.sandbox.base_url, "key-of-the-test")
    real_queue = WatchedQueue(
        transports, host, clock=clock, retry=RetryPolicy(attempts=2, wait_initial_s=0, wait_max_s=0)
    )
    queue = hazard.over(real_queue)
    wire = OxenWire(around.sandbox.base_url)
    payloads = PayloadBuilder(
        AddressBook(
            outside.pictures, None, delivery=ReferenceDelivery.DATA, fresh_ms=1, clock=clock
        ),
        wire,
    )
    models = ModelBook(queue, [DEFAULT_MODEL])
    gate = OxenGate(on_change=engine.line_moved, monotonic=monotonic, jitter=lambda: 0.0)
    listener = Listener(
        store,
        EventStream(transports, host, clock=clock, monotonic=monotonic),
        finished=engine.finished,
        connected=engine.sweep,
    )
    submitter = Submitter(
        store,
        queue,
        payloads,
        wire,
        gate=gate,
        stream_open=listener.stream_open,
        signals=SubmitterSignals(
            changed=engine.changed, accepted=engine.accepted, ambiguous=engine.sweep
        ),
        clock=clock,
        max_in_flight=chosen.max_in_flight,
    )
    collector = Collector(
        store,
        queue,
        outside.library,
        changed=engine.changed,
        clock=clock,
        limits=CollectorLimits(
            render_deadline_ms=chosen.render_deadline_minutes * 60_000,
            max_result_bytes=chosen.max_result_bytes,
        ),
    )
    sweeper = Sweeper(
        store,
        queue,
        wire,
        is_posting=submitter.is_posting,
        signals=SweeperSignals(
            finished=collector.finished,
            changed=engine.changed,
            heard=gate.swept,
            waiting=submitter.wake,
        ),
        clock=clock,
        interval_s=chosen.sweep_interval_s,
        settle_s=chosen.settle_s,
        monotonic=monotonic,
    )
    board = ProgressBoard(
        store, places, Forecast(store), oxen_away=lambda: gate.is_away, clock=clock
    )
    engine.assemble(
        EngineParts(
            submitter=submitter,
            listener=listener,
            sweeper=sweeper,
            collector=collector,
            deliverer=Deliverer(
                store,
                outside.library,
                places,
                changed=engine.changed,
                refetch=collector.finished,
                card=board.card,
                clock=clock,
            ),
            board=board,
            models=models,
            reaper=Reaper(
                store,
                changed=engine.changed,
                clock=clock,
                monotonic=lambda: clock() / 1000,
            ),
        )
    )
    unlimited = QuotaLimits(None, None, None, None, None)
    service = GenerationService(
        real_store,
        SqlDrafts(outside.database),
        queue,
        around.channel,
        payloads=payloads,
        wire=wire,
        quotas=QuotaService(real_store, unlimited, ZoneInfo("UTC"), clock),
        models=models,
        signals=EngineSignals(
            reserved=engine.reserved, changed=engine.changed, cancel_asked=engine.cancel_asked
        ),
        clock=clock,
    )
    return Rig(
        sandbox=around.sandbox,
        channel=around.channel,
        clock=clock,
        database=outside.database,
        store=real_store,
        queue=real_queue,
        engine=engine,
        gate=gate,
        service=service,
    )
