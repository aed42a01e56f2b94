"""Time as the program sees it, so that tests and the demo can bring their own."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeAlias

Clock: TypeAlias = Callable[[], int]
"""Returns the present as UTC milliseconds since 1970."""


def system_clock() -> int:
    """The machine's own clock, in UTC milliseconds."""
    return time.time_ns() // 1_000_000
