"""Turns a checked plan into a file: an animatic for a video, a plain picture for an image."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
import zlib
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from PIL import Image

from bot.media.animatic import AnimaticElement, AnimaticRequest, AnimaticShot, render_animatic
from bot.sandbox.options import Renderer
from bot.sandbox.spawning import deaf_to_ctrl_c
from bot.sandbox.validation import RenderPlan

# Rendering gives way to the programs that wait for it: the sandbox plays a machine elsewhere.
_NICENESS = 10
_IMAGE_SIZES_PX = {"16:9": (1280, 720), "9:16": (720, 1280), "1:1": (1024, 1024)}


@dataclass(frozen=True, slots=True)
class FetchedPictures:
    """The pictures of a plan, in its order."""

    images: tuple[bytes, ...] = ()
    fronts: tuple[bytes, ...] = ()
    """One of each element."""
    start_frame: bytes | None = None
    end_frame: bytes | None = None


class Rendering:
    """Renders off the event loop, in threads or in processes of its own."""

    def __init__(self, renderer: Renderer | None, workers: int) -> None:
        self._renderer = renderer or render_animatic
        self._in_processes = renderer is None
        self._workers = workers
        self._executor: Executor | None = None
        self._lifeline: Connection | None = None

    async def video(
        self, plan: RenderPlan, pictures: FetchedPictures, path: Path, *, seed: str
    ) -> None:
        """Render a plan into ``path``; another seed, another look."""
        request = AnimaticRequest(
            shots=tuple(AnimaticShot(shot.prompt, shot.duration_s) for shot in plan.shots),
            aspect_ratio=plan.aspect_ratio,
            images=pictures.images,
            elements=tuple(
                AnimaticElement(f"Element{number}", front)
                for number, front in enumerate(pictures.fronts, start=1)
            ),
            start_frame=pictures.start_frame,
            end_frame=pictures.end_frame,
            audio=plan.audio,
            variation=zlib.crc32(seed.encode()),
        )
        loop = asyncio.get_running_loop()
        with deaf_to_ctrl_c():
            rendered = loop.run_in_executor(self._running_executor(), self._renderer, request, path)
        await rendered

    async def image(self, plan: RenderPlan, path: Path) -> None:
        """Draw a plain picture in the plan's aspect ratio into ``path``, as PNG."""
        await asyncio.to_thread(_draw, plan.aspect_ratio, path)

    async def close(self) -> None:
        """End the workers: threads after what they are rendering now, processes at once."""
        if self._lifeline is not None:
            self._lifeline.close()
        if self._executor is not None:
            await asyncio.to_thread(self._executor.shutdown, wait=True, cancel_futures=True)

    def _running_executor(self) -> Executor:
        if self._executor is None and self._in_processes:
            context = multiprocessing.get_context("spawn")
            worker_end, self._lifeline = context.Pipe(duplex=False)
            self._executor = ProcessPoolExecutor(
                self._workers,
                mp_context=context,
                initializer=_prepare_worker,
                initargs=(worker_end,),
            )
        elif self._executor is None:
            self._executor = ThreadPoolExecutor(self._workers, "sandbox-render")
        return self._executor


def _prepare_worker(lifeline: Connection) -> None:
    """Give way to the parent, and never outlive it."""
    os.nice(_NICENESS)
    threading.Thread(target=_end_with_parent, args=(lifeline,), daemon=True).start()


def _end_with_parent(lifeline: Connection) -> None:
    # A pool's workers hold both ends of their queue, so they would not notice a killed parent.
    # Nothing is ever sent here: the wait ends when the parent closes its end, or is no more.
    lifeline.poll(None)
    os._exit(0)


def _draw(aspect_ratio: str, path: Path) -> None:
    size = _IMAGE_SIZES_PX.get(aspect_ratio, _IMAGE_SIZES_PX["1:1"])
    with Image.radial_gradient("L").resize(size) as picture:
        picture.save(path, "PNG")
