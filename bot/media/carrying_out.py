"""What the media programs have in common: they stand back, and tell how it ended."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

from bot.errors import CannotFitError, DiskError, MediaError
from bot.media.exit_status import EXIT_CANNOT_FIT, EXIT_DISK_FULL, EXIT_FAILED


def carry_out(work: Callable[..., object], arguments: Sequence[str], *, niceness: int) -> int:
    """Do the work of a program with its arguments; the exit status.

    ``niceness`` is by how much the process stands back behind the bot. What ``work`` raises of the
    ``MediaError`` family goes to standard error as one line, for ``Processes.run`` to pass on;
    anything else is a mistake in the program and ends with its trace.
    """
    os.nice(niceness)
    try:
        work(*arguments)
    except MediaError as error:
        sys.stderr.write(f"{error}\n")
        return _status(error)
    return 0


def _status(error: MediaError) -> int:
    if isinstance(error, CannotFitError):
        return EXIT_CANNOT_FIT
    return EXIT_DISK_FULL if isinstance(error, DiskError) else EXIT_FAILED
