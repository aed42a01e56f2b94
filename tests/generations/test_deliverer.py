from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from bot.models.generation import Failure, FailureKind, GenerationState, Surface
from tests.generations.channel import Mishap
from tests.generations.rig import Rig
from tests.world import Troubles

POSTING = GenerationState.POSTING
DELIVERED = GenerationState.DELIVERED
MINUTE_MS = 60_000


async def test_the_nonce_is_on_record_before_the_send_and_unique(rig: Rig) -> None:
    await rig.engine.start()
    await rig.ask(takes=3)
    rows = await rig.at_rest()

    nonces = {row.nonce for row in rows}
    assert nonces == {post.nonce for post in rig.channel.posts}
    assert len(nonces) == 3
    assert all(nonce and len(nonce) <= 25 for nonce in nonces)


@pytest.mark.parametrize("mishap", [Mishap.LOST_BEFORE, Mishap.LOST_AFTER])
async def test_within_the_window_an_ambiguous_send_is_repeated_with_the_same_nonce(
    rig: Rig, mishap: Mishap
) -> None:
    rig.channel.mishaps = [mishap]
    await rig.engine.start()
    await rig.ask()
    (delivered,) = await rig.at_rest()

    (post,) = rig.channel.visible(delivered.id)
    assert delivered.posted_message_id == post.id
    assert rig.channel.sends[delivered.id] == 2
    assert rig.channel.looks == 0


async def test_after_the_window_the_channel_is_looked_through_first(rig: Rig) -> None:
    rig.channel.mishaps = [Mishap.LOST_AFTER]
    rig.channel.upload_ms = 3 * MINUTE_MS
    await rig.engine.start()
    await rig.ask()
    (delivered,) = await rig.at_rest()

    (post,) = rig.channel.visible(delivered.id)
    assert delivered.posted_message_id == post.id
    assert (rig.channel.sends[delivered.id], rig.channel.looks) == (1, 1)


async def test_only_what_is_not_there_is_sent_again_after_the_window(rig: Rig) -> None:
    rig.channel.mishaps = [Mishap.LOST_BEFORE]
    rig.channel.upload_ms = 3 * MINUTE_MS
    await rig.engine.start()
    await rig.ask()
    (delivered,) = await rig.at_rest()

    assert len(rig.channel.visible(delivered.id)) == 1
    assert (rig.channel.sends[delivered.id], rig.channel.looks) == (2, 1)


async def test_replies_lost_again_and_again_do_not_stretch_the_window(rig: Rig) -> None:
    rig.channel.mishaps = [Mishap.LOST_AFTER] * 8
    rig.channel.upload_ms = MINUTE_MS // 2
    await rig.engine.start()
    await rig.ask()
    (delivered,) = await rig.at_rest()

    assert len(rig.channel.visible(delivered.id)) == 1
    assert rig.channel.looks == 1


async def test_a_post_that_was_deleted_meanwhile_stays_deleted(rig: Rig) -> None:
    rig.channel.mishaps = [Mishap.LOST_AFTER]
    await rig.engine.start()
    await rig.ask()
    await rig.until(lambda: _sent(rig))
    rig.channel.posts[0].deleted = True
    (delivered,) = await rig.at_rest()

    assert delivered.state is DELIVERED
    assert rig.channel.visible(delivered.id) == []


async def _tried(rig: Rig, times: int) -> bool:
    return rig.channel.sends.total() >= times


async def _sent(rig: Rig) -> int:
    return len(rig.channel.posts)


@pytest.mark.parametrize("limit_bytes", [10 * 2**20, 100])
async def test_what_is_too_large_however_small_comes_with_a_link_instead(
    rig: Rig, limit_bytes: int
) -> None:
    rig.channel.limit_bytes = limit_bytes
    rig.channel.mishaps = [Mishap.TOO_LARGE] if limit_bytes > 100 else []
    await rig.engine.start()
    await rig.ask()
    (delivered,) = await rig.at_rest()

    assert delivered.state is DELIVERED
    (post,) = rig.channel.visible(delivered.id)
    original_bytes = delivered.result.facts.size_bytes if delivered.result else 0
    assert post.size_bytes is None or post.size_bytes < original_bytes


async def test_where_no_reply_may_be_sent_the_placeholder_becomes_the_video(rig: Rig) -> None:
    rig.channel.closed = {Surface.REPLY}
    await rig.engine.start()
    asked = await rig.ask()
    (delivered,) = await rig.at_rest()

    (post,) = rig.channel.visible(delivered.id)
    assert post.surface is delivered.surface is Surface.PLACEHOLDER
    states = [card.request.generations[0].state for card in rig.channel.shown(asked.request.id)]
    assert DELIVERED not in states, "an edit would take the video away again"


async def test_of_several_takes_those_without_a_place_go_to_the_person(rig: Rig) -> None:
    rig.channel.closed = {Surface.REPLY}
    await rig.engine.start()
    await rig.ask(takes=2)
    await rig.at_rest()

    assert [post.surface for post in rig.channel.posts] == [Surface.DIRECT, Surface.DIRECT]


async def test_where_there_is_no_place_left_it_fails_and_costs_nothing(rig: Rig) -> None:
    rig.channel.closed = set(Surface)
    await rig.engine.start()
    await rig.ask()
    (failed,) = await rig.at_rest()

    assert failed.failure == Failure(FailureKind.UNDELIVERABLE)
    assert await rig.ledger_breaches() == []


async def test_what_may_be_visible_is_never_posted_elsewhere_and_ends_within_a_day(
    rig: Rig, troubles: Troubles
) -> None:
    rig.channel.mishaps = [Mishap.LOST_AFTER]
    await rig.engine.start()
    await rig.ask()
    await rig.until(lambda: _sent(rig))
    rig.channel.closed = {Surface.REPLY}
    (posting,) = await rig.reached(POSTING)
    await rig.until(partial(_tried, rig, 2))
    await rig.parts.reaper.reap()
    rig.clock.pass_minutes(24 * 60 + 1)
    await rig.parts.reaper.reap()
    (ended,) = await rig.at_rest()

    assert ended.state is GenerationState.FAILED
    assert len(rig.channel.visible(posting.id)) == 1
    troubles.expect("generation.given_up")


async def test_a_result_that_was_lost_on_disk_is_fetched_once_more(
    rig: Rig, tmp_path: Path, troubles: Troubles
) -> None:
    # More than once: the file may go only after the second try has looked at it.
    rig.channel.mishaps = [Mishap.LOST_BEFORE] * 3
    await rig.engine.start()
    await rig.ask()

    async def kept() -> Path | None:
        generation = await rig.one()
        found = generation.result if rig.channel.sends else None
        return tmp_path / "videos" / found.filename if found else None

    file = await rig.until(kept)
    assert file is not None
    file.unlink()
    (delivered,) = await rig.at_rest()

    assert delivered.state is DELIVERED
    assert len(rig.channel.visible(delivered.id)) == 1
    troubles.expect("deliver.result_lost")
