"""Sudden death at a chosen moment."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any


class Hazard:
    """Kills the bot at a chosen call of the outside world: before it, or when it was carried out.

    The call never returns, as in a process that is no more; the test then cancels all the rest.
    """

    def __init__(self, fatal_call: int, *, after: bool) -> None:
        self._fatal_call = fatal_call
        self._after = after
        self._calls = 0
        self.struck = asyncio.Event()
        self.at = ""

    def over(self, real: Any) -> Any:
        """The same object, with danger in every call."""
        return _Endangered(real, self)

    async def call(self, name: str, real: Callable[[], Awaitable[Any]]) -> Any:
        self._calls += 1
        is_fatal = self._calls == self._fatal_call
        if is_fatal and not self._after:
            await self._die(name)
        result = await real()
        if is_fatal:
            await self._die(name)
        return result

    async def _die(self, name: str) -> None:
        self.at = f"{'after' if self._after else 'before'} {name}"
        self.struck.set()
        await asyncio.get_running_loop().create_future()


class _Endangered:
    def __init__(self, real: Any, hazard: Hazard) -> None:
        self._real = real
        self._hazard = hazard

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if not inspect.iscoroutinefunction(found):
            return found

        async def endangered(*args: Any, **kwargs: Any) -> Any:
            return await self._hazard.call(name, lambda: found(*args, **kwargs))

        return endangered
