"""The real program on the stand-in's address, counting its transactions where others can read it.

Run as ``python -m tests.bench.launcher run --config FILE``, with ``STAND_IN_ORIGIN``,
``STAND_IN_GATEWAY`` and ``BENCH_COUNTS`` (a file of 16 bytes) in the environment.
"""

from __future__ import annotations

import mmap
import os
import struct
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from bot.cli.program import main
from tests.bench.stand_in import point_at_stand_in

COUNTS = struct.Struct("=qq")
"""Transactions that only read, and those that wrote."""


def count_transactions(file: Path) -> None:
    """Count commits into a file; costs about a microsecond each."""
    with file.open("r+b") as opened:
        shared = mmap.mmap(opened.fileno(), COUNTS.size)

    def executed(connection: Any, _c: Any, _s: Any, _p: Any, context: Any, _m: Any) -> None:
        if context is not None and (context.isinsert or context.isupdate or context.isdelete):
            connection.info["wrote"] = True

    def committed(connection: Any) -> None:
        reads, writes = COUNTS.unpack_from(shared)
        wrote = connection.info.pop("wrote", False)
        COUNTS.pack_into(shared, 0, reads + (not wrote), writes + wrote)

    event.listen(Engine, "after_cursor_execute", executed)
    event.listen(Engine, "commit", committed)


if __name__ == "__main__":
    point_at_stand_in()
    count_transactions(Path(os.environ["BENCH_COUNTS"]))
    sys.exit(main(sys.argv[1:]))
