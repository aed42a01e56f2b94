"""Builds the services as the application does, on what a test brings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.generations.address_book import AddressBook, ReferenceDelivery
from bot.generations.assembling import (
    Adapters,
    EngineLimits,
    assembled_engine,
    assembled_service,
)
from bot.generations.model_book import ModelBook, ModelChoice
from bot.media.picture_library import PictureLibrary
from bot.media.video_library import VideoLibrary
from bot.models.quota import QuotaLimits
from bot.oxen.calls import RetryPolicy
from bot.oxen.events import EventStream
from bot.oxen.host import OxenHost
from bot.oxen.server_clock import ServerClock
from bot.oxen.transport import OxenTransports, Timeouts
from bot.oxen.wire import OxenWire
from bot.quotas.service import QuotaService
from bot.sandbox.server import Sandbox
from bot.store.database import Database
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
    loop_s = asyncio.get_running_loop().time

    def monotonic() -> float:
        """The hurried loop's time, and what a test lets pass."""
        return loop_s() + clock.steady_s()

    store = SqlGenerationStore(outside.database)
    host = OxenHost(around.sandbox.base_url, "key-of-the-test")
    server_clock = ServerClock(clock, monotonic)
    watched = WatchedQueue(
        transports,
        host,
        clock=clock,
        server_clock=server_clock,
        retry=RetryPolicy(attempts=2, wait_initial_s=0, wait_max_s=0),
    )
    queue = hazard.over(watched)
    endangered = Adapters(
        store=hazard.over(store),
        queue=queue,
        events=EventStream(
            transports, host, clock=clock, server_clock=server_clock, monotonic=loop_s
        ),
        wire=OxenWire(around.sandbox.base_url),
        addresses=AddressBook(
            outside.pictures, None, delivery=ReferenceDelivery.DATA, fresh_ms=1, clock=clock
        ),
        library=outside.library,
        placeholders=hazard.over(around.channel),
        posts=hazard.over(around.channel),
        models=ModelBook(queue, ModelChoice(others=chosen.models)),
        clock=clock,
        monotonic=monotonic,
        jitter=lambda: 0.0,
    )
    engine = assembled_engine(
        endangered,
        EngineLimits(
            max_in_flight=chosen.max_in_flight,
            render_deadline_ms=chosen.render_deadline_minutes * 60_000,
            max_result_bytes=chosen.max_result_bytes,
            sweep_interval_s=chosen.sweep_interval_s,
            settle_s=chosen.settle_s,
        ),
    )
    unlimited = QuotaLimits(None, None, None, None, None)
    service = assembled_service(
        replace(endangered, store=store, posts=around.channel),
        engine,
        quotas=QuotaService(store, unlimited, ZoneInfo("UTC"), clock),
    )
    return Rig(
        sandbox=around.sandbox,
        channel=around.channel,
        clock=clock,
        database=outside.database,
        store=store,
        queue=watched,
        engine=engine,
        service=service,
    )
