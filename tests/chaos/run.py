"""``python -m tests.chaos.run --kills 200 --generations 500 --seed 1 --minutes 55``.

The last line is JSON with the counts; the exit status is 1 when one of them is wrong, and 2 when
less was done than asked for.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.chaos.campaign import Campaign, Plan


def main(arguments: Sequence[str]) -> int:
    """Run the chaos; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.run", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--generations", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=55.0)
    parser.add_argument("--keep", type=Path, help="folder for database, results and the bot's log")
    asked = parser.parse_args(arguments)
    # A bot that is killed breaks off its requests: the servers here would tell of each.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    plan = Plan(asked.kills, asked.generations, asked.seed, asked.minutes)
    with tempfile.TemporaryDirectory(prefix="chaos-") as temporary:
        folder = asked.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        campaign = Campaign(plan, folder)
        verdict = asyncio.run(campaign.run())
    for line in (*campaign.summary(), *verdict.account()):
        sys.stdout.write(line + "\n")
    sys.stdout.write(verdict.line() + "\n")
    if not verdict.is_good:
        return 1
    enough = verdict.kills >= plan.kills and verdict.generations >= plan.generations
    return 0 if enough else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
