"""The invariants, literally, when the bot is killed again and again wherever it stands."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from bot.models.generation import GenerationState
from bot.sandbox.server import Sandbox
from tests.generations.building import Surroundings, rigged
from tests.generations.channel import Channel
from tests.generations.hazard import Hazard
from tests.generations.rig import Choices, Rig
from tests.generations.ticking import TestClock

LIVES = 5
CALLS_OF_A_LIFE = 45
MINUTES_BETWEEN = (0, 1, 3, 6)
CHOICES = Choices(sweep_interval_s=2)


# A process that is killed closes none of its files; here they are left to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("seed", range(8))
async def test_whenever_it_is_killed_everything_ends_well(
    oxen: Sandbox, channel: Channel, clock: TestClock, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    around = Surroundings(oxen, channel, clock, tmp_path)
    deaths = []
    for life in range(LIVES):
        hazard = Hazard(chance.randint(1, CALLS_OF_A_LIFE), after=chance.random() < 0.5)
        async with rigged(around, CHOICES, hazard) as rig:
            if life == 0:
                await rig.ask(takes=2)
                await rig.ask(user_id=8)
            await rig.engine.start()
            await killed_or_at_rest(rig, hazard)
            deaths.append(hazard.at)
        clock.pass_minutes(chance.choice(MINUTES_BETWEEN))
    async with rigged(around, CHOICES) as rig:
        await rig.engine.start()
        await rig.at_rest()
        await check_invariants(rig, deaths)


async def killed_or_at_rest(rig: Rig, hazard: Hazard) -> None:
    struck = asyncio.create_task(hazard.struck.wait())
    rested = asyncio.create_task(rig.at_rest())
    await asyncio.wait({struck, rested}, return_when=asyncio.FIRST_COMPLETED)
    await rig.kill()
    for task in (struck, rested):
        task.cancel()
    await asyncio.gather(struck, rested, return_exceptions=True)


async def check_invariants(rig: Rig, deaths: list[str]) -> None:
    rows = await rig.everything()
    assert len(rows) == 3
    for row in rows:
        posts = rig.channel.visible(row.id)
        assert row.is_final, deaths
        assert len(posts) <= 1, f"at most one visible post: {deaths}"
        if row.state is GenerationState.DELIVERED:
            assert [post.id for post in posts] == [row.posted_message_id], deaths
        else:
            assert row.failure is not None, f"a reason that the person can read: {deaths}"
    assert await rig.ledger_breaches() == [], deaths
    paid = [g.id for g in rig.sandbox.generations if g.billed_microusd]
    known = await rig.store.known_oxen_ids(paid)
    assert known == set(paid), f"nothing that was paid for is forgotten: {deaths}"
    assert len(paid) <= len(rows), f"nothing is paid for twice: {deaths}"
    for request_id in {row.request_id for row in rows}:
        last = rig.channel.shown(request_id)[-1]
        assert all(g.is_final for g in last.request.generations), deaths
