"""An event loop whose time runs fast: pauses of seconds cost a test hundredths of them."""

from __future__ import annotations

import asyncio
import selectors
from typing import Any

SPEED = 40
"""Still slow enough that a socket on this machine answers within the bot's shortest patience."""


class _HurriedSelector(selectors.DefaultSelector):
    def select(self, timeout: float | None = None) -> Any:
        return super().select(timeout if timeout is None else timeout / SPEED)


class HurriedLoop(asyncio.SelectorEventLoop):
    """Its second is a fortieth of a real one."""

    def __init__(self) -> None:
        super().__init__(_HurriedSelector())

    def time(self) -> float:
        return super().time() * SPEED
