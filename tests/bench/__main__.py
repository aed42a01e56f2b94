"""``python -m tests.bench [--only NAME] [--quick] [--check]``: speed and memory against floors.

Every figure is a ratio or a difference to a floor that is measured in the same run, in turn with
it. Prints one table and writes ``build/bench.json``. With ``--check`` the exit status is 1 when a
target is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from bot.logs import configure_logging
from tests.bench import (
    acknowledging,
    delivering,
    enqueueing,
    memory,
    quota_checking,
    recovering,
    stalling,
)
from tests.bench.figures import FULL, QUICK, Figure, Scale
from tests.bench.report import missed, print_table, write_json

Measure = Callable[[Path, Scale], Awaitable[list[Figure]]]
MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "ack": acknowledging.measure,
        "enqueue": enqueueing.measure,
        "deliver": delivering.measure,
        "recovery": recovering.measure,
        "quota": quota_checking.measure,
        "stall": stalling.measure,
        "memory": memory.measure,
    }
)
_RESULT = Path("build/bench.json")


async def measure(names: Sequence[str], scale: Scale) -> list[Figure]:
    """Measure one after another, each in a folder of its own."""
    figures: list[Figure] = []
    for name in names:
        sys.stderr.write(f"measuring {name} …\n")
        with tempfile.TemporaryDirectory(prefix="clapperboard-bench-") as folder:
            figures += await MEASURES[name](Path(folder), scale)
    return figures


def main(arguments: Sequence[str]) -> int:
    """Measure and tell; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", choices=tuple(MEASURES), action="append")
    parser.add_argument("--quick", action="store_true", help="small numbers that prove nothing")
    parser.add_argument("--check", action="store_true", help="fail when a target is missed")
    parser.add_argument("--json", type=Path, default=_RESULT, metavar="FILE")
    asked = parser.parse_args(arguments)
    configure_logging("error", "console", stream=sys.stderr)
    # Processes are killed in the end; the stand-ins would tell of each broken connection.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    scale = QUICK if asked.quick else FULL
    figures = asyncio.run(measure(asked.only or tuple(MEASURES), scale))
    print_table(figures)
    write_json(figures, asked.json)
    return 1 if asked.check and missed(figures) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
