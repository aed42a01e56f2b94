"""References are fetched and looked at when the generation runs."""

import base64

import httpx
import pytest


async def failure(caller, uri: str) -> str:
    row = await caller.finished(input_image=[uri])
    assert row["status"] == "failed"
    return row["error_message"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
async def test_pictures_of_every_kind_are_taken(caller, picture, data_uri, kind):
    uri = data_uri(picture(kind=kind))

    row = await caller.finished(input_image=[uri], start_image_url=uri, tail_image_url=uri)

    assert row["status"] == "succeeded"


@pytest.mark.parametrize(
    ("width", "height"), [(299, 400), (400, 299), (300, 751), (751, 300)], ids=str
)
async def test_pictures_of_a_wrong_size_or_shape_fail(caller, picture, data_uri, width, height):
    assert "Invalid image" in await failure(caller, data_uri(picture(width, height)))


@pytest.mark.parametrize(("width", "height"), [(300, 750), (750, 300)], ids=str)
async def test_pictures_at_the_very_limits_are_taken(caller, picture, data_uri, width, height):
    row = await caller.finished(input_image=[data_uri(picture(width, height))])

    assert row["status"] == "succeeded"


async def test_other_kinds_and_damaged_files_fail(caller, picture, data_uri):
    for content in (picture(kind="GIF"), picture()[:60], b"", b"<svg/>"):
        assert "JPEG, PNG or WebP" in await failure(caller, data_uri(content))


async def test_files_that_are_too_large_fail(caller, picture, data_uri):
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
async def test_addresses_that_lead_nowhere_fail_and_the_world_is_never_asked(caller, uri):
    assert await failure(caller, uri)


async def test_an_address_that_answers_with_an_error_fails(caller):
    uri = f"{caller.sandbox.base_url}/api/repos/a/b/file/main/missing.png"

    assert await failure(caller, uri) == "Failed to download image: HTTP 404."


async def test_four_full_pictures_fit_into_one_request(caller, picture):
    content = picture(kind="JPEG")
    content += bytes(10 * 1024 * 1024 - len(content))
    uri = f"data:image/jpeg;base64,{base64.b64encode(content).decode()}"

    answer = await caller.post(prompt="a walk", input_image=[uri] * 4)

    assert answer.status_code == httpx.codes.OK
