"""Quotas: what a person has used and has left, and the words when it is too much."""

import asyncio
import re
from datetime import UTC, datetime

import pytest

from bot.errors import QuotaExceededError
from bot.models.generation import GenerationState, NewRequest, VideoSettings
from tests.world import World, picture, private_answer, words

BY_HAND = {"render_seconds": None}
DAY_MS = 86_400_000


async def quota_of(world: World) -> str:
    """What ``/quota`` tells Alice."""
    return words(private_answer(await world.alice.slash(world.channel, "quota")))


def at(year: int, month: int, day: int) -> int:
    """Midnight in UTC, in seconds, as Discord's timestamps have it."""
    return int(datetime(year, month, day, tzinfo=UTC).timestamp())


@pytest.mark.world(
    quota={
        "generations_per_day": 4,
        "seconds_per_day": 40,
        "generations_per_month": 60,
        "seconds_per_month": "unlimited",
        "in_flight": 3,
    }
)
async def test_quota_shows_what_is_used_with_bars_and_when_it_renews(world: World) -> None:
    await world.create(duration=10)
    await world.delivered()

    shown = await quota_of(world)

    assert "### Your quota" in shown
    assert f"**Today** · renews <t:{at(2026, 1, 2)}:R>" in shown
    assert "`██░░░░░░░░` 1 of 4 videos used" in shown
    assert "`██░░░░░░░░` 10 of 40 s" in shown
    assert f"**This month** · renews <t:{at(2026, 2, 1)}:R>" in shown
    assert "`█░░░░░░░░░` 1 of 60 videos" in shown
    assert "10 s used · no limit" in shown
    assert "**Under way** · 0 of 3 videos at once" in shown
    assert "5 s cost $1.12" in shown
    assert len(world.messages()) == 2, "it is nobody else's business"


@pytest.mark.world(quota={"time_zone": "America/New_York", "generations_per_day": 1})
async def test_a_day_ends_at_midnight_of_the_configured_time_zone(world: World) -> None:
    # SimCord's time begins at midnight in UTC: in New York it is 19:00 on New Year's Eve.
    assert f"renews <t:{at(2026, 1, 1) + 5 * 3600}:R>" in await quota_of(world)
    await world.create()
    await world.delivered()
    refused = await world.create()
    assert "You have used 1 of 1 video today" in words(private_answer(refused))

    world.clock.ahead_ms += 5 * 3_600_000

    await world.create("next year")
    await world.delivered()


@pytest.mark.world(quota={"generations_per_day": 2})
async def test_the_videos_of_a_day(world: World) -> None:
    for _ in range(2):
        await world.create()
        await world.delivered()

    refused = await world.create("one more")

    told = words(private_answer(refused))
    assert f"You have used 2 of 2 videos today; the next is free <t:{at(2026, 1, 2)}:R>." in told
    assert "[Edit]" in told
    assert len(world.messages()) == 4
    assert await world.used(world.alice) == (2, 10)
    await world.create("somebody else's day", by=world.ben)
    await world.delivered()
    world.clock.ahead_ms += DAY_MS
    await world.create("tomorrow")
    await world.delivered()


@pytest.mark.world(quota={"seconds_per_day": 20})
async def test_the_seconds_of_a_day(world: World) -> None:
    await world.create(duration=12)
    await world.delivered()

    refused = await world.create(duration=9)

    assert (
        "This asks for 9 seconds of video, and 8 of 20 are left today; "
        f"more are free <t:{at(2026, 1, 2)}:R>." in words(private_answer(refused))
    )
    await world.create(duration=8)
    await world.delivered()
    refused = await world.create(duration=3)
    assert "You have used 20 of 20 seconds of video today" in words(private_answer(refused))


@pytest.mark.world(quota={"generations_per_month": 2, "seconds_per_month": 100})
async def test_the_videos_of_a_month(world: World) -> None:
    await world.create(takes=2)
    await world.delivered(take=2)
    world.clock.ahead_ms += 20 * DAY_MS

    refused = await world.create()

    assert (
        f"You have used 2 of 2 videos this month; the next is free <t:{at(2026, 2, 1)}:R>."
        in words(private_answer(refused))
    )
    world.clock.ahead_ms += 11 * DAY_MS
    await world.create("in February")
    await world.delivered()


@pytest.mark.world(quota={"seconds_per_month": 10})
async def test_the_seconds_of_a_month(world: World) -> None:
    await world.create(duration=10)
    await world.delivered()

    refused = await world.create(duration=3)

    assert (
        "You have used 10 of 10 seconds of video this month; "
        f"the next are free <t:{at(2026, 2, 1)}:R>." in words(private_answer(refused))
    )


@pytest.mark.world(quota={"in_flight": 1}, sandbox=BY_HAND)
async def test_how_many_may_be_under_way_at_once(world: World) -> None:
    await world.create("first")
    (first,) = await world.at_oxen()
    assert "**Under way** · 1 of 1 video at once" in await quota_of(world)

    refused = await world.create("second")

    assert (
        "You have 1 video in the making, and the limit is 1 at a time. "
        "Ask again when one is done, or cancel one." in words(private_answer(refused))
    )
    await world.create("ben has his own", by=world.ben)
    await world.at_oxen(2)
    await world.sandbox.finish(first.id)
    await world.reached(GenerationState.DELIVERED, request=0)
    await world.create("now it fits")
    await world.at_oxen(3)


@pytest.mark.world(quota={"generations_per_day": 3})
async def test_all_takes_fit_or_none_is_made(world: World) -> None:
    refused = await world.create("a walk", takes=4)

    told = words(private_answer(refused))
    assert "This asks for 4 videos, more than the limit of 3 a day." in told
    assert "To change those, send `/video create` again." in told
    assert "> a walk" in told, "to be copied"
    assert await world.generations() == []


@pytest.mark.world(quota={"generations_per_day": 1}, sandbox=BY_HAND)
async def test_a_failure_gives_the_quota_back(world: World) -> None:
    await world.create("first")
    (first,) = await world.at_oxen()
    assert "You have used 1 of 1 video today" in words(private_answer(await world.create()))

    await world.sandbox.fail(first.id, "no")
    await world.reached(GenerationState.FAILED)

    assert "0 of 1 videos" in await quota_of(world)
    await world.create("second")
    _, second = await world.at_oxen(2)
    await world.sandbox.finish(second.id)
    await world.delivered()
    assert await world.used(world.alice) == (1, 5)


@pytest.mark.world(quota={"generations_per_day": 3}, sandbox=BY_HAND)
async def test_two_commands_that_race_for_the_last_video_get_one(world: World) -> None:
    await world.create(takes=2)
    await world.at_oxen(2)
    service = world.app.bot.services.generations

    outcomes = await asyncio.gather(
        *(service.create(_asked(world, number)) for number in range(5)), return_exceptions=True
    )

    refused = [one for one in outcomes if isinstance(one, QuotaExceededError)]
    assert len(refused) == 4
    assert await world.used(world.alice) == (3, 15)


@pytest.mark.world(quota={"generations_per_day": 1}, sandbox=BY_HAND)
async def test_the_same_command_delivered_twice_counts_once(world: World) -> None:
    service = world.app.bot.services.generations

    one, two = await asyncio.gather(
        service.create(_asked(world, 1)), service.create(_asked(world, 1))
    )

    assert one.request.id == two.request.id
    assert await world.used(world.alice) == (1, 5)


async def test_the_press_of_again_counts_against_the_one_who_pressed(world: World) -> None:
    await world.create()
    result = await world.delivered()
    await world.mia.click(result, label="Again")
    await world.delivered()

    assert await world.used(world.alice) == (1, 5)
    assert await world.used(world.mia) == (1, 5), "a moderator has a quota like anybody"


@pytest.mark.world(quota={"generations_per_day": 1})
async def test_over_the_limit_the_bar_is_full(world: World) -> None:
    await world.create()
    await world.delivered()

    assert re.search(r"`█{10}` 1 of 1 videos?", await quota_of(world))


def _asked(world: World, number: int) -> NewRequest:
    return NewRequest(
        interaction_id=1_000 + number,
        user_id=world.alice.id,
        user_name="alice",
        guild_id=world.guild.id,
        channel_id=world.channel.id,
        private=False,
        settings=VideoSettings(
            model=world.app.bot.services.model,
            prompt="a race",
            aspect_ratio="16:9",
            duration_s=5,
        ),
        references=(),
        takes=1,
        price_microusd=None,
    )


@pytest.mark.world(quota={"generations_per_day": 1})
@pytest.mark.parametrize("prompt", ["one more", "far too long " * 50])
async def test_pictures_of_somebody_without_quota_are_not_even_fetched(
    world: World, prompt: str
) -> None:
    await world.create()
    await world.delivered()

    refused = await world.create(prompt, image1=("fox.png", picture()))

    told = words(private_answer(refused))
    assert ("1 of 1 video today" in told) != ("too many" in told)
    assert "[Edit]" not in told, "it would make another video, without the picture"
    assert f"> {prompt[:60].strip()}" in told, "what was typed is not lost"
    assert not (world.folder / "pictures").exists()
