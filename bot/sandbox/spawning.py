"""Worker processes that leave Ctrl-C to their parent."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
    """Let processes that are spawned meanwhile never hear SIGINT.

    A terminal sends it to all of them. Ignoring it in the process itself is too late: while it
    still imports, it would end with a traceback. A blocked signal stays blocked in a child; here
    it waits the moment that spawning takes.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
