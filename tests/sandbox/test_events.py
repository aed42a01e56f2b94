"""The event stream in good health; its illnesses are in test_faults.py."""

import json
from typing import Any

from bot.models.video_model import DEFAULT_MODEL
from tests.sandbox.callers import Caller, Starter


def told(block: bytes) -> tuple[str, dict[str, Any]]:
    event, data = block.decode().split("\n")
    return event.removeprefix("event: "), json.loads(data.removeprefix("data: "))


async def test_success_is_told_once_with_a_link_that_works(caller: Caller, video: bytes) -> None:
    async with caller.listening() as listener:
        generation_id = await caller.enqueue()
        await caller.sandbox.finish(generation_id)
        event, data = told(await listener.block())

    url = data.pop("url")
    assert listener.answer.headers["content-type"] == "text/event-stream"
    assert event == "media_generation_completed"
    assert data == {
        "generation_id": generation_id,
        "status": "succeeded",
        "media_type": "video",
        "model": DEFAULT_MODEL,
    }
    assert (await caller.http.get(url)).content == video


async def test_failure_is_told_with_its_reason(caller: Caller) -> None:
    async with caller.listening() as listener:
        generation_id = await caller.enqueue()
        await caller.sandbox.fail(generation_id, "Insufficient credits")
        event, data = told(await listener.block())

    assert event == "media_generation_completed"
    assert data == {
        "generation_id": generation_id,
        "status": "failed",
        "media_type": "video",
        "error": "Insufficient credits",
    }


async def test_a_cancelled_generation_sends_no_event(caller: Caller) -> None:
    async with caller.listening() as listener:
        cancelled = await caller.enqueue()
        await caller.http.delete(f"/api/ai/queue/{cancelled}")
        finished = await caller.enqueue()
        await caller.sandbox.finish(finished)
        _, data = told(await listener.block())

    assert data["generation_id"] == finished


async def test_nothing_is_buffered_for_those_who_come_later(caller: Caller) -> None:
    await caller.finished()
    async with caller.listening() as listener:
        later = await caller.enqueue()
        await caller.sandbox.finish(later)
        _, data = told(await listener.block())

    assert data["generation_id"] == later


async def test_every_open_stream_hears_everything(caller: Caller) -> None:
    async with caller.listening() as one, caller.listening() as two:
        generation_id = await caller.enqueue()
        await caller.sandbox.finish(generation_id)
        heard = [told(await listener.block())[1]["generation_id"] for listener in (one, two)]

    assert heard == [generation_id, generation_id]


async def test_silence_is_filled_with_comments(start: Starter) -> None:
    caller = await start(keep_alive_seconds=0.01)
    async with caller.listening() as listener:
        assert await listener.block() == b": keep-alive"
        assert await listener.block() == b": keep-alive"


async def test_events_of_other_kinds_are_mixed_in(start: Starter) -> None:
    caller = await start(foreign_events=True)
    async with caller.listening() as listener:
        await caller.finished()
        kinds = [told(await listener.block())[0] for _ in range(2)]

    assert kinds[0] != "media_generation_completed"
    assert kinds[1] == "media_generation_completed"


async def test_a_synchronous_generation_sends_no_event(start: Starter) -> None:
    caller = await start(render_seconds=0.0)
    async with caller.listening() as listener:
        await caller.http.post(
            "/api/ai/videos/generate", json={"model": DEFAULT_MODEL, "prompt": "a walk"}
        )
        queued = await caller.enqueue()
        _, data = told(await listener.block())

    assert data["generation_id"] == queued


async def test_dropped_streams_break_and_can_be_opened_again(caller: Caller) -> None:
    async with caller.listening() as listener:
        assert caller.sandbox.open_streams == 1
        caller.sandbox.drop_streams()
        assert await listener.until_cut() == b""
    await caller.sandbox.changes.until(lambda: caller.sandbox.open_streams == 0)

    async with caller.listening() as listener:
        caller.sandbox.send_raw_event(b": hello\n\n")
        assert await listener.block() == b": hello"
