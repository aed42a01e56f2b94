"""Oxen as it really is: its own books, which no crash of the bot touches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.models.remote import GenerationFinished, RemoteGeneration, RemoteStatus
from tests.simulation.plan import Plan
from tests.simulation.timeline import Timeline

LINK_LIVES_S = 600.0
_ACTIVE = frozenset({RemoteStatus.QUEUED, RemoteStatus.PROCESSING})


@dataclass(slots=True)
class Rendering:
    """One accepted generation."""

    oxen_id: str
    row_id: int
    """Which row of the bot's the POST was for: what only the simulation knows."""
    payload: Mapping[str, Any]
    sent_s: float
    """When the bot began the POST."""
    accepted_s: float
    starts_s: float
    ends_s: float | None
    """``None``: it would render for ever."""
    outcome: RemoteStatus
    cancelled_s: float | None = None

    def status(self, at_s: float) -> RemoteStatus:
        if self.cancelled_s is not None and at_s >= self.cancelled_s:
            return RemoteStatus.CANCELLED
        if at_s < self.starts_s:
            return RemoteStatus.QUEUED
        if self.ends_s is None or at_s < self.ends_s:
            return RemoteStatus.PROCESSING
        return self.outcome


class OxenBooks:
    """All that Oxen has taken, and who listens to its events."""

    def __init__(self, timeline: Timeline, plan: Plan) -> None:
        self.timeline = timeline
        self.plan = plan
        self.renderings: dict[str, Rendering] = {}
        self.posted_s: dict[int, list[float]] = defaultdict(list)
        """When the bot began a POST for each of its rows, whatever became of it."""
        self.on_the_way = 0
        """POSTs that will still arrive."""
        self.listeners: list[Callable[[GenerationFinished], None]] = []

    def take(self, row_id: int, payload: Mapping[str, Any], sent_s: float) -> RemoteGeneration:
        """Accept a POST."""
        timeline, now_s = self.timeline, self.timeline.now_s
        oxen_id = f"oxen-{len(self.renderings) + 1:04}"
        starts_s = now_s + timeline.mostly_short(self.plan.render_s)
        never = timeline.chance(self.plan.troubles.never_ends)
        fails = timeline.chance(self.plan.troubles.generation_fails)
        one = Rendering(
            oxen_id,
            row_id,
            dict(payload),
            sent_s,
            now_s,
            starts_s,
            None if never else starts_s + timeline.mostly_short(self.plan.render_s),
            RemoteStatus.FAILED if fails else RemoteStatus.SUCCEEDED,
        )
        self.renderings[oxen_id] = one
        timeline.note("oxen", f"accepts {oxen_id} for generation {row_id}")
        if one.ends_s is not None:
            timeline.after(one.ends_s - now_s, lambda: self._end(one))
        return self.told(one, now_s)

    def statuses(self) -> list[RemoteStatus]:
        """How far each one is now, in the order of their acceptance."""
        return [one.status(self.timeline.now_s) for one in self.renderings.values()]

    def cancel(self, oxen_id: str) -> None:
        one = self.renderings[oxen_id]
        if one.status(self.timeline.now_s) in _ACTIVE:
            one.cancelled_s = self.timeline.now_s
            self.timeline.note("oxen", f"cancels {oxen_id}")

    def told(self, one: Rendering, seen_s: float) -> RemoteGeneration:
        """What Oxen answers about a generation, by what a replica knew at ``seen_s``."""
        status = one.status(max(seen_s, one.accepted_s))
        url = f"https://sim/{one.oxen_id}?{self.timeline.now_s}"
        return RemoteGeneration(
            oxen_id=one.oxen_id,
            status=status,
            model=one.payload["model"],
            prompt=one.payload["prompt"],
            result_url=url if status is RemoteStatus.SUCCEEDED else None,
            error_message="The model could not do it." if status is RemoteStatus.FAILED else None,
            enqueued_at_s=self.timeline.true_s() - int(self.timeline.now_s - one.accepted_s),
            parameters=one.payload,
        )

    def listed(self, status: RemoteStatus) -> list[RemoteGeneration]:
        """What the list shows, as late as the plan says."""
        seen_s = self.timeline.now_s - self.plan.list_lag_s
        shown = [one for one in self.renderings.values() if one.accepted_s <= seen_s]
        return [self.told(one, seen_s) for one in shown if one.status(seen_s) is status]

    def _end(self, one: Rendering) -> None:
        if one.status(self.timeline.now_s) is RemoteStatus.CANCELLED:
            return
        self.timeline.note("oxen", f"ends {one.oxen_id}: {one.outcome}")
        told = self.told(one, self.timeline.now_s)
        # Every other event comes without its link, as nobody knows whether Oxen's always have one.
        url = told.result_url if int(one.oxen_id.rpartition("-")[2]) % 2 else None
        for listener in tuple(self.listeners):
            listener(GenerationFinished(one.oxen_id, one.outcome, url))
