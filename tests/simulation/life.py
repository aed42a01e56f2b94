"""One life of the bot's process: it may end between any two of its effects."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from tests.simulation.timeline import Timeline

T = TypeVar("T")


class Life:
    """Counts the steps of a process, and ends it at the appointed one."""

    def __init__(self, timeline: Timeline, *, number: int, dies_at_step: int | None) -> None:
        self.timeline = timeline
        self.number = number
        self.alive = True
        self._dies_at_step = dies_at_step
        self._steps = 0

    def end(self, how: str) -> None:
        if self.alive:
            self.alive = False
            self.timeline.note("process", f"life {self.number} ends: {how}")
            asyncio.get_running_loop().stop()

    def spare(self) -> None:
        """From now on it is not killed any more."""
        self._dies_at_step = None

    async def step(self, what: str) -> None:
        """Go on, unless this is where the process dies."""
        self._steps += 1
        if self.alive and self._steps == self._dies_at_step:
            self.end(f"killed at step {self._steps}, {what}")
        if not self.alive:
            await asyncio.get_running_loop().create_future()

    async def exchange(
        self,
        what: str,
        effect: Callable[[], T],
        *,
        there_s: float,
        back_s: float,
        instead: Exception | None = None,
        sent: bool = True,
    ) -> T:
        """Ask the outside world: the effect happens there, whatever becomes of the asker.

        ``instead`` is what the asker is told in place of the answer; without ``sent`` there is no
        effect at all. A request that is on its way when the process dies may or may not arrive.
        """
        await self.step(f"before {what}")
        timeline = self.timeline
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def arrive() -> None:
            if not self.alive and timeline.chance(0.5):
                timeline.note("network", f"{what}: cut off with its process")
                return
            outcome: Any = instead
            try:
                told = effect() if sent else None
            except Exception as error:  # noqa: BLE001  the world's answer, whatever it is
                told = error  # type: ignore[assignment]
            if instead is None:
                outcome = told
            timeline.after(back_s, lambda: come_back(outcome))

        def come_back(outcome: Any) -> None:
            if not self.alive or answer.done():
                return
            if isinstance(outcome, Exception):
                timeline.note("network", f"{what}: {outcome!r}")
                answer.set_exception(outcome)
            else:
                answer.set_result(outcome)

        timeline.after(there_s, arrive)
        told = await answer
        await self.step(f"after {what}")
        return told
