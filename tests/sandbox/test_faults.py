"""Each fault, one by one, over real sockets."""

import json
import time
from pathlib import Path

import httpx
import pytest

from bot.sandbox.faults import FAULT_KINDS, Fault
from tests.sandbox.callers import Caller, Starter

COMPLETED = b"event: media_generation_completed"


def told_id(block: bytes) -> str:
    return str(json.loads(block.partition(b"data: ")[2])["generation_id"])


async def test_drop_stream_cuts_the_stream_in_place_of_the_event(caller: Caller) -> None:
    caller.sandbox.faults.arm("drop-stream", times=1)
    async with caller.listening() as listener:
        await caller.finished()
        assert await listener.until_cut() == b""

    async with caller.listening() as listener:
        later = await caller.finished()
        assert told_id(await listener.block()) == later["generation_id"]


async def test_lost_event_keeps_the_stream_open(caller: Caller) -> None:
    caller.sandbox.faults.arm("lost-event", times=1)
    async with caller.listening() as listener:
        await caller.finished()
        later = await caller.finished()
        assert told_id(await listener.block()) == later["generation_id"]


async def test_duplicate_event(caller: Caller) -> None:
    caller.sandbox.faults.arm("duplicate-event")
    async with caller.listening() as listener:
        row = await caller.finished()
        heard = [told_id(await listener.block()) for _ in range(2)]

    assert heard == [row["generation_id"]] * 2


async def test_linkless_event(caller: Caller) -> None:
    caller.sandbox.faults.arm("linkless-event", times=1)
    async with caller.listening() as listener:
        await caller.finished()
        without = await listener.block()
        await caller.finished()
        with_one = await listener.block()

    assert b'"url"' not in without
    assert b'"succeeded"' in without
    assert b'"url"' in with_one


async def test_half_event_breaks_off_in_the_middle(caller: Caller) -> None:
    caller.sandbox.faults.arm("half-event", times=1)
    async with caller.listening() as listener:
        await caller.finished()
        rest = await listener.until_cut()

    assert b"\n\n" not in rest


async def test_garbage_comes_before_the_event(caller: Caller) -> None:
    caller.sandbox.faults.arm("garbage-events", times=1)
    async with caller.listening() as listener:
        row = await caller.finished()
        blocks = [await listener.block()]
        while row["generation_id"].encode() not in blocks[-1]:
            blocks.append(await listener.block())

    assert len(blocks) > 5
    assert any(b"\xff" in block for block in blocks)


async def test_huge_event_is_as_large_as_asked(caller: Caller) -> None:
    caller.sandbox.faults.arm("huge-event", detail="1.5")
    async with caller.listening() as listener:
        row = await caller.finished()
        huge, event = await listener.block(), await listener.block()

    assert len(huge) > 1.5 * 1024 * 1024
    assert told_id(event) == row["generation_id"]


async def test_foreign_events_come_in_a_burst(caller: Caller) -> None:
    caller.sandbox.faults.arm("foreign-events", detail="7")
    async with caller.listening() as listener:
        await caller.finished()
        blocks = [await listener.block() for _ in range(8)]

    assert [block.startswith(COMPLETED) for block in blocks] == [False] * 7 + [True]


async def test_slow_stream_sends_an_event_in_pieces(caller: Caller) -> None:
    caller.sandbox.faults.arm("slow-stream", detail="0.05")
    async with caller.listening() as listener:
        row = await caller.finished()
        assert told_id(await listener.block()) == row["generation_id"]

    assert caller.sandbox.faults.struck["slow-stream"] == 1


async def test_event_before_reply(caller: Caller) -> None:
    caller.sandbox.faults.arm("event-before-reply")
    async with caller.listening() as listener:
        generation_id = await caller.enqueue()
        assert told_id(await listener.block()) == generation_id
        assert (await caller.generation(generation_id))["status"] == "succeeded"


async def test_slow_download_takes_its_time_and_is_whole(caller: Caller, video: bytes) -> None:
    caller.sandbox.faults.arm("slow-download", detail="0.05")
    row = await caller.finished()

    begun = time.monotonic()
    answer = await caller.http.get(row["result_url"])

    assert answer.content == video
    assert time.monotonic() - begun >= 0.05


async def test_broken_download_breaks_once_and_then_works(caller: Caller, video: bytes) -> None:
    caller.sandbox.faults.arm("broken-download", times=1)
    row = await caller.finished()

    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        await caller.http.get(row["result_url"])
    assert (await caller.http.get(row["result_url"])).content == video


async def test_corrupt_result_is_called_a_video_and_is_none(caller: Caller) -> None:
    caller.sandbox.faults.arm("corrupt-result")
    row = await caller.finished()

    answer = await caller.http.get(row["result_url"])

    assert answer.headers["content-type"].startswith("video/mp4")
    assert answer.content.startswith(b"<html>")


async def test_huge_result_is_as_large_as_asked(caller: Caller, video: bytes) -> None:
    caller.sandbox.faults.arm("huge-result", detail="3")
    row = await caller.finished()

    answer = await caller.http.get(row["result_url"])

    assert len(answer.content) == 3 * 1024 * 1024
    assert answer.content.startswith(video)


async def test_huge_result_survives_a_caller_who_hangs_up(caller: Caller) -> None:
    caller.sandbox.faults.arm("huge-result", detail="1000")
    row = await caller.finished()

    async with caller.http.stream("GET", row["result_url"]) as answer:
        assert answer.headers["content-length"] == str(1000 * 1024 * 1024)

    assert (await caller.generation(row["generation_id"]))["status"] == "succeeded"


async def test_expired_link_is_refused_until_the_next_one(caller: Caller) -> None:
    caller.sandbox.faults.arm("expired-link", times=1)
    row = await caller.finished()

    assert (await caller.http.get(row["result_url"])).status_code == 403
    assert (await caller.http.get(row["result_url"])).status_code == 200


async def test_redirect_result_leads_to_another_origin(caller: Caller) -> None:
    caller.sandbox.faults.arm("redirect-result", times=1)
    row = await caller.finished()

    answer = await caller.http.get(row["result_url"])

    assert answer.status_code == 302
    assert answer.headers["location"].startswith(caller.sandbox.storage_url)


async def test_error_500_comes_before_anything_is_done(caller: Caller) -> None:
    caller.sandbox.faults.arm("error-500", times=1)

    assert (await caller.post(prompt="a walk")).status_code == 500
    assert caller.sandbox.generations == ()
    assert (await caller.post(prompt="a walk")).status_code == 200


async def test_reset_before_comes_before_anything_is_done(caller: Caller) -> None:
    caller.sandbox.faults.arm("reset-before", times=1)

    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        await caller.post(prompt="a walk")

    assert caller.sandbox.generations == ()
    assert [r.status for r in caller.sandbox.books.seen("enqueue")] == [0]


async def test_lost_reply_accepts_and_resets(caller: Caller) -> None:
    caller.sandbox.faults.arm("lost-reply", times=1)

    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        await caller.post(prompt="a walk")

    (generation,) = caller.sandbox.generations
    assert await caller.listed() == [generation.id]
    assert [post.reply_lost for post in caller.sandbox.books.accepted] == [True]


async def test_lost_reply_can_be_a_500(caller: Caller) -> None:
    caller.sandbox.faults.arm("lost-reply", detail="500")

    assert (await caller.post(prompt="a walk")).status_code == 500
    assert len(caller.sandbox.generations) == 1


@pytest.mark.parametrize(("detail", "expected"), [("", None), ("30", "30"), ("1.5", "1.5")])
async def test_429_with_and_without_retry_after(
    caller: Caller, detail: str, expected: str | None
) -> None:
    caller.sandbox.faults.arm("429", detail=detail)

    answer = await caller.post(prompt="a walk")

    assert answer.status_code == 429
    assert answer.headers.get("retry-after") == expected


async def test_unauthorised(caller: Caller) -> None:
    caller.sandbox.faults.arm("unauthorised")

    answer = await caller.http.get("/api/events")

    assert answer.status_code == 401
    assert answer.json()["status_message"] == "unauthenticated"


@pytest.mark.parametrize(
    ("route", "method", "path"),
    [
        ("models", "GET", "/api/ai/models"),
        ("models", "GET", "/api/ai/models/search"),
        ("models", "GET", "/api/ai/models/flux-2-pro"),
        ("enqueue", "POST", "/api/ai/queue"),
        ("list", "GET", "/api/ai/queue"),
        ("get", "GET", "/api/ai/queue/x"),
        ("cancel", "DELETE", "/api/ai/queue/x"),
        ("events", "GET", "/api/events"),
        ("generate", "POST", "/api/ai/videos/generate"),
        ("upload", "PUT", "/api/repos/a/b/file/main/c"),
        ("file", "GET", "/api/repos/a/b/file/main/c"),
        ("result", "GET", "/api/repos/a/results/c.mp4"),
    ],
)
async def test_a_fault_can_be_limited_to_one_call(
    caller: Caller, route: str, method: str, path: str
) -> None:
    caller.sandbox.faults.arm("error-500", route=route)

    struck = await caller.http.request(method, path)
    spared = await caller.http.get("/api/ai/models" if route != "models" else "/api/ai/queue")

    assert (struck.status_code, spared.status_code) == (500, 200)


async def test_faults_of_calls_spare_downloads_unless_they_are_named(caller: Caller) -> None:
    row = await caller.finished()
    caller.sandbox.faults.arm("error-500")

    assert (await caller.http.get(row["result_url"])).status_code == 200


async def test_slow_list_takes_its_time(caller: Caller) -> None:
    caller.sandbox.faults.arm("slow-list", detail="0.05")
    begun = time.monotonic()

    await caller.listed()

    assert time.monotonic() - begun >= 0.05


@pytest.mark.parametrize("detail", ["The safety check refused: violence.", ""])
async def test_fail_generation(caller: Caller, detail: str) -> None:
    caller.sandbox.faults.arm("fail-generation", detail=detail)

    row = await caller.finished()

    assert row["status"] == "failed"
    assert row["error_message"]
    assert detail in row["error_message"]
    assert caller.sandbox.billed_microusd == 0


async def test_no_credits_at_enqueue(caller: Caller) -> None:
    caller.sandbox.faults.arm("no-credits", times=1)

    answer = await caller.post(prompt="a walk")

    assert (answer.status_code, answer.json()["error"]["detail"]) == (402, "Insufficient credits")


async def test_no_credits_while_it_runs(caller: Caller) -> None:
    caller.sandbox.faults.arm("no-credits-running")

    assert (await caller.finished())["error_message"] == "Insufficient credits"


async def test_never_finish_stays_in_processing_even_over_a_restart(
    start: Starter, tmp_path: Path
) -> None:
    first = await start(render_seconds=0.0, folder=tmp_path, faults=(Fault("never-finish"),))
    stuck = await first.enqueue()
    await first.sandbox.changes.until(lambda: first.sandbox.generations[0].stuck)
    await first.sandbox.__aexit__(None, None, None)

    second = await start(render_seconds=0.0, folder=tmp_path)
    other = await second.sandbox.ended(await second.enqueue())

    assert other.status == "succeeded"
    assert await second.listed(status="processing") == [stuck]


async def test_forget_accepts_and_knows_nothing_of_it(caller: Caller) -> None:
    caller.sandbox.faults.arm("forget", times=1)

    forgotten = await caller.enqueue()

    assert (await caller.http.get(f"/api/ai/queue/{forgotten}")).status_code == 404
    assert await caller.listed() == []
    assert [generation.id for generation in caller.sandbox.generations] == [forgotten]


def test_every_kind_is_tried_in_this_file() -> None:
    text = Path(__file__).read_text(encoding="utf-8")

    assert [kind for kind in FAULT_KINDS if f'"{kind}"' not in text] == []
