"""A crowd at the desk: everybody is acknowledged before the work for anybody begins."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")

_LONGEST_S = 0.25
"""Where acknowledgements take longer, the work goes on beside them."""


class Rush:
    """Counts the acknowledgements under way.

    They are worth most: Discord gives up after three seconds, and nobody waits longer than for a
    sign that the command was heard. Without this the first ones' work would hold up the others'.
    """

    def __init__(self) -> None:
        self._under_way = 0
        self._over = asyncio.Event()

    async def first(self, acknowledging: Awaitable[T]) -> T:
        """Acknowledge, and wait a little for the others that are being acknowledged just now."""
        self._under_way += 1
        self._over.clear()
        try:
            told = await acknowledging
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._over.set()
        if self._under_way:
            try:
                async with asyncio.timeout(_LONGEST_S):
                    await self._over.wait()
            except TimeoutError:
                pass
        return told
