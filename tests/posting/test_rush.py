from __future__ import annotations

import asyncio

from bot.posting.rush import Rush


async def test_nobodys_work_begins_before_everybody_in_the_crowd_is_acknowledged() -> None:
    rush = Rush()
    order: list[str] = []
    last = asyncio.Event()

    async def one(name: str, acknowledged: asyncio.Event) -> None:
        async def acknowledge() -> str:
            await acknowledged.wait()
            order.append(f"{name} is heard")
            return name

        assert await rush.first(acknowledge()) == name
        order.append(f"work for {name}")

    async with asyncio.TaskGroup() as crowd:
        at_once = asyncio.Event()
        at_once.set()
        crowd.create_task(one("Ben", last))
        crowd.create_task(one("Ada", at_once))
        for _ in range(5):
            await asyncio.sleep(0)
        last.set()

    assert order[:2] == ["Ada is heard", "Ben is heard"]
    assert sorted(order[2:]) == ["work for Ada", "work for Ben"]


async def test_an_acknowledgement_that_hangs_or_fails_holds_nobody_up_for_long() -> None:
    rush = Rush()
    hanging = asyncio.create_task(rush.first(asyncio.Event().wait()))
    await asyncio.sleep(0)

    async with asyncio.timeout(5):
        assert await rush.first(asyncio.sleep(0, "heard")) == "heard"
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)

    assert rush._over.is_set()
