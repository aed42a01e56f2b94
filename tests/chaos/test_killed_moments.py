"""Single kills at the moments that matter, and what is there after the next start."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.chaos.stage import Stage, staged
from tests.chaos.wire_faults import Moment, WireFault

pytestmark = pytest.mark.chaos


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path) as running:
        yield running


async def kill_at(stage: Stage, endpoint: str, moment: Moment) -> None:
    def watch(passing: str, when: Moment) -> None:
        if (passing, when) == (endpoint, moment) and stage.bot.kill():
            stage.discord.watch = lambda _endpoint, _moment: None

    stage.discord.watch = watch


async def start_again(stage: Stage) -> None:
    await stage.bot.gone()
    await stage.bot.start()
    await stage.bot.ready()


async def test_killed_after_discord_took_the_video_it_is_not_posted_again(stage: Stage) -> None:
    await kill_at(stage, "send", Moment.AFTER)
    asked = await stage.ask()
    await start_again(stage)

    row = await stage.ended(asked)

    assert row.state == "delivered"
    assert len(stage.posts(row)) == 1
    assert stage.sends() == 1
    assert stage.bot.logged("deliver.found") == 1


async def test_killed_before_it_knew_its_card_the_video_is_posted_all_the_same(
    stage: Stage,
) -> None:
    stage.discord.faults.arm(WireFault("callback", moment=Moment.AFTER, times=1))
    await kill_at(stage, "original_edit", Moment.BEFORE)
    asked = await stage.ask()
    await start_again(stage)

    row = await stage.ended(asked)

    assert row.state == "delivered"
    assert len(stage.posts(row)) == 1


async def test_killed_before_it_knew_its_card_a_failure_can_be_read_all_the_same(
    stage: Stage,
) -> None:
    stage.discord.faults.arm(WireFault("callback", moment=Moment.AFTER, times=1))
    stage.sandbox.faults.arm("fail-generation", times=1)
    await kill_at(stage, "original_edit", Moment.BEFORE)
    asked = await stage.ask()
    await start_again(stage)

    row = await stage.ended(asked)

    assert row.state == "failed"
    await stage.until(
        lambda: any(
            "charged" in message.words() and asked.label in message.words()
            for message in stage.discord.books.visible()
        ),
        within_s=8,
    )
