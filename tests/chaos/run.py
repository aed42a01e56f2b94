"""``python -m tests.chaos.run --kills 200 --generations 500 --seed 1 --minutes 55``.

The last line is JSON: the counts of the promises, then what else the program must not do, then how
many posts were found by looking through the channel. The exit status is 1 when a count is wrong,
and 2 when less was done than asked for, or no post had to be searched for in a long run.
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
from tests.chaos.verdict import Verdict

_KILLS_THAT_LEAD_TO_SEARCHES = 100


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
    return 0 if is_enough(plan, verdict) else 2


def is_enough(plan: Plan, verdict: Verdict) -> bool:
    """Whether all that was asked for took place, the search for a post among it."""
    was_searched = verdict.found_by_search > 0 or plan.kills < _KILLS_THAT_LEAD_TO_SEARCHES
    return verdict.kills >= plan.kills and verdict.generations >= plan.generations and was_searched


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
