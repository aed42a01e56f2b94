"""A video is visible once, whatever is lost, killed, set back, closed or tried again."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.errors import StoreError
from bot.generations.oversight import Oversight
from bot.models.generation import Generation, GenerationState, Surface
from bot.sandbox.server import Sandbox
from tests.generations.building import Surroundings, rigged
from tests.generations.channel import Channel, Mishap
from tests.generations.rig import Choices, Rig
from tests.generations.ticking import TestClock
from tests.world import Troubles

POSTING = GenerationState.POSTING
FAILED = GenerationState.FAILED
DELIVERED = GenerationState.DELIVERED


@pytest.fixture
def around(oxen: Sandbox, channel: Channel, clock: TestClock, tmp_path: Path) -> Surroundings:
    return Surroundings(oxen, channel, clock, tmp_path)


async def killed_after_the_send(around: Surroundings) -> None:
    """A life in which Discord took the video, and the bot never heard of that."""
    async with rigged(around, Choices()) as rig:
        rig.channel.mishaps = [Mishap.LOST_AFTER]
        await rig.engine.start()
        await rig.ask()
        await rig.until(partial(_posts, rig, 1))
        await rig.kill()


async def lived_to_the_end(around: Surroundings) -> Generation:
    async with rigged(around, Choices()) as rig:
        await rig.engine.start()
        (ended,) = await rig.at_rest()
        return ended


async def _posts(rig: Rig, count: int) -> bool:
    return len(rig.channel.posts) >= count


async def _sends(rig: Rig, count: int) -> bool:
    return rig.channel.sends.total() >= count


async def _looked(rig: Rig) -> int:
    return rig.channel.looks


def moderator(rig: Rig) -> Oversight:
    return Oversight(rig.store, look=rig.engine.look, clock=rig.clock)


async def delivered_once(rig: Rig, surface: Surface) -> Generation:
    (ended,) = await rig.at_rest()
    assert ended.state is DELIVERED
    assert [post.surface for post in rig.channel.visible(ended.id)] == [surface]
    assert ended.surface is surface
    return ended


async def test_killed_between_finding_the_post_and_writing_it_down(around: Surroundings) -> None:
    await killed_after_the_send(around)
    around.clock.pass_minutes(10)
    async with rigged(around, Choices()) as rig:
        struck = asyncio.Event()

        async def killed_here(*_: Any, **__: Any) -> Generation:
            struck.set()
            await asyncio.get_running_loop().create_future()
            raise AssertionError("unreachable")

        rig.store.deliver = killed_here  # type: ignore[method-assign]
        await rig.engine.start()
        await struck.wait()
        await rig.kill()
    around.clock.pass_minutes(0.2)
    ended = await lived_to_the_end(around)

    assert len(around.channel.visible(ended.id)) == 1


async def test_a_commit_that_fails_after_finding_the_post(rig: Rig, troubles: Troubles) -> None:
    rig.channel.mishaps = [Mishap.LOST_AFTER]
    rig.channel.upload_ms = 3 * 60_000
    real = rig.store.deliver
    failed: list[int] = []

    async def locked_once(generation_id: int, *, message_id: int, now_ms: int) -> Generation:
        if not failed:
            failed.append(message_id)
            raise StoreError("database is locked")
        return await real(generation_id, message_id=message_id, now_ms=now_ms)

    rig.store.deliver = locked_once  # type: ignore[method-assign]
    await rig.engine.start()
    await rig.ask()

    await delivered_once(rig, Surface.REPLY)
    troubles.expect("lane.work_failed")


@pytest.mark.parametrize("set_back_minutes", [0, 9])
async def test_after_a_restart_only_the_channel_is_believed(
    around: Surroundings, set_back_minutes: float
) -> None:
    await killed_after_the_send(around)
    around.clock.pass_minutes(10)
    around.clock.jump_minutes(-set_back_minutes)
    ended = await lived_to_the_end(around)

    assert len(around.channel.visible(ended.id)) == 1
    assert around.channel.looks == 1


async def test_what_a_killed_process_sent_may_still_arrive(around: Surroundings) -> None:
    async with rigged(around, Choices()) as rig:
        rig.channel.mishaps = [Mishap.LOST_BEFORE]
        await rig.engine.start()
        await rig.ask()
        await rig.until(partial(_sends, rig, 1))
        await rig.kill()
    around.channel.mute = {Surface.REPLY}
    async with rigged(around, Choices()) as rig:
        await rig.engine.start()
        await rig.until(partial(_sends, rig, 3))
        assert rig.channel.posts == [], "it may appear beside any other"
        rig.clock.pass_minutes(3)

        await delivered_once(rig, Surface.PLACEHOLDER)


async def test_a_card_that_may_be_the_video_stays_the_only_place(
    rig: Rig, troubles: Troubles
) -> None:
    rig.channel.surface = Surface.PLACEHOLDER
    rig.channel.mishaps = [Mishap.LOST_AFTER]
    await rig.engine.start()
    await rig.ask()
    await rig.until(partial(_posts, rig, 1))
    rig.channel.closed = {Surface.PLACEHOLDER, Surface.REPLY}
    rig.clock.pass_minutes(24 * 60 + 1)
    await rig.parts.reaper.reap()
    rig.clock.pass_minutes(31)
    await rig.parts.reaper.reap()
    (ended,) = await rig.at_rest()

    assert len(rig.channel.visible(ended.id)) == 1
    troubles.expect("generation.given_up")


@pytest.mark.parametrize("surface", [Surface.REPLY, Surface.PLACEHOLDER])
async def test_where_the_channel_was_deleted_nothing_is_visible_any_more(
    rig: Rig, surface: Surface
) -> None:
    rig.channel.surface = surface
    rig.channel.mishaps = [Mishap.LOST_AFTER]
    await rig.engine.start()
    await rig.ask()
    await rig.until(partial(_posts, rig, 1))
    rig.channel.gone = {Surface.REPLY, Surface.PLACEHOLDER}

    await delivered_once(rig, Surface.DIRECT)


async def test_given_up_and_tried_again_it_is_looked_for_where_it_may_be(rig: Rig) -> None:
    rig.channel.mishaps = [Mishap.LOST_AFTER]
    await rig.engine.start()
    await rig.ask()
    await rig.until(partial(_posts, rig, 1))
    rig.channel.closed = {Surface.REPLY}
    (posting,) = await rig.reached(POSTING)
    rig.clock.pass_minutes(6)
    await rig.until(partial(_looked, rig))
    await moderator(rig).give_up(posting.id, 1)
    await rig.at_rest()

    # What is chosen where the history may not be read.
    rig.channel.surface = Surface.PLACEHOLDER
    await moderator(rig).try_again(posting.id, 1)
    await rig.until(partial(_looked_again, rig, rig.channel.looks))
    assert len(rig.channel.visible(posting.id)) == 1

    rig.channel.closed = set()
    rig.engine.look(await rig.one())
    await delivered_once(rig, Surface.REPLY)


async def _looked_again(rig: Rig, before: int) -> bool:
    return rig.channel.looks > before


@pytest.mark.parametrize("minutes", [1, 3])
async def test_sent_again_on_the_card_it_is_not_drawn_over(rig: Rig, minutes: float) -> None:
    rig.channel.closed = set(Surface)
    await rig.engine.start()
    asked = await rig.ask()
    (failed,) = await rig.at_rest()
    assert failed.state is FAILED
    rig.clock.pass_minutes(minutes)
    rig.channel.closed = {Surface.REPLY}
    rig.channel.surface = Surface.PLACEHOLDER

    await moderator(rig).try_again(failed.id, 1)

    await delivered_once(rig, Surface.PLACEHOLDER)
    drawn = [card.request.generations[0].state for card in rig.channel.shown(asked.request.id)]
    assert DELIVERED not in drawn, "the card was drawn over the video"
