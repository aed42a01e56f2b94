"""The sandbox as a whole: builds its parts, listens, and ends cleanly."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from email.utils import formatdate
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.models.clock import Clock
from bot.models.remote import RemoteStatus
from bot.sandbox.books import Books
from bot.sandbox.changes import Changes
from bot.sandbox.events import EventStreams
from bot.sandbox.faults import Faults
from bot.sandbox.gate import gate
from bot.sandbox.generations import Generations
from bot.sandbox.journal import Journal
from bot.sandbox.model_routes import ModelRoutes
from bot.sandbox.options import SandboxOptions
from bot.sandbox.pictures import Pictures
from bot.sandbox.queue_routes import QueueRoutes
from bot.sandbox.records import QueuedGeneration
from bot.sandbox.rendering import Rendering
from bot.sandbox.repository_routes import RepositoryRoutes
from bot.sandbox.result_routes import ResultRoutes
from bot.sandbox.results import Links
from bot.sandbox.worker import Worker

# Four pictures of 10 MB each as base64 in one JSON body, and room for the rest.
_LARGEST_BODY_BYTES = 64 * 1024 * 1024
_SHUTDOWN_SECONDS = 1.0


class Sandbox:
    """An Oxen on this machine: ``async with Sandbox(options) as sandbox: sandbox.base_url``.

    ``books`` tells what callers did, ``faults`` makes things go wrong, ``changes.until(condition)``
    waits without polling.
    """

    def __init__(
        self,
        options: SandboxOptions | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        """``port`` 0 takes a free one."""
        self.options = options or SandboxOptions()
        self.books = Books()
        self.faults = Faults(self.options.faults, seed=self.options.seed)
        self.changes = Changes()
        self._host = host
        self.port = port
        self._storage_port = 0
        self._exit = AsyncExitStack()

    @property
    def base_url(self) -> str:
        """The address that stands for ``https://hub.oxen.ai``; no slash at the end."""
        return _origin(self._host, self.port)

    @property
    def storage_url(self) -> str:
        """The other origin, to which results may be redirected."""
        return _origin(self._host, self._storage_port)

    @property
    def generations(self) -> tuple[QueuedGeneration, ...]:
        """Every generation ever accepted, oldest first."""
        return self._generations.all

    @property
    def billed_microusd(self) -> int:
        """What all generations have cost so far, in micro-dollars."""
        return self._generations.billed_microusd

    @property
    def open_streams(self) -> int:
        """Event streams that are open now."""
        return self._streams.open_count

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            folder = await self._prepare_folder(stack)
            await self._build(stack, folder)
            self._exit = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._exit.aclose()

    async def finish(self, generation_id: str) -> QueuedGeneration:
        """Run a generation to its end now; raises ``KeyError`` for one that was never accepted."""
        return await self._worker.finish(generation_id)

    async def fail(self, generation_id: str, error: str) -> QueuedGeneration:
        """Let a generation fail now, with Oxen's words."""
        return await self._worker.fail(generation_id, error)

    async def begin(self, generation_id: str) -> None:
        """Move a generation from ``queued`` to ``processing`` now."""
        await self._generations.begin(generation_id)

    async def ended(self, generation_id: str) -> QueuedGeneration:
        """Wait until a generation is over."""
        await self.changes.until(lambda: not self._generations[generation_id].is_active)
        return self._generations[generation_id]

    async def stream_opened(self, count: int = 1) -> None:
        """Wait until event streams have been opened so many times in all."""
        await self.changes.until(lambda: self._streams.opened >= count)

    def drop_streams(self) -> None:
        """Reset every open event stream."""
        self._streams.drop()

    def send_raw_event(self, data: bytes) -> None:
        """Put bytes on every open event stream, whatever they are."""
        self._streams.send_raw(data)

    async def _prepare_folder(self, stack: AsyncExitStack) -> Path:
        folder = self.options.folder
        if folder is None:
            temporary = tempfile.TemporaryDirectory(prefix="oxen-sandbox-")
            stack.push_async_callback(asyncio.to_thread, temporary.cleanup)
            folder = Path(temporary.name)
        await asyncio.to_thread(_make_folders, folder)
        return folder

    async def _build(self, stack: AsyncExitStack, folder: Path) -> None:
        options = self.options
        journal = None
        secret = secrets.token_bytes(32)
        session = await stack.enter_async_context(aiohttp.ClientSession(trust_env=False))
        rendering = Rendering(options.renderer, options.render_workers)
        stack.push_async_callback(rendering.close)
        self._streams = EventStreams(
            self.faults,
            self.changes,
            keep_alive_seconds=options.keep_alive_seconds,
            foreign=options.foreign_events,
        )
        if options.folder is not None:
            journal = Journal(folder)
            stack.push_async_callback(asyncio.to_thread, journal.close)
            secret = await asyncio.to_thread(journal.link_secret)
        self._generations = Generations(
            clock=options.clock,
            changes=self.changes,
            journal=journal,
            credits_microusd=options.credits_microusd,
            bill_unfinished=options.bill_unfinished,
            on_end=self._tell,
        )
        if journal is not None:
            self._generations.restore(await asyncio.to_thread(journal.load))
        self._worker = Worker(
            self._generations,
            faults=self.faults,
            pictures=Pictures(session),
            rendering=rendering,
            results=folder / "results",
            clock=options.clock,
            render_seconds=options.render_seconds,
            queued_share=options.queued_share,
        )
        stack.push_async_callback(self._worker.close)
        self._results = ResultRoutes(
            Links(secret, options.clock, options.link_lifetime_seconds),
            path_of=self._worker.result_path,
            results=folder / "results",
            origin=lambda: self.base_url,
            storage_origin=lambda: self.storage_url,
            faults=self.faults,
            redirect=options.redirect_results,
        )
        await self._listen(stack, folder)
        for generation in self._generations.all:
            if generation.is_active:
                self._worker.start(generation)

    async def _listen(self, stack: AsyncExitStack, folder: Path) -> None:
        options = self.options
        middleware = gate(
            api_key=options.api_key, faults=self.faults, books=self.books, changes=self.changes
        )
        app = _application(middleware, options.clock)
        ModelRoutes().add_to(app)
        QueueRoutes(
            self._generations,
            self._worker,
            self._results,
            faults=self.faults,
            books=self.books,
            changes=self.changes,
            clock=options.clock,
            user_name=options.user_name,
            first_status=options.first_status,
            result_shape=options.result_shape,
        ).add_to(app)
        app.router.add_get("/api/events", self._streams.serve, name="events")
        self._results.add_to(app)
        RepositoryRoutes(folder / "repositories").add_to(app)
        storage = _application(middleware, options.clock)
        self._results.add_storage_to(storage)
        self._storage_port = await _serve_application(stack, storage, self._host, 0)
        self.port = await _serve_application(stack, app, self._host, self.port)
        stack.callback(self._streams.drop)

    def _tell(self, generation: QueuedGeneration) -> None:
        event = {
            "generation_id": generation.id,
            "status": generation.status.value,
            "media_type": generation.media_type,
        }
        if generation.status is RemoteStatus.SUCCEEDED:
            event |= {"model": generation.model, "url": self._results.link(generation)}
        else:
            event |= {"error": generation.error or ""}
        self._streams.publish(event)


async def serve(
    options: SandboxOptions,
    *,
    port: int = 0,
    host: str = "127.0.0.1",
    on_ready: Callable[[Sandbox], None] | None = None,
) -> None:
    """Run a sandbox until cancelled. ``on_ready`` is called once it listens; prints nothing.

    Raises ``OSError`` when the port is taken.
    """
    async with Sandbox(options, host=host, port=port) as sandbox:
        if on_ready is not None:
            on_ready(sandbox)
        await asyncio.get_running_loop().create_future()


def _application(middleware: Middleware, clock: Clock) -> web.Application:
    async def dated(_: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = formatdate(clock() / 1000, usegmt=True)

    app = web.Application(middlewares=[middleware], client_max_size=_LARGEST_BODY_BYTES)
    app.on_response_prepare.append(dated)
    return app


async def _serve_application(
    stack: AsyncExitStack, app: web.Application, host: str, port: int
) -> int:
    # No access log: it would hold signed addresses.
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    site = web.TCPSite(runner, host, port, reuse_address=True)
    await site.start()
    bound: int = runner.addresses[0][1]
    return bound


def _make_folders(folder: Path) -> None:
    for name in ("results", "repositories"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for part in (folder / "results").glob("*.part.*"):
        part.unlink()


def _origin(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
