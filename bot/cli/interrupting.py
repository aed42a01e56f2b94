"""Ctrl-C and SIGTERM as ordinary events of an asynchronous command."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from bot.cli.failing import InterruptedByUserError

T = TypeVar("T")
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_SAME_PRESS_S = 1.0
"""Programs that run others (make, timeout) pass on a signal that the terminal sent as well."""


@asynccontextmanager
async def interruptions() -> AsyncIterator[asyncio.Event]:
    """An event that the first SIGINT or SIGTERM sets; a later second one ends the program."""
    loop = asyncio.get_running_loop()
    interrupted = asyncio.Event()
    first_at_s = 0.0

    def note(number: signal.Signals) -> None:
        nonlocal first_at_s
        if not interrupted.is_set():
            first_at_s = loop.time()
            interrupted.set()
        elif loop.time() - first_at_s > _SAME_PRESS_S:
            loop.remove_signal_handler(number)
            signal.raise_signal(number)

    for number in _SIGNALS:
        loop.add_signal_handler(number, note, number)
    try:
        yield interrupted
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)


async def unless_interrupted(work: Coroutine[Any, Any, T], interrupted: asyncio.Event) -> T:
    """Do the work, or cancel it and raise ``InterruptedByUserError`` once interrupted."""
    task = asyncio.create_task(work, name="work")
    signalled = asyncio.create_task(interrupted.wait(), name="interruption")
    try:
        await asyncio.wait({task, signalled}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise InterruptedByUserError("Interrupted.")
    finally:
        for one in (task, signalled):
            if not one.done():
                one.cancel()
                with suppress(asyncio.CancelledError):
                    await one
