"""Whatever the clocks say, and however they are set meanwhile, nothing is paid for twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.models.generation import GenerationState
from bot.models.remote import RemoteGeneration
from bot.sandbox.options import SandboxOptions
from bot.sandbox.server import Sandbox
from tests.generations.building import Surroundings, rigged
from tests.generations.channel import Channel
from tests.generations.rig import Choices, Rig
from tests.generations.ticking import TestClock
from tests.made_once import lay_out_database
from tests.world import quick_video

A_DAY = 24 * 60
CHOICES = Choices(settle_s=300)


@dataclass
class TrueClock:
    """Oxen's, which nobody sets."""

    clock: TestClock
    began_ms: int

    def __call__(self) -> int:
        return self.began_ms + self.clock.passed_ms


@pytest.fixture
async def around(clock: TestClock, channel: Channel, tmp_path: Path) -> AsyncIterator[Surroundings]:
    lay_out_database(tmp_path)
    true = TrueClock(clock, clock.now_ms)
    options = SandboxOptions(render_seconds=0.0, renderer=quick_video, clock=true)
    async with Sandbox(options) as oxen:
        yield Surroundings(oxen, channel, clock, tmp_path)


async def killed_before_it_hears_the_answer(rig: Rig) -> None:
    taken = asyncio.Event()

    async def never_comes(_: RemoteGeneration) -> None:
        taken.set()
        await asyncio.get_running_loop().create_future()

    rig.queue.after_post = never_comes
    await rig.engine.start()
    await rig.ask()
    await taken.wait()
    await rig.kill()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("at_first", "then"),
    [
        (180, 0),
        (3 * A_DAY, 0),
        (3 * A_DAY, 3 * A_DAY),
        (0, 3 * A_DAY),
        (0, -3 * A_DAY),
        (-180, 180),
    ],
)
async def test_what_was_sent_is_found_again_however_the_clock_was_and_is_set(
    around: Surroundings, at_first: int, then: int
) -> None:
    clock = around.clock
    clock.jump_minutes(at_first)
    async with rigged(around, CHOICES) as rig:
        await killed_before_it_hears_the_answer(rig)
    clock.jump_minutes(then - at_first)
    clock.pass_minutes(12)
    async with rigged(around, CHOICES) as rig:
        await rig.engine.start()
        (delivered,) = await rig.reached(GenerationState.DELIVERED)

        assert rig.posts_seen() == 1
        assert delivered.oxen_id == rig.sandbox.generations[0].id


async def test_of_two_alike_the_later_is_not_taken_for_the_earlier(around: Surroundings) -> None:
    async with rigged(around, CHOICES) as rig:
        rig.sandbox.faults.arm("error-500", route="list")
        rig.sandbox.faults.arm("lost-reply", times=2)
        await rig.engine.start()
        for posts in (1, 2):
            await rig.ask()
            await rig.sandbox.changes.until(lambda posts=posts: rig.posts_seen() == posts)  # type: ignore[misc]
            await rig.sandbox.finish(rig.sandbox.generations[0].id)
            around.clock.pass_minutes(11)
        rig.sandbox.faults.disarm("error-500")
        rig.engine.sweep()
        delivered = await rig.reached(GenerationState.DELIVERED, count=2)

        assert rig.posts_seen() == 2
        assert [g.oxen_id for g in delivered] == [g.id for g in rig.sandbox.generations]
