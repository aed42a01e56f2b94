"""Checks what the page shows in one process that stays, instead of a new one for each picture.

SimCord starts a Python for every picture and video, one after the other, and converts each video to
VP9 at the encoder's slowest setting: a channel with a few of them would take a minute to appear.
"""

from __future__ import annotations

import asyncio
import functools
import multiprocessing
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from simcord.preview import _media

from bot.sandbox.spawning import deaf_to_ctrl_c

_LONGEST_CHECK_S = 60.0
_QUICK_VP9 = {"deadline": "realtime", "cpu-used": "8", "row-mt": "1"}


@asynccontextmanager
async def quick_media_checks() -> AsyncIterator[None]:
    """Use a lasting process while the context is open."""
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
    with deaf_to_ctrl_c():
        pool.submit(_get_ready)
    checked: dict[tuple[str, float | None], _media.MediaInfo] = {}

    async def decode(
        _worker: _media.MediaWorker, key: str, blob: bytes, media_time: float | None
    ) -> _media.MediaInfo:
        known = checked.get((key, media_time))
        if known is None:
            work = partial(_check, blob, media_time)
            loop = asyncio.get_running_loop()
            async with asyncio.timeout(_LONGEST_CHECK_S):
                known = await loop.run_in_executor(pool, work)
            checked[key, media_time] = known
        return known

    original = _media.MediaWorker._decode
    _media.MediaWorker._decode = decode  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        _media.MediaWorker._decode = original  # type: ignore[method-assign]
        await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)


def _get_ready() -> None:
    """Start the process now: it takes a second or more, and the first picture shall not wait."""


def _check(blob: bytes, media_time: float | None) -> _media.MediaInfo:
    """Run in the process: SimCord's own check, with a quicker encoder."""
    _media._configure_encoders = _quickly(_media._configure_encoders)
    return _media._process_media(blob, media_time)


def _quickly(configure: Callable[..., Any]) -> Callable[..., Any]:
    if hasattr(configure, "__wrapped__"):
        return configure

    @functools.wraps(configure)
    def configured(*args: Any) -> Any:
        video_encoder, *others = configure(*args)
        if video_encoder is not None:
            video_encoder.options = _QUICK_VP9
        return video_encoder, *others

    return configured
