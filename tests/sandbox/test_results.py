"""Links that expire, storage elsewhere, and the synchronous endpoint."""

import base64
from typing import Any

import httpx
import pytest

from bot.models.video_model import DEFAULT_MODEL
from bot.sandbox.options import ResultShape
from tests.sandbox.callers import Caller, Starter


class SteppedClock:
    def __init__(self) -> None:
        self.now_ms = 1_800_000_000_000

    def __call__(self) -> int:
        return self.now_ms


async def test_whoever_holds_the_link_may_fetch_the_result(caller: Caller, video: bytes) -> None:
    url = (await caller.finished())["result_url"]

    async with httpx.AsyncClient(trust_env=False) as stranger:
        answer = await stranger.get(url)

    assert (answer.status_code, answer.content) == (200, video)
    assert answer.headers["content-type"] == "video/mp4"


async def test_a_link_expires_and_asking_again_gives_a_fresh_one(start: Starter) -> None:
    clock = SteppedClock()
    caller = await start(clock=clock, link_lifetime_seconds=60)
    row = await caller.finished()

    clock.now_ms += 59_999
    assert (await caller.http.get(row["result_url"])).status_code == 200
    clock.now_ms += 1
    assert (await caller.http.get(row["result_url"])).status_code == 403

    fresh = (await caller.generation(row["generation_id"]))["result_url"]
    assert (await caller.http.get(fresh)).status_code == 200


async def test_each_look_gives_another_link(caller: Caller) -> None:
    row = await caller.finished()

    again = await caller.generation(row["generation_id"])

    assert row["result_url"] != again["result_url"]


@pytest.mark.parametrize("part", ["expires", "serial", "signature"])
async def test_a_link_that_was_tampered_with_is_refused(caller: Caller, part: str) -> None:
    url = httpx.URL((await caller.finished())["result_url"])

    tampered = url.copy_set_param(part, url.params[part] + "0")
    without = url.copy_remove_param(part)

    assert (await caller.http.get(tampered)).status_code == 403
    assert (await caller.http.get(without)).status_code == 403


async def test_a_namespace_that_needs_quoting_still_gives_a_good_link(caller: Caller) -> None:
    row = await caller.finished(target_namespace="a b/ü")

    assert (await caller.http.get(row["result_url"])).status_code == 200


async def test_results_can_lie_on_another_origin(start: Starter, video: bytes) -> None:
    caller = await start(redirect_results=True)
    url = (await caller.finished())["result_url"]

    redirect = await caller.http.get(url)
    async with httpx.AsyncClient(trust_env=False) as stranger:
        answer = await stranger.get(redirect.headers["location"])

    assert redirect.status_code == 302
    assert httpx.URL(redirect.headers["location"]).port != caller.sandbox.port
    assert answer.content == video
    assert [r.carried_key for r in caller.sandbox.books.seen("storage")] == [False]


async def test_the_books_notice_a_key_that_follows_to_storage(start: Starter) -> None:
    caller = await start(redirect_results=True)
    redirect = await caller.http.get((await caller.finished())["result_url"])

    await caller.http.get(redirect.headers["location"])

    assert [r.carried_key for r in caller.sandbox.books.seen("storage")] == [True]


@pytest.mark.parametrize(
    ("shape", "path"),
    [
        (ResultShape.VIDEOS, ("videos", 0, "url")),
        (ResultShape.VIDEO, ("video", "url")),
        (ResultShape.RESULT, ("result", "url")),
    ],
)
async def test_the_link_may_be_in_other_places(
    start: Starter, shape: ResultShape, path: tuple[str | int, ...]
) -> None:
    caller = await start(result_shape=shape)

    row = await caller.finished()

    found: Any = row
    for step in path:
        found = found[step]
    assert row["result_url"] is None
    assert (await caller.http.get(found)).status_code == 200


async def test_an_image_model_makes_a_picture(caller: Caller) -> None:
    row = await caller.finished(model="flux-2-pro", aspect_ratio="1:1")

    answer = await caller.http.get(row["result_url"])

    assert row["media_type"] == "image"
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")


async def generate(caller: Caller, **parameters: Any) -> httpx.Response:
    body = {"model": DEFAULT_MODEL, "prompt": "a walk"} | parameters
    return await caller.http.post("/api/ai/videos/generate", json=body)


async def test_the_synchronous_endpoint_answers_with_a_link(start: Starter, video: bytes) -> None:
    caller = await start(render_seconds=0.01, clock=lambda: 1_700_000_000_000)

    answer = (await generate(caller)).json()

    assert (answer["model"], answer["created"]) == (DEFAULT_MODEL, 1_700_000_000)
    assert (await caller.http.get(answer["videos"][0]["url"])).content == video
    assert caller.sandbox.billed_microusd == 5 * 224_000
    assert await caller.listed(status="succeeded") == []


async def test_the_synchronous_endpoint_answers_with_the_video_itself(
    start: Starter, video: bytes
) -> None:
    caller = await start(render_seconds=0.0)

    answer = (await generate(caller, response_format="b64_json")).json()

    assert base64.b64decode(answer["videos"][0]["b64_json"]) == video


async def test_the_synchronous_endpoint_tells_why_it_failed(start: Starter) -> None:
    caller = await start(render_seconds=0.0)

    failed = await generate(caller, multi_prompt=[{"prompt": "a walk"}])
    refused = await generate(caller, model="nonesuch")

    assert failed.status_code == 422
    assert "Cannot provide both" in failed.json()["error"]["message"]
    assert refused.status_code == 404
