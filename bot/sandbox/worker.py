"""Runs generations: waits as long as a model would, checks, renders, and ends them."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import structlog

from bot.models.clock import Clock
from bot.models.remote import RemoteStatus
from bot.sandbox.catalogue import find_model
from bot.sandbox.faults import Faults
from bot.sandbox.generations import Generations
from bot.sandbox.pictures import Pictures
from bot.sandbox.records import QueuedGeneration
from bot.sandbox.rendering import FetchedPictures, Rendering
from bot.sandbox.validation import ParameterError, RenderPlan, plan

NO_CREDITS = "Insufficient credits"
REFUSED = "The request was refused by the provider's safety check."
BROKEN = "Internal error while rendering."
_EXTENSIONS = {"video": ".mp4", "image": ".png"}

log = structlog.stdlib.get_logger(__name__)


class Worker:
    """The work on generations, one task for each that is active."""

    def __init__(
        self,
        generations: Generations,
        *,
        faults: Faults,
        pictures: Pictures,
        rendering: Rendering,
        results: Path,
        clock: Clock,
        render_seconds: float | None,
        queued_share: float,
    ) -> None:
        self._generations = generations
        self._faults = faults
        self._pictures = pictures
        self._rendering = rendering
        self._results = results
        self._clock = clock
        self._render_seconds = render_seconds
        self._queued_share = queued_share
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._parts = itertools.count(1)

    def result_path(self, generation: QueuedGeneration) -> Path:
        """Where the result of a generation lies once it succeeded."""
        return self._results / f"{generation.id}{_EXTENSIONS[generation.media_type]}"

    def start(self, generation: QueuedGeneration) -> None:
        """Let a generation run, from where it stands."""
        if self._render_seconds is None or generation.stuck or generation.forgotten:
            return
        work = self._run(generation, self._render_seconds)
        task = asyncio.create_task(work, name=f"sandbox-generation-{generation.id}")
        self._tasks[generation.id] = task
        task.add_done_callback(lambda _: self._tasks.pop(generation.id, None))

    async def finish(self, generation_id: str) -> QueuedGeneration:
        """Run a generation to its end now, whatever was to hold it up."""
        await self._stop(generation_id)
        await self._process(generation_id, until=0.0, may_get_stuck=False)
        return self._generations[generation_id]

    async def fail(self, generation_id: str, error: str) -> QueuedGeneration:
        """Let a generation fail now."""
        await self._stop(generation_id)
        return await self._generations.end(generation_id, RemoteStatus.FAILED, error)

    async def cancel(self, generation_id: str) -> None:
        """Cancel a generation; nothing happens to one that is over."""
        await self._generations.end(generation_id, RemoteStatus.CANCELLED)
        await self._stop(generation_id)

    async def close(self) -> None:
        """Stop all work; what is active stays as it is."""
        for generation_id in tuple(self._tasks):
            await self._stop(generation_id)

    async def _stop(self, generation_id: str) -> None:
        task = self._tasks.get(generation_id)
        if task is None:
            return
        task.cancel()
        await asyncio.wait([task])

    async def _run(self, generation: QueuedGeneration, render_seconds: float) -> None:
        elapsed_s = max(0, self._clock() - generation.enqueued_at_ms) / 1000
        now = asyncio.get_running_loop().time()
        accepted = now - elapsed_s
        await _sleep_until(accepted + render_seconds * self._queued_share)
        await self._process(generation.id, until=accepted + render_seconds, may_get_stuck=True)

    async def _process(self, generation_id: str, *, until: float, may_get_stuck: bool) -> None:
        generation = await self._generations.begin(generation_id)
        if generation is None:
            return
        if may_get_stuck and self._faults.strike("never-finish"):
            await self._generations.mark_stuck(generation_id)
            return
        try:
            await self._make(generation, until)
        except ParameterError as error:
            await self._generations.end(generation_id, RemoteStatus.FAILED, str(error))
        except Exception:
            log.exception("sandbox_render_failed", generation_id=generation_id)
            await self._generations.end(generation_id, RemoteStatus.FAILED, BROKEN)
        else:
            await _sleep_until(until)
            await self._generations.end(generation_id, RemoteStatus.SUCCEEDED)

    async def _make(self, generation: QueuedGeneration, until: float) -> None:
        model = find_model(generation.model)
        if model is None:
            raise ParameterError(f"Model not found: {generation.model}")
        checked = plan(model, generation.parameters)
        pictures = await self._fetch(checked)
        price = model.price_microusd(checked.duration_s, generation.parameters)
        drained = self._faults.strike("no-credits-running")
        if drained or not await self._generations.bill(generation.id, price):
            raise ParameterError(NO_CREDITS)
        if fault := self._faults.strike("fail-generation"):
            await _sleep_until(until)
            raise ParameterError(fault.detail or REFUSED)
        final = self.result_path(generation)
        # A stopped rendering may go on in its thread, so each has a file of its own.
        part = final.with_name(f"{generation.id}.{next(self._parts)}.part{final.suffix}")
        if generation.media_type == "image":
            await self._rendering.image(checked, part)
        else:
            await self._rendering.video(checked, pictures, part, seed=generation.id)
        await asyncio.to_thread(part.replace, final)

    async def _fetch(self, checked: RenderPlan) -> FetchedPictures:
        """Fetch every picture of a plan, also those that are not drawn: each may be refused."""
        fetch = self._pictures.fetch
        images = [await fetch(uri) for uri in checked.image_uris]
        fronts = []
        for element in checked.elements:
            fronts.append(await fetch(element.front_uri))
            for uri in element.angle_uris:
                await fetch(uri)
        return FetchedPictures(
            images=tuple(images),
            fronts=tuple(fronts),
            start_frame=await fetch(checked.start_uri) if checked.start_uri else None,
            end_frame=await fetch(checked.end_uri) if checked.end_uri else None,
        )


async def _sleep_until(loop_time: float) -> None:
    await asyncio.sleep(max(0.0, loop_time - asyncio.get_running_loop().time()))
