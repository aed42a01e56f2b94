"""When Oxen has as many as it may, requests wait, and people take turns."""

import pytest

from tests.world import World, words

ONE_AT_A_TIME = pytest.mark.world(
    sandbox={"render_seconds": None}, oxen={"max_in_flight": 1}, quota={"in_flight": 20}
)


async def order_at_oxen(world: World, count: int) -> list[str]:
    """Finish one after the other; the prompts in the order in which Oxen got them."""
    for number in range(1, count + 1):
        generations = await world.at_oxen(number)
        assert len(generations) == number, "never more than one at a time"
        world.clock.ahead_ms += 1_000
        await world.sandbox.fail(generations[-1].id, "next please")
    return [str(g.parameters["prompt"]) for g in world.sandbox.generations]


@ONE_AT_A_TIME
async def test_ten_of_one_person_do_not_hold_up_the_first_of_another(world: World) -> None:
    for number in range(1, 11):
        await world.create(f"alice {number}")
    await world.create("ben 1", by=world.ben)

    order = await order_at_oxen(world, 11)

    assert order.index("ben 1") == 1, "only what was under way already comes before it"
    assert [one for one in order if one.startswith("alice")] == [f"alice {n}" for n in range(1, 11)]


@ONE_AT_A_TIME
async def test_people_take_turns(world: World) -> None:
    await world.create("alice 1")
    await world.at_oxen()
    for number in (2, 3):
        await world.create(f"alice {number}")
    for number in (1, 2):
        await world.create(f"ben {number}", by=world.ben)
    await world.create("mia 1", by=world.mia)

    order = await order_at_oxen(world, 6)

    assert order == ["alice 1", "ben 1", "mia 1", "alice 2", "ben 2", "alice 3"]


@ONE_AT_A_TIME
async def test_each_placeholder_shows_its_place(world: World) -> None:
    await world.create("alice 1")
    await world.at_oxen()
    await world.create("alice 2")
    await world.create("alice 3")

    await world.create("ben 1", by=world.ben)

    await world.shows("### In line for", "Next in line", card=3)
    world.clock.ahead_ms += 30_000
    for generation in await world.generations():
        world.app.engine.parts.board.lane.put(generation.request_id)
    await world.shows("Number 2 in line", card=1)
    await world.shows("Number 3 in line", card=2)


@pytest.mark.world(sandbox={"render_seconds": None}, oxen={"max_in_flight": 2})
async def test_oxen_never_has_more_than_the_bot_may_send(world: World) -> None:
    await world.create(takes=4)
    first, _ = await world.at_oxen(2)
    await world.shows("**Take 2** · rendering", "**Take 3** · in line")

    assert len(world.sandbox.generations) == 2
    await world.sandbox.finish(first.id)
    assert len(await world.at_oxen(3)) == 3
    assert "Take 4** · in line" in words(world.messages()[0])
