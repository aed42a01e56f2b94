"""A lane: one kind of work, done for one generation at a time, again until it is settled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import structlog

_log = structlog.get_logger(__name__)

Again: TypeAlias = float | None
"""Seconds after which to look again, or ``None`` when there is nothing more to do here."""

Work: TypeAlias = Callable[[int], Awaitable[Again]]
"""What a lane does with one id."""

_FIRST_RETRY_S = 1.0
_LONGEST_RETRY_S = 60.0


class Lane:
    """Runs ``work`` for each id put into it, at most ``width`` at once and never twice for one id.

    Work that raises is tried again with growing delays: what it stands for is on record in the
    database, so nothing is lost by trying later. The tasks belong to ``run``, not to whoever put an
    id in: a command that wakes a lane neither waits for it nor hands its context down.
    """

    def __init__(self, name: str, work: Work, *, width: int) -> None:
        self._name = name
        self._work = work
        self._places = asyncio.Semaphore(width)
        self._inbox: asyncio.Queue[int] = asyncio.Queue()
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._again: dict[int, asyncio.Event] = {}
        self._closed = False

    def put(self, generation_id: int) -> None:
        """See to a generation now; one that is waiting for its next try is woken."""
        if generation_id in self._again:
            self._again[generation_id].set()
        elif not self._closed:
            self._again[generation_id] = asyncio.Event()
            self._inbox.put_nowait(generation_id)

    async def run(self) -> None:
        """Take up what is put in, for ever."""
        while True:
            generation_id = await self._inbox.get()
            # Tasks cost kilobytes: after a restart, thousands of ids wait as the numbers they are.
            async with self._places:
                pass
            self._tasks[generation_id] = asyncio.create_task(
                self._see_to(generation_id), name=f"{self._name}-{generation_id}"
            )

    def __contains__(self, generation_id: int) -> bool:
        """Whether the lane is seeing to this generation."""
        return generation_id in self._again

    async def close(self, *, let_finish: bool = False) -> None:
        """Stop: let the work under way finish, or cancel it (it goes on after the next start)."""
        self._closed = True
        tasks = tuple(self._tasks.values())
        if let_finish:
            for again in self._again.values():
                again.set()
        else:
            for task in tasks:
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _see_to(self, generation_id: int) -> None:
        again = self._again[generation_id]
        failures = 0
        try:
            while True:
                again.clear()
                try:
                    async with self._places:
                        if self._closed:
                            return
                        delay_s = await self._work(generation_id)
                    failures = 0
                except Exception:  # noqa: BLE001  whatever it was, the row is still to be settled
                    _log.exception("lane.work_failed", lane=self._name, generation=generation_id)
                    failures += 1
                    delay_s = min(_LONGEST_RETRY_S, _FIRST_RETRY_S * 2 ** (failures - 1))
                if delay_s is None:
                    if not again.is_set():
                        return
                    continue
                await _wait(again, delay_s)
        finally:
            self._tasks.pop(generation_id, None)
            self._again.pop(generation_id, None)


async def _wait(event: asyncio.Event, at_most_s: float) -> None:
    try:
        async with asyncio.timeout(at_most_s):
            await event.wait()
    except TimeoutError:
        pass
