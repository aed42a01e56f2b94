"""One seed, one schedule: lives of the process, people, upheavals, and at last calm."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import fields
from typing import Any

from sqlalchemy import bindparam, select

from bot.store.schema import generations, requests
from tests.simulation import promises
from tests.simulation.channel import Channel
from tests.simulation.database import LastingDatabase
from tests.simulation.library import Disk
from tests.simulation.life import Life
from tests.simulation.oxen_books import OxenBooks
from tests.simulation.plan import DIES, Wish, draw
from tests.simulation.process import Process
from tests.simulation.remarks import Remarks
from tests.simulation.timeline import Timeline
from tests.simulation.upheavals import upheave
from tests.simulation.virtual_loop import VirtualLoop

_LONGEST_S = 50 * 3_600.0
"""After calm sets in: more than a day (the reaper) and two (late orphans)."""
_LOOK_EVERY_S = 60.0
_SHORTEST_DOWN_S = 5.0
_LONGEST_DOWN_S = 3_600.0
_NOT_UP_S = 20.0
_MOST_STEPS = 300
_INTERACTION = 900_000
_ASKED_FOR = select(requests.c.id).where(requests.c.interaction_id == bindparam("interaction_id"))


class Schedule:
    """Plays one seed. ``run`` returns the promises that were broken, in words."""

    def __init__(self, seed: int, database: LastingDatabase) -> None:
        self.timeline = Timeline(seed)
        self.plan = draw(self.timeline)
        self.database = database
        self.books = OxenBooks(self.timeline, self.plan)
        self.channel = Channel(self.timeline, self.plan)
        self._disk = Disk(self.timeline)
        self._process: Process | None = None
        self._life: Life | None = None
        self._lives = 0
        self._kills, self._stops = self.plan.kills, self.plan.stops
        self._calm = self._over = False
        self._rested = 0
        self._at_rest = list(self.plan.at_rest)
        self._seen: tuple[object, ...] = ()
        self._unsettled = True
        self.broken: list[str] = []

    def run(self) -> list[str]:
        self.database.clear()
        timeline = self.timeline
        for number, wish in enumerate(self.plan.wishes):
            timeline.after(wish.at_s, _later(self._ask, wish, _INTERACTION + number))
        for at_s, what in self.plan.upheavals:
            timeline.after(at_s, _later(self._upheave, what))
        if self.plan.upset_by_post is not None:
            self.channel.first_shown = _later(self._upheave, self.plan.upset_by_post)
        timeline.after(self.plan.calm_after_s, self._calm_down)
        with Remarks(timeline) as remarks:
            while not self._over:
                self._live()
                if not self._over:
                    timeline.pass_by(_SHORTEST_DOWN_S + timeline.mostly_short(_LONGEST_DOWN_S))
                if not self._calm and timeline.chance(self.plan.clock_set_while_down):
                    self._upheave(timeline.random.choice(("clock jumps", "clock is corrected")))
        self.broken += remarks.unexpected
        self.broken += promises.broken(self.database, self.books, self.channel)
        return list(dict.fromkeys(self.broken))

    def _live(self) -> None:
        """One life, from its start to its end."""
        timeline = self.timeline
        self._lives += 1
        dies_at_step = None
        if not self._calm and self._kills:
            self._kills -= 1
            dies_at_step = int(_MOST_STEPS ** timeline.random.random())
        elif not self._calm and self._stops:
            self._stops -= 1
            timeline.after(timeline.mostly_short(600), self._stop)
        life = Life(timeline, number=self._lives, dies_at_step=dies_at_step)
        self._life = life
        timeline.note("process", f"life {self._lives} begins")
        loop = VirtualLoop(timeline)
        loop.create_task(self._be(life))
        try:
            loop.run_forever()
        finally:
            life.alive = False
            self._process = None
            self.books.listeners.clear()
            loop.drop_everything()

    async def _be(self, life: Life) -> None:
        process = Process(
            life,
            self.plan,
            database=self.database,
            books=self.books,
            channel=self.channel,
            disk=self._disk,
            late=self._late,
        )
        await process.engine.start()
        self._process = process

    def _is_up(self) -> bool:
        return self._process is not None and self._process.life.alive

    def _spawn(self, work: Callable[[Process], Coroutine[Any, Any, object]]) -> bool:
        """Have the process do something for somebody, if it is up."""
        if self._process is None or not self._is_up():
            return False
        asyncio.get_running_loop().create_task(work(self._process))
        return True

    def _ask(self, wish: Wish, interaction_id: int) -> None:
        if not self._spawn(lambda process: process.ask(wish, interaction_id)):
            self.timeline.after(_NOT_UP_S, lambda: self._ask(wish, interaction_id))
            return
        self.timeline.note("person", f"{wish.user_id} asks for {wish.takes}")
        if wish.cancelled_after_s is not None:
            self.timeline.after(
                wish.cancelled_after_s, lambda: self._cancel(wish.user_id, interaction_id)
            )

    def _cancel(self, user_id: int, interaction_id: int) -> None:
        if not self._is_up():
            self.timeline.after(_NOT_UP_S, lambda: self._cancel(user_id, interaction_id))
            return
        request_id = self.database.look(
            lambda connection: connection.execute(
                _ASKED_FOR, {"interaction_id": interaction_id}
            ).scalar_one_or_none()
        )
        if request_id is None:
            return
        self._spawn(lambda process: process.cancel(request_id, user_id))
        self.timeline.note("person", f"{user_id} cancels request {request_id}")

    def _stop(self) -> None:
        """SIGTERM: the process ends by itself, unless it is killed meanwhile."""

        async def stop(process: Process) -> None:
            self.timeline.note("process", "is asked to stop")
            await process.engine.stop()
            process.life.end("stopped")

        if not self._calm:
            self._spawn(stop)

    def _upheave(self, what: str) -> None:
        if what == DIES:
            if self._life is not None and self._is_up() and not self._calm:
                self._life.end("killed as its video is shown")
            return
        upheave(what, self.timeline, self.channel, self._spawn)

    def _late(self, oxen_id: str) -> None:
        state = self.database.look(
            lambda connection: connection.execute(
                select(generations.c.state).where(generations.c.oxen_id == oxen_id)
            ).scalar_one_or_none()
        )
        if state == "rendering":
            self.broken.append(f"{oxen_id}: its event was heard, and nobody looked")

    def _calm_down(self) -> None:
        """Faults stop; what was lost for good stays lost."""
        self.timeline.note("world", "calm sets in")
        self._calm = True
        self.timeline.clock_offset_ms = 0
        for one in fields(self.plan.troubles):
            setattr(self.plan.troubles, one.name, 0.0)
        if self._life is not None:
            self._life.spare()
        self.timeline.after(_LOOK_EVERY_S, lambda: self._look(self.timeline.now_s))

    def _look(self, since_s: float) -> None:
        """Whether everything is at rest; if so twice, or after the longest time, that is all."""
        waited_s = self.timeline.now_s - since_s
        self._rested += 1
        seen = (self.database.changes, self.books.on_the_way, *self.books.statuses())
        if seen != self._seen:
            self._seen = seen
            self._unsettled = promises.unsettled(self.database, self.books)
        if self._unsettled:
            self._rested = 0
        if self._process is not None and (self._rested > 1 or waited_s > _LONGEST_S):
            if self._at_rest and waited_s <= _LONGEST_S:
                self._upheave(self._at_rest.pop(0))
                self._rested = 0
                self.timeline.after(_LOOK_EVERY_S, lambda: self._look(self.timeline.now_s))
                return
            self._over = True
            self._process.life.end("the schedule is over")
            return
        pause_s = _LOOK_EVERY_S if waited_s < 3_600 else 10 * _LOOK_EVERY_S
        self.timeline.after(pause_s, lambda: self._look(since_s))


def _later(do: Callable[..., None], *args: object) -> Callable[[], None]:
    return lambda: do(*args)
