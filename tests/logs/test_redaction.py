import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import Redactor

KEY = "oxen-key-0123456789abcdef"
DISCORD_TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA.GabcdE.aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789ab"

surroundings = st.text(max_size=20)
opaque = st.text(string.ascii_letters + string.digits + "-_", min_size=24, max_size=60)
parameters = st.sampled_from(
    ["ex", "is", "hm", "signature", "Signature", "sig", "token", "X-Amz-Signature", "x-goog-date"]
)


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        (
            "GET https://cdn.discordapp.com/attachments/1/2/a.png?ex=66&is=65&hm=abc HTTP/1.1",
            "GET https://cdn.discordapp.com/attachments/1/2/a.png?[redacted] HTTP/1.1",
        ),
        ("/attachments/1/a.png?ex=66&hm=abc", "/attachments/1/a.png?ex=[redacted]&hm=[redacted]"),
        ("{'image': 'data:image/png;base64,iVBORw0KGgo='}", "{'image': 'data:[redacted]'}"),
        ("Authorization: Bearer abcdefgh12345678", "Authorization: Bearer [redacted]"),
        (
            "POST https://discord.com/api/v10/webhooks/12/aW50ZXJhY3Rpb24/messages/@original",
            "POST https://discord.com/api/v10/webhooks/12/[redacted]/messages/@original",
        ),
        ("postgresql://bot:hunter2@db/bot", "postgresql://bot:[redacted]@db/bot"),
        (f"token {DISCORD_TOKEN}.", "token [redacted]."),
    ],
)
def test_what_looks_like_a_secret_is_hidden_and_the_rest_stays(text: str, redacted: str) -> None:
    assert Redactor().text(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "generation_accepted",
        "the bot said hello to everyone in the channel",
        "https://hub.oxen.ai/api/ai/queue/8a6e4fd4-3a52-4c9b-8f5e-0d5ac5b6f1d2",
        "bot.generations.service",
        "metadata: a, b",
        "kling-video-o3-pro-reference-to-video",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert Redactor().text(text) == text


@given(surroundings, surroundings)
def test_a_known_secret_never_survives(before: str, after: str) -> None:
    assert KEY not in Redactor([KEY]).text(before + KEY + after)


@given(surroundings, opaque, surroundings)
def test_a_bearer_key_never_survives(before: str, key: str, after: str) -> None:
    assert key not in Redactor().text(f"{before} Bearer {key} {after}")


@given(surroundings, parameters, opaque, surroundings)
def test_a_signed_parameter_never_survives(
    before: str, parameter: str, value: str, after: str
) -> None:
    assert value not in Redactor().text(f"{before} /file.mp4?a=1&{parameter}={value} {after}")


@given(surroundings, opaque, opaque, surroundings)
def test_the_query_of_an_address_never_survives(
    before: str, name: str, value: str, after: str
) -> None:
    assert value not in Redactor().text(
        f"{before} https://s.example/v.mp4?x={name}&y={value} {after}"
    )


@given(surroundings, st.binary(min_size=18, max_size=60), surroundings)
def test_a_data_uri_never_survives(before: str, content: bytes, after: str) -> None:
    encoded = content.hex()

    assert encoded not in Redactor().text(f"{before} data:image/png;base64,{encoded} {after}")


@given(surroundings, surroundings)
def test_a_discord_token_never_survives(before: str, after: str) -> None:
    assert DISCORD_TOKEN not in Redactor().text(f"{before} {DISCORD_TOKEN} {after}")


@given(st.text(max_size=200))
def test_redacting_twice_changes_nothing_further(text: str) -> None:
    once = Redactor([KEY]).text(text)

    assert Redactor([KEY]).text(once) == once


nested = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(KEY) | st.just(f"Bearer {KEY}"),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5) | st.just(KEY), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=8), nested))
def test_a_secret_is_hidden_at_any_depth(event: dict[str, object]) -> None:
    assert KEY not in repr(Redactor([KEY]).mapping(event))


def test_a_secret_is_hidden_in_foreign_objects_and_bytes() -> None:
    redacted = Redactor([KEY]).mapping({"error": ValueError(KEY), "body": KEY.encode()})

    assert redacted == {"error": "ValueError('[redacted]')", "body": "<25 bytes>"}


@pytest.mark.parametrize("name", ["token", "api_key", "Authorization", "discord_token", "password"])
def test_a_key_that_names_a_secret_hides_whatever_it_holds(name: str) -> None:
    assert Redactor().mapping({name: "x"}) == {name: "[redacted]"}
