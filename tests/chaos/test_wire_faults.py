"""Discord's failures on the wire, one by one, against the real process."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.chaos.stage import Stage, staged
from tests.chaos.wire_faults import Moment, WireFault

pytestmark = [pytest.mark.chaos, pytest.mark.asyncio(loop_scope="module")]

CHARGED = ("capture", "reserve")
GIVEN_BACK = ("release", "reserve")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with staged(tmp_path_factory.mktemp("stage")) as stage:
        yield stage


@pytest.fixture
def stage(running: Stage) -> Stage:
    running.discord.faults.disarm()
    for place in running.discord.places.channels.values():
        place.may_send = place.exists = True
    running.discord.places.closed_to_direct.clear()
    return running


@pytest.mark.parametrize(
    "fault",
    [
        WireFault("send", 503, moment=Moment.AFTER, times=1),
        WireFault("send", 502, moment=Moment.AFTER, times=1),
        WireFault("send", 500, moment=Moment.AFTER, times=2),
        WireFault("send", 504, moment=Moment.AFTER, times=1),
        WireFault("send", moment=Moment.AFTER, times=1),
        WireFault("send", 503, times=1),
        WireFault("send", times=1),
        WireFault("send", 429, retry_after_s=0.2, times=2),
    ],
    ids=lambda fault: fault.name,
)
async def test_a_send_that_goes_wrong_ends_in_exactly_one_post(
    stage: Stage, fault: WireFault
) -> None:
    stage.discord.faults.arm(fault)

    row = await stage.ended(await stage.ask())

    assert row.state == "delivered"
    (post,) = stage.posts(row)
    assert not post.deleted
    assert [file.filename for file in post.files] == [f"clapperboard-{row.id}.mp4"]
    assert post.id == row.posted_message_id
    assert row.entries == CHARGED


@pytest.mark.parametrize(
    "fault",
    [
        WireFault("callback", 502, moment=Moment.AFTER, times=1),
        WireFault("callback", 503, moment=Moment.AFTER, times=1),
        WireFault("callback", moment=Moment.AFTER, times=1),
        WireFault("callback", 500, times=1),
    ],
    ids=lambda fault: fault.name,
)
async def test_an_acknowledgement_whose_answer_is_lost_goes_on_as_one(
    stage: Stage, fault: WireFault
) -> None:
    stage.discord.faults.arm(fault)

    asked = await stage.ask()
    row = await stage.ended(asked)

    assert asked.answered
    assert row.state == "delivered"
    assert len(stage.posts(row)) == 1
    await stage.until(lambda: "Done for" in stage.card(asked).words())
    assert row.entries == CHARGED


async def test_a_first_response_that_never_arrived_begins_nothing(stage: Stage) -> None:
    stage.discord.faults.arm(WireFault("callback", times=1))

    unanswered = await stage.ask()
    answered = await stage.ask()
    row = await stage.ended(answered)

    assert not unanswered.answered
    assert row.state == "delivered"
    assert unanswered.label not in {g.parameters["prompt"] for g in stage.sandbox.generations}


async def test_a_post_that_a_moderator_deleted_before_its_answer_came_counts_as_delivered(
    stage: Stage,
) -> None:
    stage.discord.faults.arm(WireFault("send", 503, moment=Moment.AFTER, times=1))
    asked = await stage.ask()
    card_id = (await stage.until(lambda: asked.response_id)) or 0

    def posted() -> list[int]:
        return [m.id for m in stage.discord.books.messages.values() if m.reply_to == card_id]

    (post_id,) = await stage.until(posted)
    stage.discord.books.take_away(post_id)
    row = await stage.ended(asked)

    assert row.state == "delivered"
    assert [post.id for post in stage.posts(row)] == [post_id]
    assert row.entries == CHARGED


async def test_where_nothing_may_be_sent_the_card_itself_becomes_the_video(stage: Stage) -> None:
    asked = await stage.ask()
    await stage.until(lambda: asked.response_id)
    stage.discord.places.channels[asked.channel_id].may_send = False

    row = await stage.ended(asked)

    assert row.state == "delivered"
    assert [post.id for post in stage.posts(row)] == [asked.response_id]
    assert stage.card(asked).files
    assert row.entries == CHARGED


async def test_where_the_channel_is_gone_the_video_comes_by_direct_message(stage: Stage) -> None:
    asked = await stage.ask(user=2)
    await stage.until(lambda: asked.response_id)
    stage.discord.places.channels[asked.channel_id].exists = False

    row = await stage.ended(asked)

    assert row.state == "delivered"
    (post,) = stage.posts(row)
    assert post.channel_id != asked.channel_id
    assert row.entries == CHARGED


async def test_where_no_place_is_left_it_fails_with_a_reason_and_costs_nothing(
    stage: Stage,
) -> None:
    asked = await stage.ask(user=3)
    await stage.until(lambda: asked.response_id)
    stage.discord.places.channels[asked.channel_id].exists = False
    stage.discord.places.closed_to_direct.add(asked.user_id)

    row = await stage.ended(asked)

    assert (row.state, row.failure) == ("failed", "undeliverable")
    assert stage.posts(row) == []
    assert row.entries == GIVEN_BACK


async def test_a_closed_gateway_is_taken_up_again_without_a_second_identify(stage: Stage) -> None:
    books = stage.discord.books
    identified, resumed = len(books.identified_at_s), books.resumed

    await stage.discord.gateway.close_connections()
    await stage.until(lambda: books.resumed > resumed)
    row = await stage.ended(await stage.ask())

    assert row.state == "delivered"
    assert len(books.identified_at_s) == identified
