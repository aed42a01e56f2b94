"""Waiting for a generation: events wake, polling guarantees."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress

from bot.cli.display import Display
from bot.errors import OxenError, OxenNotFoundError, OxenRejectedError
from bot.generations.ports import OxenQueue
from bot.models.remote import GenerationFinished, RemoteGeneration, RemoteStatus, StreamConnected
from bot.oxen.events import EventStream

_STATES = {
    RemoteStatus.QUEUED: "Waiting in Oxen's queue",
    RemoteStatus.PROCESSING: "Rendering",
    RemoteStatus.SUCCEEDED: "Rendered",
    RemoteStatus.FAILED: "Failed",
    RemoteStatus.CANCELLED: "Cancelled",
}
_UNFINISHED = frozenset({RemoteStatus.QUEUED, RemoteStatus.PROCESSING})
_MOST_MISSES = 3
"""How fresh Oxen's answers are is unknown: one "not found" right after the enqueue may be too
early."""


@asynccontextmanager
async def listening(
    stream: EventStream, wake: asyncio.Event, display: Display, *, patience_s: float
) -> AsyncIterator[None]:
    """Keep the event stream open meanwhile, and set ``wake`` whenever it is worth a look.

    Begins once the stream is open: what fires before is lost. Where it does not open within
    ``patience_s``, says so and begins all the same, since polling finds everything as well.
    """
    connected = asyncio.Event()

    async def listen() -> None:
        async with aclosing(stream.events()) as events:
            async for event in events:
                if isinstance(event, StreamConnected):
                    connected.set()
                if isinstance(event, StreamConnected | GenerationFinished):
                    wake.set()

    listener = asyncio.create_task(listen(), name="listener")
    try:
        try:
            async with asyncio.timeout(patience_s):
                await connected.wait()
        except TimeoutError:
            display.note("Oxen's event stream does not open; watching by polling.")
        yield
    finally:
        listener.cancel()
        with suppress(asyncio.CancelledError):
            await listener


async def until_finished(
    oxen_id: str, queue: OxenQueue, wake: asyncio.Event, display: Display, *, interval_s: float
) -> RemoteGeneration:
    """Ask for the generation whenever woken, and at an interval, until it is in a final state.

    Outages are sat out. Raises ``OxenNotFoundError`` once Oxen does not know it any more, and
    other ``OxenRejectedError``s at once.
    """
    misses = 0
    while True:
        wake.clear()
        try:
            remote = await queue.get(oxen_id)
            misses = 0
            display.state(_STATES[remote.status])
            if remote.status not in _UNFINISHED:
                return remote
        except OxenNotFoundError:
            misses += 1
            if misses >= _MOST_MISSES:
                raise
        except OxenRejectedError:
            raise
        except OxenError:
            display.state("Oxen is not answering; the generation goes on, and so does waiting")
        with suppress(TimeoutError):
            async with asyncio.timeout(interval_s):
                await wake.wait()
