"""What running a generation checks: example by example, then any request against the rules."""

import asyncio
import itertools
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.media.animatic import AnimaticRequest
from bot.models.video_model import DEFAULT_MODEL
from bot.sandbox.catalogue import find_model
from bot.sandbox.options import SandboxOptions
from bot.sandbox.server import Sandbox
from bot.sandbox.validation import ParameterError, PlannedElement, RenderPlan, plan

URI = "https://example.org/a.png"


def planned(model: str = DEFAULT_MODEL, **parameters: Any) -> RenderPlan:
    found = find_model(model)
    assert found is not None
    return plan(found, parameters)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, "422 - Value error, Either 'prompt' or 'multi_prompt' must be provided."),
        ({"prompt": "", "multi_prompt": []}, "Either 'prompt' or 'multi_prompt' must be provided."),
        (
            {"prompt": "a", "multi_prompt": [{"prompt": "b"}]},
            "error: 422 - Value error, Cannot provide both 'prompt' and 'multi_prompt'.",
        ),
        ({"prompt": "a", "duration": 2}, "duration value '2' is invalid."),
        ({"prompt": "a", "duration": 16}, "duration value '16' is invalid."),
        ({"prompt": "a", "duration": "5"}, "valid integer"),
        ({"prompt": "a", "duration": True}, "valid integer"),
        ({"prompt": "a", "duration": 5.0}, "valid integer"),
        ({"prompt": "a" * 513}, "at most 512"),
        ({"prompt": 7}, "valid string"),
        ({"multi_prompt": "a"}, "valid list"),
        ({"multi_prompt": ["a"]}, "valid object"),
        ({"multi_prompt": [{"duration": 5}]}, "Field required"),
        ({"multi_prompt": [{"prompt": "a" * 513}]}, "at most 512"),
        ({"multi_prompt": [{"prompt": "a", "duration": 2}]}, "duration value '2' is invalid."),
        ({"multi_prompt": [{"prompt": "a", "duration": 0}]}, "duration value '0' is invalid."),
        (
            {"multi_prompt": [{"prompt": "a", "duration": 8}] * 2},
            "Total shot duration (16s) exceeds maximum allowed (15s).",
        ),
        ({"multi_prompt": [{"prompt": "a"}] * 4}, "Total shot duration (20s)"),
        ({"prompt": "a", "tail_image_url": URI}, "'tail_image_url' requires 'start_image_url'"),
        ({"prompt": "a", "input_image": [URI] * 5}, "At most 4 images"),
        ({"prompt": "a", "input_image": URI}, "valid list"),
        (
            {
                "prompt": "a",
                "input_image": [URI] * 2,
                "elements": [{"frontal_image_url": URI, "reference_image_urls": [URI] * 2}],
            },
            "At most 4 images are allowed, got 5.",
        ),
        ({"prompt": "a", "elements": [{"reference_image_urls": [URI]}]}, "Field required"),
        (
            {
                "prompt": "a",
                "elements": [{"frontal_image_url": URI, "reference_image_urls": [URI] * 4}],
            },
            "4 items",
        ),
        ({"prompt": "a", "aspect_ratio": "4:3"}, "'16:9', '9:16', '1:1'"),
        ({"prompt": "a", "generate_audio": "yes"}, "valid boolean"),
        ({"prompt": "a", "response_format": "gif"}, "'url', 'b64_json'"),
    ],
)
def test_a_broken_rule_fails_with_oxens_words(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError) as failure:
        planned(**parameters)

    assert message in str(failure.value)


def test_shots_need_three_seconds_only_together() -> None:
    shots = [{"prompt": "a", "duration": 2}, {"prompt": "b", "duration": 1}]

    assert [shot.duration_s for shot in planned(multi_prompt=shots).shots] == [2, 1]


def test_defaults_are_filled_in_and_null_counts_as_absent() -> None:
    found = planned(prompt="a", duration=None, aspect_ratio=None, generate_audio=None, seed=None)

    assert (found.duration_s, found.aspect_ratio, found.audio) == (5, "16:9", False)
    assert (
        planned(multi_prompt=[{"prompt": "a"}, {"prompt": "b", "duration": None}]).duration_s == 10
    )


def test_images_come_in_the_order_of_their_names_in_the_prompt() -> None:
    found = planned(
        prompt="@Image1 and @Element1",
        input_image=["i1", "i2"],
        elements=[{"frontal_image_url": "e1", "reference_image_urls": ["e1b"]}],
        start_image_url="first",
        tail_image_url="last",
    )

    assert found.image_uris == ("i1", "i2")
    assert found.elements == (PlannedElement("e1", ("e1b",)),)
    assert (found.start_uri, found.end_uri) == ("first", "last")


def test_unknown_parameters_are_ignored() -> None:
    assert planned(prompt="a", colour="blue").duration_s == 5


@pytest.mark.parametrize(
    ("model", "good", "bad"),
    [
        ("kling-video-o3-omni", {"resolution": "1080p"}, {"resolution": "8k"}),
        ("kling-video-o3-omni", {"video_mode": "edit"}, {"video_mode": "dance"}),
        ("kling-video-o3-omni", {"input_image": [URI] * 7}, {"input_image": [URI] * 8}),
        (
            "wan-v2-6-reference-to-video",
            {"input_images": [URI], "duration": 10},
            {"input_images": [URI], "duration": 6},
        ),
        ("wan-v2-6-reference-to-video", {"input_images": [URI]}, {"input_image": [URI]}),
        ("veo-3-1-fast", {"duration": 8}, {"duration": 5}),
        ("veo-3-1-fast", {"aspect_ratio": "9:16"}, {"aspect_ratio": "1:1"}),
        ("kling-video-v2-6-pro-image-to-video", {"start_image_url": URI}, {}),
    ],
)
def test_other_models_have_names_and_limits_of_their_own(
    model: str, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    assert planned(model, prompt="a", **good).duration_s > 0
    with pytest.raises(ParameterError):
        planned(model, prompt="a", **bad)


PROMPTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=512)
COMMON = {
    "aspect_ratio": st.sampled_from(["16:9", "9:16", "1:1"]),
    "negative_prompt": st.text(max_size=40),
    "generate_audio": st.booleans(),
    "seed": st.integers(),
}


@st.composite
def valid_requests(draw: st.DrawFn) -> dict[str, Any]:
    """Requests that keep every rule by construction."""
    request: dict[str, Any] = draw(st.fixed_dictionaries({}, optional=COMMON))
    if draw(st.booleans()):
        request |= {"prompt": draw(PROMPTS), "duration": draw(st.integers(3, 15))}
    else:
        total = draw(st.integers(3, 15))
        cuts = draw(st.sets(st.integers(1, total - 1), max_size=total - 1))
        edges = [0, *sorted(cuts), total]
        request["multi_prompt"] = [
            {"prompt": draw(PROMPTS), "duration": end - begin}
            for begin, end in itertools.pairwise(edges)
        ]
    return request


def _one_of(*changes: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.sampled_from(changes)


BROKEN = _one_of(
    {"prompt": "p", "multi_prompt": [{"prompt": "q"}]},
    {"prompt": None, "multi_prompt": None},
    {"prompt": "x" * 513, "multi_prompt": None},
    {"prompt": "p", "multi_prompt": None, "duration": 2},
    {"prompt": "p", "multi_prompt": None, "duration": 16},
    {"prompt": None, "multi_prompt": [{"prompt": "p", "duration": 2}]},
    {"prompt": None, "multi_prompt": [{"prompt": "p", "duration": 1}] * 16},
    {"prompt": None, "multi_prompt": [{"duration": 5}]},
    {"tail_image_url": URI, "start_image_url": None},
    {"input_image": [URI] * 5},
    {"elements": [{"frontal_image_url": URI}] * 5},
    {"aspect_ratio": "21:9"},
    {"generate_audio": "true"},
    {"negative_prompt": 3},
)


@given(valid_requests())
def test_any_request_that_keeps_the_rules_is_planned(request_: dict[str, Any]) -> None:
    shots = request_.get("multi_prompt") or [request_]

    found = planned(**request_)

    assert found.duration_s == sum(shot["duration"] for shot in shots)
    assert 3 <= found.duration_s <= 15


@given(valid_requests(), BROKEN)
def test_any_request_that_breaks_a_rule_fails_with_a_text(
    request_: dict[str, Any], change: dict[str, Any]
) -> None:
    with pytest.raises(ParameterError, match=r"\w"):
        planned(**(request_ | change))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "prompt",
                "multi_prompt",
                "duration",
                "elements",
                "input_image",
                "start_image_url",
                "tail_image_url",
                "generate_audio",
                "aspect_ratio",
            ]
        ),
        JSON,
    )
)
def test_no_request_whatever_breaks_the_check_itself(parameters: dict[str, Any]) -> None:
    try:
        found = planned(**parameters)
    except ParameterError as error:
        said = str(error)
    else:
        said = "planned"
        assert 3 <= found.duration_s <= 15
        angles = sum(len(element.angle_uris) for element in found.elements)
        assert len(found.image_uris) + len(found.elements) + angles <= 4
    assert said


def render_nothing(_: AnimaticRequest, path: Path) -> None:
    path.write_bytes(b"video")


async def outcomes(requests: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    options = SandboxOptions(render_seconds=0.0, renderer=render_nothing)
    async with (
        Sandbox(options) as sandbox,
        httpx.AsyncClient(
            base_url=sandbox.base_url, headers={"Authorization": "Bearer key"}, trust_env=False
        ) as http,
    ):
        rows = []
        for parameters in requests:
            answer = await http.post("/api/ai/queue", json={"model": DEFAULT_MODEL} | parameters)
            (accepted,) = answer.json()["generations"]
            await sandbox.ended(accepted["generation_id"])
            row = (await http.get(f"/api/ai/queue/{accepted['generation_id']}")).json()
            rows.append((row["status"], row["error_message"]))
        return rows


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(valid_requests(), st.none() | BROKEN), min_size=1, max_size=12))
def test_over_the_wire_valid_requests_succeed_and_others_fail_with_a_text(
    cases: list[tuple[dict[str, Any], dict[str, Any] | None]],
) -> None:
    rows = asyncio.run(outcomes([request | (change or {}) for request, change in cases]))

    for (_, change), (status, error) in zip(cases, rows, strict=True):
        assert status == ("failed" if change else "succeeded")
        assert bool(error) == bool(change)
