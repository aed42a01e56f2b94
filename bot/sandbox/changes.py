"""Waiting for the sandbox to reach a state, without polling."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Changes:
    """Wakes those who wait for a condition whenever something changes."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []

    def notify(self) -> None:
        """Something changed: look at every condition again."""
        still_waiting = []
        for condition, future in self._waiting:
            if future.done():
                continue
            if condition():
                future.set_result(None)
            else:
                still_waiting.append((condition, future))
        self._waiting = still_waiting

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return as soon as the condition holds; at once if it does already."""
        if condition():
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((condition, future))
        await future
