from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from bot.errors import (
    OxenAmbiguousError,
    OxenNotFoundError,
    OxenProtocolError,
    OxenRejectedError,
    OxenThrottledError,
    OxenUnreachableError,
)
from bot.models.remote import RemoteStatus
from bot.oxen.client import OxenClient

NOT_FOUND = {
    "error": {
        "type": "resource_not_found",
        "title": "The requested resource could not be found",
    },
    "status": "error",
    "status_message": "resource_not_found",
}
FINISHED = {
    "generation_id": "g-1",
    "model_name": "kling",
    "prompt": "a calm walk",
    "media_type": "video",
    "status": "succeeded",
    "result_url": "https://hub.oxen.ai/api/repos/x?sig=1",
    "error_message": None,
    "enqueued_at": 1786000000,
    "started_at": 1786000001.5,
    "completed_at": None,
    "duration": 5,
}

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]
ClientFor = Callable[[str], OxenClient]


class Answers:
    """Answers requests one after the other, the last answer again and again."""

    def __init__(self, *answers: tuple[int, Any] | tuple[int, Any, dict[str, str]]) -> None:
        self.left = list(answers)
        self.requests: list[web.Request] = []

    async def __call__(self, request: web.Request) -> web.Response:
        await request.read()
        self.requests.append(request)
        status, body, *headers = self.left.pop(0) if len(self.left) > 1 else self.left[0]
        if isinstance(body, str):
            return web.Response(status=status, text=body)
        return web.json_response(body, status=status, headers=headers[0] if headers else {})


async def test_a_generation_is_read_whole(serve: Serve, client_for: ClientFor) -> None:
    answers = Answers((200, FINISHED))

    found = await client_for(await serve(answers)).get("g-1")

    assert answers.requests[0].path == "/api/ai/queue/g-1"
    assert (found.oxen_id, found.status, found.model) == ("g-1", RemoteStatus.SUCCEEDED, "kling")
    assert found.result_url == "https://hub.oxen.ai/api/repos/x?sig=1"
    assert (found.enqueued_at_s, found.started_at_s) == (1786000000, 1786000001)
    assert found.completed_at_s is None
    assert found.error_message is None
    assert found.parameters["duration"] == 5


@pytest.mark.parametrize(
    "places",
    [
        {"result_url": "u"},
        {"result_url": "u", "videos": [{"url": "other"}]},
        {"result_url": None, "videos": [{"url": "u"}]},
        {"videos": [], "video": {"url": "u"}},
        {"result": {"url": "u"}},
    ],
)
async def test_the_result_is_found_wherever_it_lies(
    serve: Serve, client_for: ClientFor, places: dict[str, Any]
) -> None:
    body = {"generation_id": "g-1", "status": "succeeded", **places}

    found = await client_for(await serve(Answers((200, body)))).get("g-1")

    assert found.result_url == "u"


async def test_a_failure_keeps_oxens_words_but_only_what_can_be_stored(
    serve: Serve, client_for: ClientFor
) -> None:
    body = {
        "generation_id": "g-1",
        "status": "failed",
        "error_message": "bad\0 \ud800" + "x" * 9999,
    }

    found = await client_for(await serve(Answers((200, body)))).get("g-1")

    assert found.status is RemoteStatus.FAILED
    assert found.error_message is not None
    assert found.error_message.startswith("bad ?xx")
    assert len(found.error_message) <= 1000


async def test_a_signature_in_oxens_words_is_cut_out(serve: Serve, client_for: ClientFor) -> None:
    words = 'Could not fetch "https://cdn.example/a.png?ex=1&hm=SECRET", is it there?'
    body = {"generation_id": "g-1", "status": "failed", "error_message": words}

    found = await client_for(await serve(Answers((200, body)))).get("g-1")

    assert found.error_message == 'Could not fetch "https://cdn.example/a.png?...", is it there?'


async def test_an_id_cannot_leave_its_place_in_the_address(
    serve: Serve, client_for: ClientFor
) -> None:
    answers = Answers((200, FINISHED))

    await client_for(await serve(answers)).get("../models?x=1#y")

    assert answers.requests[0].raw_path == "/api/ai/queue/..%2Fmodels%3Fx%3D1%23y"


@pytest.mark.parametrize("status", [200, 404])
async def test_an_unknown_generation_is_not_found(
    serve: Serve, client_for: ClientFor, status: int
) -> None:
    with pytest.raises(OxenNotFoundError, match="could not be found"):
        await client_for(await serve(Answers((status, NOT_FOUND)))).get("g-1")


@pytest.mark.parametrize("body", ["<html>", [], {"generation_id": "g-1", "status": "dreaming"}])
async def test_a_reply_that_makes_no_sense_is_said_to_make_none(
    serve: Serve, client_for: ClientFor, body: Any
) -> None:
    with pytest.raises(OxenProtocolError):
        await client_for(await serve(Answers((200, body)))).get("g-1")


async def test_the_list_is_asked_for_by_status(serve: Serve, client_for: ClientFor) -> None:
    rows = [FINISHED, {"no": "id"}, {"generation_id": "g-2", "status": "dreaming"}]
    answers = Answers((200, {"count": 3, "generations": rows}))

    listing = await client_for(await serve(answers)).list(RemoteStatus.SUCCEEDED)
    found = listing.generations

    assert answers.requests[0].path_qs == "/api/ai/queue?status=succeeded"
    assert [(row.oxen_id, row.status) for row in found] == [
        ("g-1", RemoteStatus.SUCCEEDED),
        ("g-2", RemoteStatus.SUCCEEDED),
    ]


async def test_a_list_that_is_none_is_not_taken_for_an_empty_one(
    serve: Serve, client_for: ClientFor
) -> None:
    with pytest.raises(OxenProtocolError):
        await client_for(await serve(Answers((200, {"ok": True})))).list(RemoteStatus.QUEUED)


async def test_reading_is_repeated_until_oxen_answers(serve: Serve, client_for: ClientFor) -> None:
    answers = Answers((500, {}), (503, {}), (200, FINISHED))

    found = await client_for(await serve(answers)).get("g-1")

    assert found.oxen_id == "g-1"
    assert len(answers.requests) == 3


async def test_reading_is_given_up_after_a_few_attempts(
    serve: Serve, client_for: ClientFor
) -> None:
    answers = Answers((500, {}))

    with pytest.raises(OxenAmbiguousError):
        await client_for(await serve(answers)).get("g-1")

    assert len(answers.requests) == 3


async def test_a_clear_no_is_not_repeated(serve: Serve, client_for: ClientFor) -> None:
    answers = Answers((400, {"error": {"detail": "no"}}))

    with pytest.raises(OxenRejectedError):
        await client_for(await serve(answers)).get("g-1")

    assert len(answers.requests) == 1


async def test_a_short_retry_after_is_waited_for(serve: Serve, client_for: ClientFor) -> None:
    answers = Answers((429, {}, {"Retry-After": "0"}), (200, FINISHED))

    await client_for(await serve(answers)).get("g-1")

    assert len(answers.requests) == 2


async def test_a_long_retry_after_is_left_to_the_caller(
    serve: Serve, client_for: ClientFor
) -> None:
    answers = Answers((429, {}, {"Retry-After": "600"}), (200, FINISHED))

    with pytest.raises(OxenThrottledError) as caught:
        await client_for(await serve(answers)).get("g-1")

    assert caught.value.retry_after_s == 600
    assert len(answers.requests) == 1


async def test_oxen_away_is_unreachable_for_reading_too(client_for: ClientFor) -> None:
    with pytest.raises(OxenUnreachableError):
        await client_for("http://127.0.0.1:1").list(RemoteStatus.QUEUED)


async def test_cancelling_is_repeated_as_it_does_no_harm(
    serve: Serve, client_for: ClientFor
) -> None:
    answers = Answers((502, {}), (200, {"status": "success", "generation_id": "g-1"}))

    await client_for(await serve(answers)).cancel("g-1")

    assert [(r.method, r.path) for r in answers.requests] == [("DELETE", "/api/ai/queue/g-1")] * 2


async def test_cancelling_what_oxen_does_not_know_says_so(
    serve: Serve, client_for: ClientFor
) -> None:
    with pytest.raises(OxenNotFoundError):
        await client_for(await serve(Answers((404, NOT_FOUND)))).cancel("g-1")
