from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from bot.errors import (
    OxenAmbiguousError,
    OxenNotFoundError,
)
from bot.models.video_model import Pricing
from bot.oxen.client import Committer, OxenClient, RepositoryPlace

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


@pytest.mark.parametrize(
    "endpoint", ["/videos/generate", "videos/generate", "/api/ai/videos/generate"]
)
@pytest.mark.parametrize("schema", ["json_request_schema", "request_schema"])
async def test_a_model_is_read_in_every_spelling(
    serve: Serve, client_for: ClientFor, endpoint: str, schema: str
) -> None:
    body = {
        "id": "kling",
        "display_name": "Kling O3 Pro",
        "endpoint": endpoint,
        "pricing": {
            "method": "per_video_output_second",
            "cost_per_second": 0.224,
            "cost_per_second_with_audio": "0.28",
            "cost_per_second_high_res": None,
        },
        schema: {"properties": {}},
    }
    answers = Answers((200, body))

    model = await client_for(await serve(answers)).model("kling")

    assert answers.requests[0].path == "/api/ai/models/kling"
    assert (model.id, model.display_name) == ("kling", "Kling O3 Pro")
    assert model.endpoint == "/videos/generate"
    assert model.request_schema == {"properties": {}}
    assert model.pricing == Pricing("per_video_output_second", 224_000, 280_000, None)


@pytest.mark.parametrize("figure", [True, "free", "NaN", "Infinity", -1, 1e300, [0.2]])
async def test_a_price_that_is_none_is_not_known(
    serve: Serve, client_for: ClientFor, figure: Any
) -> None:
    body = {"id": "kling", "pricing": {"method": "time", "cost_per_second": figure}}

    model = await client_for(await serve(Answers((200, body)))).model("kling")

    assert model.pricing == Pricing("time", None, None, None)
    assert model.request_schema is None
    assert model.display_name == "kling"


async def test_an_unknown_model_is_not_found(serve: Serve, client_for: ClientFor) -> None:
    body = {"error": {"message": "Model not found: nope"}}

    with pytest.raises(OxenNotFoundError, match="Model not found: nope"):
        await client_for(await serve(Answers((404, body)))).model("nope")


async def test_only_models_that_make_videos_are_listed(serve: Serve, client_for: ClientFor) -> None:
    rows = [
        {"id": "talks", "capabilities": {"output": ["text"]}},
        {"id": "paints", "endpoint": "/images/generate"},
        {"id": "films", "capabilities": {"output": ["video"]}},
        {"id": "films too", "endpoint": "videos/generate"},
        {"capabilities": {"output": ["video"]}},
        None,
    ]
    answers = Answers((200, {"models": rows}), (200, rows))
    client = client_for(await serve(answers))

    listed, found = await client.models(), await client.search_models("fi & lms")

    assert [model.id for model in listed] == [model.id for model in found] == ["films", "films too"]
    assert answers.requests[1].query == {"search": "fi & lms"}


async def test_the_synchronous_endpoint_gives_an_address(
    serve: Serve, client_for: ClientFor
) -> None:
    answers = Answers((200, {"model": "kling", "created": 1, "videos": [{"url": "https://x/y"}]}))

    video = await client_for(await serve(answers)).generate_synchronously({"model": "kling"})

    assert (answers.requests[0].method, answers.requests[0].path) == (
        "POST",
        "/api/ai/videos/generate",
    )
    assert (video.model, video.url, video.content) == ("kling", "https://x/y", None)
    assert "https" not in repr(video)


async def test_the_synchronous_endpoint_may_give_the_file_itself(
    serve: Serve, client_for: ClientFor
) -> None:
    file = bytes(range(256)) * 4096
    body = {"videos": [{"b64_json": base64.b64encode(file).decode()}]}

    video = await client_for(await serve(Answers((200, body)))).generate_synchronously({})

    assert video.content == file


@pytest.mark.parametrize("body", ["<html>", {}, {"videos": []}, {"videos": [{"b64_json": "%"}]}])
async def test_a_synchronous_success_without_a_video_is_ambiguous(
    serve: Serve, client_for: ClientFor, body: Any
) -> None:
    with pytest.raises(OxenAmbiguousError):
        await client_for(await serve(Answers((200, body)))).generate_synchronously({})


async def test_a_file_is_committed_to_a_repository(serve: Serve, client_for: ClientFor) -> None:
    got: list[tuple[object, ...]] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        form = await request.post()
        file = form["file"]
        assert isinstance(file, web.FileField)
        got.append((request.method, request.raw_path, file.filename, file.file.read()))
        got.append((form["message"], form["name"], form["email"], file.content_type))
        return web.json_response({"status": "success"})

    base_url = await serve(handler)

    address = await client_for(base_url).upload(
        b"picture",
        media_type="image/png",
        place=RepositoryPlace("studio", "references"),
        path="2026/a b.png",
        message="Add a reference",
        committer=Committer("Clapperboard", "bot@example.org"),
    )

    path = "/api/repos/studio/references/file/main/2026/a%20b.png"
    assert address == base_url + path
    assert got == [
        ("PUT", path, "a b.png", b"picture"),
        ("Add a reference", "Clapperboard", "bot@example.org", "image/png"),
    ]


@pytest.mark.parametrize("path", ["", "/", "../secrets", "a/./b"])
async def test_an_upload_stays_inside_its_repository(client_for: ClientFor, path: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        await client_for("http://127.0.0.1:1").upload(
            b"",
            media_type="image/png",
            place=RepositoryPlace("studio", "references"),
            path=path,
            message="",
            committer=Committer("", ""),
        )
