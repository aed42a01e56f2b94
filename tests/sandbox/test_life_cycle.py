"""From queued to its end: what the queue shows, lists, cancels, bills and keeps."""

import asyncio
from pathlib import Path

from bot.models.video_model import DEFAULT_MODEL
from tests.sandbox.callers import Caller, Starter

FIVE_SECONDS_MICROUSD = 5 * 224_000


async def test_a_generation_goes_from_queued_over_processing_to_succeeded(start: Starter) -> None:
    caller = await start(clock=lambda: 1_700_000_000_000)
    generation_id = await caller.enqueue(prompt="a walk", aspect_ratio="9:16", seed=7)

    queued = await caller.generation(generation_id)
    await caller.sandbox.begin(generation_id)
    processing = await caller.generation(generation_id)
    await caller.sandbox.finish(generation_id)
    succeeded = await caller.generation(generation_id)

    assert queued == {
        "generation_id": generation_id,
        "model_name": DEFAULT_MODEL,
        "prompt": "a walk",
        "media_type": "video",
        "status": "queued",
        "result_url": None,
        "error_message": None,
        "enqueued_at": 1_700_000_000,
        "started_at": None,
        "completed_at": None,
        "aspect_ratio": "9:16",
        "seed": 7,
    }
    assert (processing["status"], processing["started_at"]) == ("processing", 1_700_000_000)
    assert (succeeded["status"], succeeded["completed_at"]) == ("succeeded", 1_700_000_000)
    assert succeeded["result_url"].startswith(f"{caller.sandbox.base_url}/api/repos/sandbox/")


async def test_left_alone_it_finishes_by_itself(start: Starter) -> None:
    caller = await start(render_seconds=0.01)

    ended = await caller.sandbox.ended(await caller.enqueue())

    assert ended.status == "succeeded"


async def test_the_list_holds_only_active_ones_unless_a_status_is_given(caller: Caller) -> None:
    queued = await caller.enqueue()
    processing = await caller.enqueue()
    await caller.sandbox.begin(processing)
    done = (await caller.finished())["generation_id"]
    failed = (await caller.finished(duration=99))["generation_id"]
    cancelled = await caller.enqueue()
    await caller.http.delete(f"/api/ai/queue/{cancelled}")

    assert await caller.listed() == [processing, queued]
    assert await caller.listed(status="queued") == [queued]
    assert await caller.listed(status="processing") == [processing]
    assert await caller.listed(status="succeeded") == [done]
    assert await caller.listed(status="failed") == [failed]
    assert await caller.listed(status="cancelled") == [cancelled]


async def test_the_list_filters_by_namespace_model_and_kind_of_media(caller: Caller) -> None:
    own = await caller.enqueue()
    theirs = await caller.enqueue(target_namespace="studio")
    image = await caller.enqueue(model="flux-2-pro")

    assert await caller.listed(namespace="studio") == [theirs]
    assert await caller.listed(namespace="sandbox") == [image, own]
    assert await caller.listed(model="flux-2-pro") == [image]
    assert await caller.listed(media_type="image") == [image]
    assert await caller.listed(media_type="video", namespace="sandbox") == [own]


async def test_cancelling_ends_an_active_one_and_leaves_a_finished_one_alone(
    caller: Caller,
) -> None:
    active = await caller.enqueue()
    done = (await caller.finished())["generation_id"]

    answers = [await caller.http.delete(f"/api/ai/queue/{i}") for i in (active, done)]

    assert [a.json() for a in answers] == [
        {"status": "success", "generation_id": active},
        {"status": "success", "generation_id": done},
    ]
    assert (await caller.generation(active))["status"] == "cancelled"
    assert (await caller.generation(done))["status"] == "succeeded"


async def test_a_cancelled_generation_does_not_come_back_to_life(start: Starter) -> None:
    caller = await start(render_seconds=60.0, queued_share=0.0)
    generation_id = await caller.enqueue()
    await caller.sandbox.changes.until(lambda: caller.sandbox.billed_microusd > 0)

    await caller.http.delete(f"/api/ai/queue/{generation_id}")
    await caller.sandbox.finish(generation_id)

    assert (await caller.generation(generation_id))["status"] == "cancelled"
    assert caller.sandbox.billed_microusd == 0


async def test_success_is_billed_and_failure_is_not(caller: Caller) -> None:
    await caller.finished()
    await caller.finished(prompt="x" * 513)
    failing = await caller.enqueue()
    await caller.sandbox.fail(failing, "The provider is away.")

    assert caller.sandbox.billed_microusd == FIVE_SECONDS_MICROUSD
    assert (await caller.generation(failing))["error_message"] == "The provider is away."


async def test_credits_that_do_not_cover_a_video_fail_it_while_it_runs(start: Starter) -> None:
    caller = await start(credits_microusd=FIVE_SECONDS_MICROUSD + 1)
    await caller.finished()

    short = await caller.finished()

    assert (short["status"], short["error_message"]) == ("failed", "Insufficient credits")
    assert caller.sandbox.billed_microusd == FIVE_SECONDS_MICROUSD


async def test_racing_generations_never_spend_more_than_there_is(start: Starter) -> None:
    caller = await start(credits_microusd=3 * FIVE_SECONDS_MICROUSD)
    ids = [await caller.enqueue() for _ in range(8)]

    ended = await asyncio.gather(*(caller.sandbox.finish(i) for i in ids))

    assert sorted(g.status for g in ended) == ["failed"] * 5 + ["succeeded"] * 3


async def test_audio_and_resolution_change_the_price_where_the_model_says_so(
    caller: Caller,
) -> None:
    await caller.finished(model="veo-3-1-fast", duration=4, generate_audio=True)
    with_audio = caller.sandbox.billed_microusd
    await caller.finished(model="kling-video-o3-omni", duration=3, resolution="1080p")

    assert with_audio == 4 * 150_000
    assert caller.sandbox.billed_microusd - with_audio == 3 * 224_000


async def test_a_restart_in_the_same_folder_keeps_what_was_accepted(
    start: Starter, tmp_path: Path
) -> None:
    first = await start(folder=tmp_path)
    done = await first.finished()
    open_one = await first.enqueue(target_namespace="studio")
    await first.sandbox.__aexit__(None, None, None)

    second = await start(folder=tmp_path, render_seconds=0.0)
    ended = await second.sandbox.ended(open_one)

    assert ended.status == "succeeded"
    assert second.sandbox.billed_microusd == 2 * FIVE_SECONDS_MICROUSD
    again = await second.generation(done["generation_id"])
    assert (await second.http.get(again["result_url"])).status_code == 200
    old_link = done["result_url"].replace(first.sandbox.base_url, "")
    assert (await second.http.get(old_link)).status_code == 200


async def test_a_torn_last_line_of_the_journal_is_passed_over(
    start: Starter, tmp_path: Path
) -> None:
    first = await start(folder=tmp_path)
    kept = await first.enqueue()
    await first.sandbox.__aexit__(None, None, None)
    journal = tmp_path / "generations.jsonl"
    journal.write_bytes(journal.read_bytes() + b'{"id": "torn')

    second = await start(folder=tmp_path)
    added = await second.enqueue()
    await second.sandbox.__aexit__(None, None, None)
    third = await start(folder=tmp_path)

    assert await third.listed() == [added, kept]


async def test_without_a_folder_nothing_is_left_behind(start: Starter) -> None:
    caller = await start()
    await caller.finished()
    folder = caller.sandbox._worker._results
    assert folder.exists()

    await caller.sandbox.__aexit__(None, None, None)

    assert not folder.exists()
