"""The application: it opens the adapters in the order of their dependence and builds on them.

The workers are put together in ``bot.generations.assembling``; nothing here decides anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Self

import httpx

from bot.building import Shared, built_services
from bot.client import ClapperboardBot
from bot.config import Config
from bot.generations.address_book import AddressBook, ReferenceDelivery
from bot.generations.assembling import (
    Adapters,
    EngineLimits,
    assembled_engine,
)
from bot.generations.engine import Engine
from bot.generations.forecast import UNKNOWN_RENDER_MS
from bot.generations.housekeeping import Housekeeper
from bot.generations.model_book import ModelBook, ModelChoice
from bot.media.animatic_studio import AnimaticStudio, Draw
from bot.media.picture_library import PictureLibrary
from bot.media.pictures import MIB
from bot.media.video_library import VideoLibrary
from bot.models.clock import Clock, system_clock
from bot.oxen.client import OxenClient, RepositoryPlace
from bot.oxen.downloads import DownloadPolicy
from bot.oxen.events import EventStream
from bot.oxen.host import OxenHost
from bot.oxen.picture_repository import PictureRepository
from bot.oxen.remembered_models import RememberedModels
from bot.oxen.server_clock import ServerClock
from bot.oxen.transport import OxenTransports, Timeouts
from bot.oxen.wire import OxenWire
from bot.posting.placeholders import DiscordPlaceholders
from bot.posting.results import DiscordResults
from bot.presets.service import PresetService
from bot.starting.alone import alone_in, alone_on, alone_with
from bot.starting.heap import spare_what_stays
from bot.starting.logging_in import log_in, spare_sessions
from bot.starting.pace import StartPace
from bot.store.casts import SqlCast
from bot.store.database import Database
from bot.store.engines import sqlite_url
from bot.store.facts import SqlFacts
from bot.store.generations import SqlGenerationStore
from bot.store.picture_uses import SqlPictureUses
from bot.store.presets import SqlPresets

_MINUTE_MS = 60_000


class Application:
    """The bot with all its parts. ``async with`` opens the files and the database.

    ``transport`` makes the transport of each HTTP client; the demo and the tests bring their own.
    ``first_forecast_ms`` is how long a video takes as long as none was measured, and
    ``draw_animatic`` draws previews in another way than a program of its own.
    """

    engine: Engine
    """Built on entering."""

    def __init__(
        self,
        config: Config,
        *,
        clock: Clock = system_clock,
        transport: Callable[[], httpx.AsyncBaseTransport] | None = None,
        first_forecast_ms: int = UNKNOWN_RENDER_MS,
        draw_animatic: Draw | None = None,
    ) -> None:
        self._config = config
        self._clock = clock
        self._transport = transport
        self._first_forecast_ms = first_forecast_ms
        self._stack = AsyncExitStack()
        folder = config.storage.folder
        self._database = Database(config.storage.database or sqlite_url(folder))
        self.store = SqlGenerationStore(self._database)
        self.pictures = PictureLibrary(folder / "pictures")
        self.videos = VideoLibrary(folder / "videos")
        self._casts = SqlCast(self._database)
        self.housekeeper = Housekeeper(
            self.pictures,
            SqlPictureUses(self._database),
            lapse=lambda: self._casts.lapse(now_ms=clock()),
        )
        self._studio = AnimaticStudio(self.pictures, folder / "previews", draw=draw_animatic)
        self._facts = SqlFacts(self._database)
        self.presets = PresetService(SqlPresets(self._database), clock=clock)
        self.bot = ClapperboardBot(self._facts)

    async def __aenter__(self) -> Self:
        """Open files, database and connections.

        Raises ``StoreError``, and ``StartError`` where another process has them.
        """
        config = self._config
        async with AsyncExitStack() as stack:
            stack.enter_context(alone_in(config.storage.folder))
            if self._database.file is not None:
                stack.enter_context(alone_on(self._database.file))
            await self._database.open(alone=True)
            stack.push_async_callback(self._database.close)
            stack.callback(self.pictures.close)
            await self.videos.sweep_leftovers()
            stack.push_async_callback(self.videos.close)
            await self._studio.sweep_leftovers()
            stack.push_async_callback(self._studio.close)
            transports = await stack.enter_async_context(
                OxenTransports(
                    timeouts=Timeouts(keep_alive_s=float(config.oxen.keep_alive_timeout_s)),
                    transport=self._transport,
                )
            )
            await self.presets.load()
            self._connect(transports)
            await self.engine.parts.models.recall()
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close in the reverse order."""
        await self._stack.aclose()

    async def run(self) -> None:
        """Be the bot until cancelled; raises ``StartError`` where Discord does not let it in."""
        token = self._config.secrets.discord_token.get_secret_value()
        pace = StartPace(
            self._facts,
            starts_per_quarter_hour=self._config.discord.starts_per_quarter_hour,
            clock=self._clock,
        )
        with alone_with(token):
            await pace.wait_for_turn()
            await self._serve(token)

    async def _serve(self, token: str) -> None:
        async with self.bot:
            await log_in(self.bot, token)
            await spare_sessions(self.bot.fetch_session_start_limits)
            connection = asyncio.create_task(self.bot.connect(), name="gateway")
            ready = asyncio.create_task(self.bot.wait_until_ready(), name="ready")
            watch = asyncio.create_task(self._database.watch(), name="database-watch")
            try:
                # The engine waits for the guilds: their upload limits decide what is posted.
                await asyncio.wait({connection, ready}, return_when=asyncio.FIRST_COMPLETED)
                if ready.done():
                    spare_what_stays()
                    await self.engine.start()
                await asyncio.wait({connection, watch}, return_when=asyncio.FIRST_COMPLETED)
                if watch.done():
                    await watch
                await connection
            finally:
                ready.cancel()
                watch.cancel()
                await self.engine.stop()
                await self.bot.close()
                connection.cancel()
                await asyncio.gather(connection, ready, watch, return_exceptions=True)

    def _connect(self, transports: OxenTransports) -> None:
        """Build the engine on its adapters, and what the cogs call on the engine."""
        config = self._config
        oxen = config.oxen
        host = OxenHost(oxen.base_url, config.secrets.oxen_api_key.get_secret_value())
        server_clock = ServerClock(self._clock)
        client = OxenClient(
            transports,
            host,
            clock=self._clock,
            server_clock=server_clock,
            download_policy=DownloadPolicy(allowed_hosts=tuple(oxen.download_hosts)),
        )
        models = ModelBook(client, _model_choice(config), memory=RememberedModels(self._facts))
        placeholders = DiscordPlaceholders(
            self.bot, self.pictures, self.videos, display_name=models.display_name
        )
        outside = Adapters(
            store=self.store,
            queue=client,
            events=EventStream(transports, host, clock=self._clock, server_clock=server_clock),
            wire=OxenWire(oxen.base_url, oxen.namespace or None),
            addresses=self._address_book(client),
            library=self.videos,
            placeholders=placeholders,
            posts=DiscordResults(self.bot, display_name=models.display_name),
            models=models,
            clock=self._clock,
        )
        limits = EngineLimits(
            max_in_flight=oxen.max_in_flight,
            render_deadline_ms=oxen.render_deadline_minutes * _MINUTE_MS,
            max_result_bytes=oxen.max_result_mib * MIB,
            sweep_interval_s=float(oxen.sweep_interval_s),
            settle_s=float(oxen.settle_s),
            unmeasured_render_ms=self._first_forecast_ms,
        )
        self.engine = assembled_engine(outside, limits)
        self.engine.also_run("housekeeping", self.housekeeper.run)
        shared = Shared(
            config=config,
            clock=self._clock,
            database=self._database,
            pictures=self.pictures,
            videos=self.videos,
            studio=self._studio,
            housekeeper=self.housekeeper,
            casts=self._casts,
            presets=self.presets,
            first_forecast_ms=self._first_forecast_ms,
        )
        self.bot.serve(built_services(shared, outside, self.engine, placeholders, self.bot))

    def _address_book(self, client: OxenClient) -> AddressBook:
        oxen = self._config.oxen
        repository = None
        if oxen.repository:
            namespace, name = oxen.repository.split("/", 1)
            place = RepositoryPlace(namespace, name, oxen.repository_branch)
            repository = PictureRepository(client, place)
        return AddressBook(
            self.pictures,
            repository,
            delivery=ReferenceDelivery(oxen.reference_delivery),
            fresh_ms=oxen.reference_fresh_minutes * _MINUTE_MS,
            clock=self._clock,
        )


async def run_bot(config: Config) -> None:
    """Run the bot until cancelled; POSTs and uploads under way are let finish."""
    async with Application(config) as application:
        await application.run()


def _model_choice(config: Config) -> ModelChoice:
    return ModelChoice(
        config.oxen.model,
        config.oxen.models,
        corrections={name: one.correction() for name, one in config.models.items()},
    )
