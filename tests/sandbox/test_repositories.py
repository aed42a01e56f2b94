"""Files that are uploaded, served, and used as references."""

from collections.abc import Callable
from pathlib import Path

import httpx

from tests.sandbox.callers import Caller, Starter

PATH = "/api/repos/studio/casts/file/main/faces/alice%20b.png"


async def upload(caller: Caller, content: bytes) -> httpx.Response:
    return await caller.http.put(
        PATH,
        files={"file": ("alice.png", content, "image/png")},
        data={"message": "Add Alice", "name": "Bob", "email": "bob@example.org"},
    )


async def test_an_upload_is_served_on_the_same_path_to_everyone(
    caller: Caller, picture: Callable[..., bytes]
) -> None:
    answer = await upload(caller, picture())
    async with httpx.AsyncClient(base_url=caller.sandbox.base_url, trust_env=False) as stranger:
        served = await stranger.get(PATH)

    assert answer.json()["status"] == "success"
    assert (served.status_code, served.content) == (200, picture())
    assert served.headers["content-type"] == "image/png"


async def test_an_upload_replaces_what_was_there(caller: Caller) -> None:
    await upload(caller, b"first")
    await upload(caller, b"second")

    assert (await caller.http.get(PATH)).content == b"second"


async def test_an_uploaded_file_is_a_good_reference(
    caller: Caller, picture: Callable[..., bytes]
) -> None:
    await upload(caller, picture())

    row = await caller.finished(input_image=[f"{caller.sandbox.base_url}{PATH}"])

    assert row["status"] == "succeeded"


async def test_an_upload_needs_a_key_and_a_file(caller: Caller) -> None:
    no_file = await caller.http.put(PATH, data={"message": "nothing"})
    caller.http.headers = {}
    no_key = await upload(caller, b"x")

    assert (no_file.status_code, no_key.status_code) == (400, 401)


async def test_a_file_that_was_never_uploaded_is_not_found(caller: Caller) -> None:
    answer = await caller.http.get("/api/repos/studio/casts/file/main/..%2F..%2Fetc%2Fpasswd")

    assert answer.status_code == 404


async def test_uploads_outlive_a_restart(start: Starter, tmp_path: Path) -> None:
    first = await start(folder=tmp_path)
    await upload(first, b"kept")
    await first.sandbox.__aexit__(None, None, None)

    second = await start(folder=tmp_path)

    assert (await second.http.get(PATH)).content == b"kept"
