"""Plays schedules: ``python -m tests.simulation --schedules 100000 --jobs 2``."""

from __future__ import annotations

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import chain

from tests.simulation.database import LastingDatabase
from tests.simulation.schedule import Schedule

_AT_ONCE = 200
_SHOWN = 10


def play(first: int, count: int) -> list[tuple[int, list[str]]]:
    """Seeds that break a promise, each with the words for it."""
    database = LastingDatabase()
    try:
        played = ((seed, Schedule(seed, database).run()) for seed in range(first, first + count))
        return [(seed, broken) for seed, broken in played if broken]
    finally:
        database.close()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def show(seed: int) -> bool:
    """Print what happens in a schedule; whether every promise holds."""
    database = LastingDatabase()
    schedule = Schedule(seed, database)
    try:
        broken = schedule.run()
    finally:
        for at_s, actor, what in schedule.timeline.trace:
            _say(f"{at_s:12.3f}  {actor:8}  {what}")
        _say(str(schedule.plan))
        database.close()
    for words in broken:
        _say(f"BROKEN: {words}")
    return not broken


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--schedules", type=int, default=2_000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", type=int, help="play only this one")
    parser.add_argument("--trace", action="store_true", help="and print all that happens in it")
    asked = parser.parse_args()
    if asked.seed is not None and asked.trace:
        return 0 if show(asked.seed) else 1
    if asked.seed is not None:
        asked.first, asked.schedules = asked.seed, 1
    began_s = time.monotonic()
    ends = asked.first + asked.schedules
    firsts = range(asked.first, ends, _AT_ONCE)
    counts = [min(_AT_ONCE, ends - first) for first in firsts]
    if asked.jobs > 1:
        with ProcessPoolExecutor(asked.jobs) as pool:
            found = list(chain.from_iterable(pool.map(play, firsts, counts)))
    else:
        found = list(chain.from_iterable(map(play, firsts, counts)))
    for seed, broken in found[:_SHOWN]:
        _say(f"seed {seed}: {'; '.join(broken)}")
        _say(f"  python -m tests.simulation --seed {seed} --trace")
    took_s = time.monotonic() - began_s
    verdict = {
        "schedules": asked.schedules,
        "violations": len(found),
        "seeds": [seed for seed, _ in found[:_SHOWN]],
        "per_s": round(asked.schedules / took_s, 1),
    }
    _say(json.dumps(verdict))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
