"""References are fetched and looked at when the generation runs."""

import base64
from collections.abc import Callable

import httpx
import pytest

from tests.sandbox.callers import Caller


async def failure(caller: Caller, uri: str) -> str:
    row = await caller.finished(input_image=[uri])
    assert row["status"] == "failed"
    return str(row["error_message"])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
async def test_pictures_of_every_kind_are_taken(
    caller: Caller, picture: Callable[..., bytes], data_uri: Callable[[bytes], str], kind: str
) -> None:
    uri = data_uri(picture(kind=kind))

    row = await caller.finished(input_image=[uri], start_image_url=uri, tail_image_url=uri)

    assert row["status"] == "succeeded"


@pytest.mark.parametrize(
    ("width", "height"), [(299, 400), (400, 299), (300, 751), (751, 300)], ids=str
)
async def test_pictures_of_a_wrong_size_or_shape_fail(
    caller: Caller,
    picture: Callable[..., bytes],
    data_uri: Callable[[bytes], str],
    width: int,
    height: int,
) -> None:
    assert "Invalid image" in await failure(caller, data_uri(picture(width, height)))


@pytest.mark.parametrize(("width", "height"), [(300, 750), (750, 300)], ids=str)
async def test_pictures_at_the_very_limits_are_taken(
    caller: Caller,
    picture: Callable[..., bytes],
    data_uri: Callable[[bytes], str],
    width: int,
    height: int,
) -> None:
    row = await caller.finished(input_image=[data_uri(picture(width, height))])

    assert row["status"] == "succeeded"


async def test_other_kinds_and_damaged_files_fail(
    caller: Caller, picture: Callable[..., bytes], data_uri: Callable[[bytes], str]
) -> None:
    for content in (picture(kind="GIF"), picture()[:60], b"", b"<svg/>"):
        assert "JPEG, PNG or WebP" in await failure(caller, data_uri(content))


async def test_files_that_are_too_large_fail(
    caller: Caller, picture: Callable[..., bytes], data_uri: Callable[[bytes], str]
) -> None:
    content = picture() + bytes(10 * 1024 * 1024)

    assert "10MB" in await failure(caller, data_uri(content))


@pytest.mark.parametrize(
    "uri",
    [
        "http://192.0.2.1/a.png",
        "https://example.org/a.png",
        "http://127.0.0.1:1/a.png",
        "file:///etc/passwd",
        "http://[",
        "data:image/png;base64",
        "data:image/png;base64,###",
        "",
    ],
)
async def test_addresses_that_lead_nowhere_fail_and_the_world_is_never_asked(
    caller: Caller, uri: str
) -> None:
    assert await failure(caller, uri)


async def test_an_address_that_answers_with_an_error_fails(caller: Caller) -> None:
    uri = f"{caller.sandbox.base_url}/api/repos/a/b/file/main/missing.png"

    assert await failure(caller, uri) == "Failed to download image: HTTP 404."


async def test_four_full_pictures_fit_into_one_request(
    caller: Caller, picture: Callable[..., bytes]
) -> None:
    content = picture(kind="JPEG")
    content += bytes(10 * 1024 * 1024 - len(content))
    uri = f"data:image/jpeg;base64,{base64.b64encode(content).decode()}"

    answer = await caller.post(prompt="a walk", input_image=[uri] * 4)

    assert answer.status_code == httpx.codes.OK


async def test_an_address_that_is_not_loopback_is_refused_although_it_would_answer(
    caller: Caller, picture: Callable[..., bytes]
) -> None:
    path = "/api/repos/a/b/file/main/c.png"
    await caller.http.put(path, files={"file": ("c.png", picture(), "image/png")})

    # 0.0.0.0 leads to this machine on Linux, yet it is no loopback address.
    error = await failure(caller, f"http://0.0.0.0:{caller.sandbox.port}{path}")

    assert error == "Failed to download image: host could not be reached."
    assert caller.sandbox.books.seen("file") == []


async def test_a_download_that_grows_too_large_is_given_up(caller: Caller) -> None:
    large = (await caller.finished())["result_url"]
    caller.sandbox.faults.arm("huge-result", detail="100")

    error = await failure(caller, large)
    await caller.sandbox.changes.until(lambda: bool(caller.sandbox.books.seen("result")))

    assert "10MB" in error
    assert [request.status for request in caller.sandbox.books.seen("result")] == [0]
