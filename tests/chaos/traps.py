"""Moments at which to kill: between a request's arrival and its answer, on either side."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.sandbox.faults import Fault, Faults
from tests.chaos.wire_faults import Moment

OXEN, DISCORD = "oxen", "discord"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the conversation: whose endpoint, and before or after the work."""

    side: str
    endpoint: str
    moment: Moment


SPOTS = (
    Spot(OXEN, "enqueue", Moment.BEFORE),
    Spot(OXEN, "enqueue", Moment.AFTER),
    Spot(OXEN, "enqueue", Moment.AFTER),
    Spot(OXEN, "list", Moment.BEFORE),
    Spot(OXEN, "get", Moment.BEFORE),
    Spot(OXEN, "cancel", Moment.BEFORE),
    Spot(OXEN, "result", Moment.BEFORE),
    Spot(DISCORD, "callback", Moment.BEFORE),
    Spot(DISCORD, "callback", Moment.AFTER),
    Spot(DISCORD, "original_edit", Moment.BEFORE),
    Spot(DISCORD, "original_edit", Moment.AFTER),
    Spot(DISCORD, "dm", Moment.AFTER),
    Spot(DISCORD, "send", Moment.BEFORE),
    Spot(DISCORD, "send", Moment.AFTER),
    Spot(DISCORD, "send", Moment.AFTER),
    Spot(DISCORD, "edit", Moment.BEFORE),
    Spot(DISCORD, "edit", Moment.AFTER),
)
"""Where a kill hurts most comes more than once."""


class Trap:
    """Springs when a spot is passed for the n-th time: the action runs at that very instant."""

    def __init__(self, action: Callable[[], object]) -> None:
        self._action = action
        self._spot: Spot | None = None
        self._left = 0
        self.sprung = asyncio.Event()
        self.caught: Counter[str] = Counter()

    def set(self, spot: Spot, *, passes: int = 1) -> None:
        """Wait for the spot."""
        self._spot, self._left = spot, passes
        self.sprung.clear()

    def put_away(self) -> None:
        """Wait for nothing any more."""
        self._spot = None

    def passed(self, side: str, endpoint: str, moment: Moment) -> None:
        """Something passes; called synchronously, before the answer goes out."""
        if self._spot != Spot(side, endpoint, moment):
            return
        self._left -= 1
        if self._left > 0:
            return
        self._spot = None
        self._action()
        self.caught[f"{side} {endpoint} {moment}"] += 1
        self.sprung.set()


class WatchedFaults(Faults):
    """The sandbox's faults, which it asks at each call: the moments that the trap wants to see."""

    def __init__(self, faults: Iterable[Fault] = (), *, seed: int, trap: Trap) -> None:
        super().__init__(faults, seed=seed)
        self._trap = trap

    def strike(self, kind: str, route: str | None = None) -> Fault | None:
        """As always; a call arrives with "reset-before", an enqueue is done with "lost-reply"."""
        if kind == "reset-before" and route is not None:
            self._trap.passed(OXEN, route, Moment.BEFORE)
        if kind == "lost-reply":
            self._trap.passed(OXEN, "enqueue", Moment.AFTER)
        return super().strike(kind, route)


def any_spot(chance: random.Random) -> tuple[Spot, int]:
    """A spot, and at which pass of it to spring."""
    return chance.choice(SPOTS), chance.choice((1, 1, 2, 3))
