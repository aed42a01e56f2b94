"""The checker itself: it lets through what Discord documents and names what it does not."""

import time
from typing import Any

import pytest

from tests.conformance.discord_spec import COMPONENTS_V2, DiscordSpec, published_specification

pytestmark = pytest.mark.skipif(
    not published_specification().exists(), reason="Discord's specification is not there"
)

Json = dict[str, Any]

TEXT: Json = {"type": 10, "content": "hello"}
BUTTON: Json = {"type": 2, "style": 2, "label": "Again", "custom_id": "clap:again:1"}
ROW: Json = {"type": 1, "components": [BUTTON]}
CARD: Json = {"type": 17, "accent_color": 255, "components": [TEXT, ROW]}
LAYOUT: Json = {"flags": COMPONENTS_V2, "components": [CARD]}


@pytest.fixture(scope="module")
def spec() -> DiscordSpec:
    return DiscordSpec(published_specification())


def callback(kind: int, data: Json) -> Json:
    return {"type": kind, "data": data}


GOOD: list[tuple[str, str, Any]] = [
    ("POST", "/channels/1/messages", LAYOUT | {"nonce": "abc", "enforce_nonce": True}),
    ("POST", "/api/v10/channels/1/messages", {"content": "hi", "attachments": [{"id": 0}]}),
    ("PATCH", "/channels/1/messages/2", LAYOUT),
    ("GET", "/channels/1/messages?limit=10&after=3", None),
    ("DELETE", "/channels/1/messages/2", None),
    ("POST", "/interactions/1/token/callback?with_response=true", callback(4, LAYOUT)),
    ("POST", "/interactions/1/token/callback", callback(5, {"flags": 64})),
    ("POST", "/interactions/1/token/callback", {"type": 6}),
    ("POST", "/webhooks/1/token?wait=true", LAYOUT),
    ("PATCH", "/webhooks/1/token/messages/@original", LAYOUT),
    (
        "PUT",
        "/applications/1/commands",
        [{"name": "video", "description": "Make a video", "type": 1}],
    ),
]


@pytest.mark.parametrize(("method", "path", "body"), GOOD)
def test_a_documented_request_passes(spec: DiscordSpec, method: str, path: str, body: Any) -> None:
    assert spec.check_request(method, path, body) == []


BAD: list[tuple[str, str, Any, str]] = [
    ("POST", "/channel/1/messages", {}, "no such path"),
    ("PUT", "/channels/1/messages", {}, "no such method"),
    ("POST", "/channels/one/messages", {"content": "hi"}, "'one' does not fit"),
    ("GET", "/channels/1/messages?limits=3", None, "query limits"),
    ("POST", "/channels/1/messages", None, "body: missing"),
    ("DELETE", "/channels/1/messages/2", {"reason": "x"}, "has none here"),
    ("POST", "/channels/1/messages", {"content": 5}, "['content']"),
    ("POST", "/channels/1/messages", {"nonce": "n" * 26}, "too long"),
    (
        "POST",
        "/channels/1/messages",
        {"components": [{"type": 17, "components": [{"type": 10, "content": ""}]}]},
        "['components'][0]['components'][0]['content']",
    ),
    (
        "POST",
        "/channels/1/messages",
        {"components": [{"type": 17, "components": [{"type": 1, "components": [BUTTON] * 6}]}]},
        "too long",
    ),
    (
        "POST",
        "/interactions/1/t/callback",
        callback(9, {"custom_id": "a", "title": "t" * 46, "components": [TEXT]}),
        "['data']['title']",
    ),
    ("POST", "/channels/1/messages", {"components": [TEXT] * 41}, "41 of them"),
    (
        "POST",
        "/interactions/1/t/callback",
        callback(4, {"components": [{"type": 10, "content": "x" * 2001}] * 2}),
        "4002 characters",
    ),
    ("POST", "/channels/1/messages", {"components": [ROW, ROW]}, "occurs twice"),
    ("POST", "/channels/1/messages", LAYOUT | {"content": "hi"}, "not beside a layout"),
    (
        "POST",
        "/channels/1/messages",
        {"components": [{"type": 12, "items": [{"media": {"url": "moon.mp4"}}]}]},
        "'moon.mp4' is not a 'uri'",
    ),
    (
        "POST",
        "/channels/1/messages",
        {"components": [{"type": 13, "file": {"url": "https://elsewhere.example/a"}}]},
        "attachment:// only",
    ),
]


@pytest.mark.parametrize(("method", "path", "body", "complaint"), BAD)
def test_a_mistake_is_named(
    spec: DiscordSpec, method: str, path: str, body: Any, complaint: str
) -> None:
    problems = spec.check_request(method, path, body)
    assert any(complaint in problem for problem in problems), problems


def test_a_mistake_deep_in_a_card_is_reported_once_and_in_its_place(spec: DiscordSpec) -> None:
    body = {
        "components": [{**CARD, "components": [TEXT, {"type": 1, "components": [{"type": 2}]}]}]
    }
    problems = spec.check_request("POST", "/channels/1/messages", body)
    assert len(problems) == 1
    assert "'style' is a required property" in problems[0]


def test_checking_is_cheap_once_an_operation_is_known(spec: DiscordSpec) -> None:
    spec.check_request("POST", "/channels/1/messages", LAYOUT)
    begun = time.perf_counter()
    for _ in range(20):
        spec.check_request("POST", "/channels/1/messages", LAYOUT)
    assert time.perf_counter() - begun < 2
