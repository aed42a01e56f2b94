"""The safeguards, what breaks without each, and schedules that are known to show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pytest
from sqlalchemy import Connection

from tests.safeguards import switches
from tests.simulation.database import LastingDatabase
from tests.simulation.plan import Plan
from tests.simulation.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Safeguard:
    """One row of the table."""

    name: str
    off: Callable[[pytest.MonkeyPatch], None]
    notice: tuple[str, ...]
    """Words of the broken promises; one of them is enough."""
    seeds: tuple[int, ...] = ()
    beside: Callable[[pytest.MonkeyPatch], None] = switches.nothing
    """What is off in any case: the line of defence before this one."""
    off_in_database: Callable[[Connection], None] | None = None
    aim: Callable[[Plan], None] = lambda _plan: None
    """Makes the schedules those in which it matters, where chance alone takes thousands."""


def _right_lost_after_post(plan: Plan) -> None:
    plan.troubles.post_ambiguous = 0.5
    plan.upset_by_post = "lose the right to send"


def _card_becomes_video_at_once(plan: Plan) -> None:
    plan.upheavals = ((0.0, "lose the right to send"),)
    plan.render_s = 0.05


def _posts_come_to_nothing(plan: Plan) -> None:
    plan.troubles.server_error = 0.9
    plan.calm_after_s = 3_600.0


def _killed_while_the_clock_is_wrong(plan: Plan) -> None:
    plan.upheavals = ((0.0, "clock jumps"),)
    plan.troubles.lost_reply = 0.5
    plan.kills = 6
    plan.clock_set_while_down = 1.0


SAFEGUARDS = (
    Safeguard(
        "durable intent", switches.no_durable_intent, ("paid again", "POSTs were accepted"), (0,)
    ),
    Safeguard("settling time", switches.no_settling_time, ("paid again",), (0,)),
    Safeguard(
        "settling time of the second attempt",
        switches.one_settling_time_for_both_attempts,
        ("after its last POST",),
        (10,),
        aim=_posts_come_to_nothing,
    ),
    Safeguard("stable nonce", switches.no_stable_nonce, ("visible twice",), (22,)),
    Safeguard("history search", switches.no_history_search, ("visible twice",), (74,)),
    Safeguard(
        "uniqueness of the capture",
        switches.nothing,
        ("but the ledger says",),
        (0,),
        beside=switches.deliveries_repeated_blindly,
        off_in_database=switches.no_unique_settlement,
    ),
    Safeguard("adoption by fingerprint", switches.no_adoption, ("nobody knows of it",), (3,)),
    Safeguard(
        "time by Oxen's clock",
        switches.no_time_by_oxens_clock,
        ("nobody knows of it",),
        (25,),
        aim=_killed_while_the_clock_is_wrong,
    ),
    Safeguard(
        "memory of early events", switches.no_memory_of_early_events, ("and nobody looked",), (35,)
    ),
    Safeguard(
        "compare and set of states",
        switches.no_compare_and_set,
        ("lane.work_failed", "engine.loop_broke", "but at Oxen", "but the ledger says"),
        (7,),
    ),
    Safeguard(
        "one surface",
        switches.no_chosen_surface,
        ("visible twice",),
        (0,),
        aim=_right_lost_after_post,
    ),
    Safeguard(
        "record of late orphans",
        switches.no_record_of_late_orphans,
        ("nobody knows of it",),
        (161,),
    ),
    Safeguard(
        "one hand at a card",
        switches.no_lock_on_cards,
        ("not to be seen",),
        (29,),
        aim=_card_becomes_video_at_once,
    ),
)


def first_noticed(
    safeguard: Safeguard, seeds: Iterable[int], patch: pytest.MonkeyPatch, *, off: bool
) -> tuple[int, str] | None:
    """The first of the seeds whose schedule breaks a promise in the expected way, and its words."""
    database = LastingDatabase()
    safeguard.beside(patch)
    if off:
        safeguard.off(patch)
        if safeguard.off_in_database is not None:
            database.look(safeguard.off_in_database)
    try:
        for seed in seeds:
            schedule = Schedule(seed, database)
            safeguard.aim(schedule.plan)
            for words in schedule.run():
                if any(expected in words for expected in safeguard.notice):
                    return seed, words
    finally:
        database.close()
    return None
