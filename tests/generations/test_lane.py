from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.generations.lane import Again, Lane
from tests.world import Troubles


@asynccontextmanager
async def running(lane: Lane) -> AsyncIterator[None]:
    task = asyncio.create_task(lane.run())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await lane.close()


class Desk:
    """Work that is done when the test says so."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.at_once = 0
        self.most_at_once = 0
        self.answers: dict[int, list[Again | Exception]] = {}
        self.open = asyncio.Event()
        self._changed = asyncio.Condition()

    async def work(self, number: int) -> Again:
        self.begun.append(number)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        async with self._changed:
            self._changed.notify_all()
        try:
            await self.open.wait()
        finally:
            self.at_once -= 1
        answer = self.answers.get(number, [None]).pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def until(self, condition: Callable[[], bool]) -> None:
        async with self._changed:
            await self._changed.wait_for(condition)


async def settled(lane: Lane, *numbers: int) -> None:
    while any(number in lane for number in numbers):  # noqa: ASYNC110  a turn of the loop each
        await asyncio.sleep(0)


async def test_no_more_at_once_than_there_are_places() -> None:
    desk = Desk()
    lane = Lane("test", desk.work, width=2)
    async with running(lane):
        for number in range(5):
            lane.put(number)
        await desk.until(lambda: desk.at_once == 2)
        desk.open.set()
        await settled(lane, *range(5))

    assert sorted(desk.begun) == [0, 1, 2, 3, 4]
    assert desk.most_at_once == 2


async def test_one_id_is_never_worked_on_twice_at_once_but_once_more_afterwards() -> None:
    desk = Desk()
    desk.answers[1] = [None, None]
    lane = Lane("test", desk.work, width=4)
    async with running(lane):
        lane.put(1)
        await desk.until(lambda: desk.at_once == 1)
        lane.put(1)
        lane.put(1)
        desk.open.set()
        await settled(lane, 1)

    assert desk.begun == [1, 1]
    assert desk.most_at_once == 1


async def test_work_that_wants_another_look_gets_it() -> None:
    desk = Desk()
    desk.open.set()
    desk.answers[1] = [0.0, 0.001, None]
    lane = Lane("test", desk.work, width=1)
    async with running(lane):
        lane.put(1)
        await settled(lane, 1)

    assert desk.begun == [1, 1, 1]


async def test_what_waits_for_its_next_look_is_woken_and_keeps_no_place() -> None:
    desk = Desk()
    desk.open.set()
    desk.answers[1] = [3_600.0, None]
    lane = Lane("test", desk.work, width=1)
    async with running(lane):
        lane.put(1)
        await desk.until(lambda: desk.begun == [1])
        lane.put(2)
        await settled(lane, 2)
        assert 1 in lane
        lane.put(1)
        await settled(lane, 1)

    assert desk.begun == [1, 2, 1]


async def test_work_that_breaks_is_tried_again(troubles: Troubles) -> None:
    desk = Desk()
    desk.open.set()
    desk.answers[1] = [ZeroDivisionError(), None]
    lane = Lane("test", desk.work, width=1)
    async with running(lane):
        lane.put(1)
        while not troubles.events:  # noqa: ASYNC110  a turn of the loop each
            await asyncio.sleep(0)
        lane.put(1)
        await settled(lane, 1)

    assert desk.begun == [1, 1]
    troubles.expect("lane.work_failed")


async def test_closing_lets_work_under_way_finish_and_begins_nothing_new() -> None:
    desk = Desk()
    desk.answers = {1: [5.0], 3: [3_600.0, None]}
    lane = Lane("test", desk.work, width=2)
    async with running(lane):
        desk.open.set()
        lane.put(3)
        await desk.until(lambda: desk.begun == [3])
        await asyncio.sleep(0)
        desk.open.clear()
        lane.put(1)
        lane.put(2)
        lane.put(4)
        await desk.until(lambda: desk.at_once == 2)
        closing = asyncio.create_task(lane.close(let_finish=True))
        await asyncio.sleep(0)
        assert not closing.done()
        desk.open.set()
        await closing
        lane.put(5)
        await asyncio.sleep(0)

    assert desk.begun == [3, 1, 2]


async def test_closing_at_once_cancels() -> None:
    desk = Desk()
    lane = Lane("test", desk.work, width=1)
    async with running(lane):
        lane.put(1)
        await desk.until(lambda: desk.at_once == 1)
        await lane.close()

    assert desk.at_once == 0
    assert 1 not in lane


async def test_whoever_puts_something_in_neither_waits_nor_owns_the_work() -> None:
    desk = Desk()
    lane = Lane("test", desk.work, width=1)
    async with running(lane):

        async def command() -> None:
            lane.put(1)

        await asyncio.create_task(command())
        await desk.until(lambda: desk.at_once == 1)
        desk.open.set()
        await settled(lane, 1)

    assert desk.begun == [1]
