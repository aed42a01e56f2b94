"""The application: the one place where everything is built and connected.

Resources are opened and closed in the order of their dependence; nothing here decides anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo

import aiohttp
import discord
import httpx
import structlog

from bot.client import ClapperboardBot, Services
from bot.config import Config
from bot.errors import StartError
from bot.generations.address_book import AddressBook, ReferenceDelivery
from bot.generations.addresses import PayloadBuilder
from bot.generations.board import ProgressBoard
from bot.generations.collector import Collector, CollectorLimits
from bot.generations.deliverer import Deliverer
from bot.generations.engine import Engine, EngineParts
from bot.generations.forecast import UNKNOWN_RENDER_MS, Forecast
from bot.generations.gate import OxenGate
from bot.generations.listener import Listener
from bot.generations.model_book import ModelBook
from bot.generations.oversight import Oversight
from bot.generations.reaper import Reaper
from bot.generations.service import EngineSignals, GenerationService
from bot.generations.submitter import Submitter, SubmitterSignals
from bot.generations.sweeper import Sweeper, SweeperSignals
from bot.media.picture_library import PictureLibrary
from bot.media.pictures import MIB, PictureRules, check_size
from bot.media.video_library import VideoLibrary
from bot.models.clock import Clock, system_clock
from bot.models.references import StoredImage
from bot.oxen.client import Committer, OxenClient, RepositoryPlace
from bot.oxen.downloads import DownloadPolicy
from bot.oxen.events import EventStream
from bot.oxen.host import OxenHost
from bot.oxen.transport import OxenTransports, Timeouts
from bot.oxen.wire import OxenWire
from bot.posting.intake import Intake
from bot.posting.placeholders import DiscordPlaceholders
from bot.posting.results import DiscordResults
from bot.quotas.service import QuotaService
from bot.starting.alone import alone_in, alone_with
from bot.starting.pace import StartPace
from bot.store.database import Database
from bot.store.drafts import SqlDrafts
from bot.store.engines import sqlite_url
from bot.store.facts import SqlFacts
from bot.store.generations import SqlGenerationStore

_log = structlog.get_logger(__name__)

_MINUTE_MS = 60_000
_LOG_IN_AGAIN_S = 15.0
"""A machine that starts may have no network yet; logging in counts towards no gateway limit."""


class Application:
    """The bot with all its parts. ``async with`` opens the files and the database.

    ``transport`` makes the transport of each HTTP client; the demo and the tests bring their own.
    ``first_forecast_ms`` is how long a video takes as long as none was measured.
    """

    def __init__(
        self,
        config: Config,
        *,
        clock: Clock = system_clock,
        transport: Callable[[], httpx.AsyncBaseTransport] | None = None,
        first_forecast_ms: int = UNKNOWN_RENDER_MS,
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
        self.engine = Engine(self.store)
        self._facts = SqlFacts(self._database)
        self.bot = ClapperboardBot(self._facts)

    async def __aenter__(self) -> Self:
        """Open files, database and connections; raises ``StoreError``."""
        config = self._config
        async with AsyncExitStack() as stack:
            stack.enter_context(alone_in(config.storage.folder))
            await self._database.open()
            stack.push_async_callback(self._database.close)
            stack.callback(self.pictures.close)
            await self.videos.sweep_leftovers()
            stack.push_async_callback(self.videos.close)
            transports = await stack.enter_async_context(
                OxenTransports(
                    timeouts=Timeouts(keep_alive_s=float(config.oxen.keep_alive_timeout_s)),
                    transport=self._transport,
                )
            )
            self._connect(transports)
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
            await self._log_in(token)
            connection = asyncio.create_task(self.bot.connect(), name="gateway")
            ready = asyncio.create_task(self.bot.wait_until_ready(), name="ready")
            try:
                # The engine waits for the guilds: their upload limits decide what is posted.
                await asyncio.wait({connection, ready}, return_when=asyncio.FIRST_COMPLETED)
                if ready.done():
                    await self.engine.start()
                await connection
            finally:
                ready.cancel()
                await self.engine.stop()
                await self.bot.close()
                connection.cancel()
                await asyncio.gather(connection, ready, return_exceptions=True)

    async def _log_in(self, token: str) -> None:
        while True:
            try:
                await self.bot.login(token)
            except discord.LoginFailure as error:
                raise StartError(
                    "Discord refused the token: check DISCORD_TOKEN, or make a new one on the Bot "
                    "page of the developer portal."
                ) from error
            except (aiohttp.ClientError, OSError, discord.DiscordServerError) as error:
                _log.warning(
                    "discord.unreachable", error=type(error).__name__, retry_s=_LOG_IN_AGAIN_S
                )
                await asyncio.sleep(_LOG_IN_AGAIN_S)
            else:
                return

    def _connect(self, transports: OxenTransports) -> None:
        """Build the services and workers, and tell each whom to call."""
        config, clock, store, engine = self._config, self._clock, self.store, self.engine
        oxen = config.oxen
        host = OxenHost(oxen.base_url, config.secrets.oxen_api_key.get_secret_value())
        client = OxenClient(
            transports,
            host,
            clock=clock,
            download_policy=DownloadPolicy(allowed_hosts=tuple(oxen.download_hosts)),
        )
        wire = OxenWire(oxen.base_url, oxen.namespace or None)
        models = ModelBook(client, [oxen.model])
        placeholders = DiscordPlaceholders(
            self.bot, self.pictures, display_name=models.display_name
        )
        posts = DiscordResults(self.bot, display_name=models.display_name)
        payloads = PayloadBuilder(self._address_book(client), wire)
        gate = OxenGate(on_change=engine.line_moved)
        listener = Listener(
            store,
            EventStream(transports, host, clock=clock),
            finished=engine.finished,
            connected=engine.sweep,
        )
        submitter = Submitter(
            store,
            client,
            payloads,
            wire,
            gate=gate,
            stream_open=listener.stream_open,
            signals=SubmitterSignals(
                changed=engine.changed,
                accepted=engine.accepted,
                ambiguous=engine.sweep,
            ),
            clock=clock,
            max_in_flight=oxen.max_in_flight,
        )
        collector = Collector(
            store,
            client,
            self.videos,
            changed=engine.changed,
            clock=clock,
            limits=CollectorLimits(
                render_deadline_ms=oxen.render_deadline_minutes * _MINUTE_MS,
                max_result_bytes=oxen.max_result_mib * MIB,
            ),
        )
        sweeper = Sweeper(
            store,
            client,
            wire,
            is_posting=submitter.is_posting,
            signals=SweeperSignals(
                finished=collector.finished,
                changed=engine.changed,
                heard=gate.swept,
                waiting=submitter.wake,
            ),
            clock=clock,
            interval_s=float(oxen.sweep_interval_s),
            settle_s=float(oxen.settle_s),
        )
        board = ProgressBoard(
            store,
            placeholders,
            Forecast(store, unmeasured_ms=self._first_forecast_ms),
            oxen_away=lambda: gate.is_away,
            clock=clock,
        )
        deliverer = Deliverer(
            store,
            self.videos,
            posts,
            changed=engine.changed,
            refetch=collector.finished,
            card=board.card,
            clock=clock,
        )
        engine.assemble(
            EngineParts(
                submitter=submitter,
                listener=listener,
                sweeper=sweeper,
                collector=collector,
                deliverer=deliverer,
                board=board,
                models=models,
                reaper=Reaper(store, changed=engine.changed, clock=clock),
            )
        )
        quotas = QuotaService(store, config.quota.limits(), ZoneInfo(config.quota.time_zone), clock)
        generations = GenerationService(
            store,
            SqlDrafts(self._database),
            client,
            posts,
            payloads=payloads,
            wire=wire,
            quotas=quotas,
            models=models,
            signals=EngineSignals(
                reserved=engine.reserved,
                changed=engine.changed,
                cancel_asked=engine.cancel_asked,
            ),
            clock=clock,
        )
        intake = Intake(generations, placeholders, _Pictures(self.pictures, config), clock=clock)
        oversight = Oversight(store, look=engine.look, clock=clock)
        self.bot.serve(Services(generations, quotas, intake, oversight, oxen.model))

    def _address_book(self, client: OxenClient) -> AddressBook:
        oxen = self._config.oxen
        repository = None
        if oxen.repository:
            namespace, name = oxen.repository.split("/", 1)
            repository = _Repository(
                client, RepositoryPlace(namespace, name, oxen.repository_branch)
            )
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


@dataclass(frozen=True, slots=True)
class _Pictures:
    """The picture library with the configured rules for each model."""

    library: PictureLibrary
    config: Config

    async def take_in(self, data: bytes, *, model: str, label: str) -> StoredImage:
        return await self.library.take_in(data, self._rules(model), label=label)

    def check_size(self, size_bytes: int, *, model: str, label: str) -> None:
        check_size(size_bytes, self._rules(model), label=label)

    def _rules(self, model: str) -> PictureRules:
        limits = self.config.images.limits_for(model)
        return PictureRules(
            max_bytes=limits.max_mib * MIB,
            min_side_px=limits.min_side_px,
            min_ratio=limits.min_ratio,
            max_ratio=limits.max_ratio,
            max_pixels=limits.max_megapixels * 1_000_000,
        )


@dataclass(frozen=True, slots=True)
class _Repository:
    """A public Oxen repository for reference pictures."""

    client: OxenClient
    place: RepositoryPlace

    async def commit(self, content: bytes, *, media_type: str, path: str) -> str:
        return await self.client.upload(
            content,
            media_type=media_type,
            place=self.place,
            path=path,
            message="Add a reference picture",
            committer=Committer("Clapperboard", "clapperboard@localhost"),
        )
