from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models.remote import RemoteGeneration, RemoteStatus
from bot.oxen.fingerprint import fingerprint, matches

PAYLOAD: dict[str, Any] = {
    "model": "kling",
    "prompt": "a calm walk, @Image1",
    "duration": 5,
    "aspect_ratio": "9:16",
    "generate_audio": True,
    "input_image": ["https://cdn.example/a.png?sig=SECRET", "data:image/png;base64,QUJD"],
    "start_image_url": "https://cdn.example/s.png?sig=SECRET",
}
KEPT = fingerprint(PAYLOAD)


def at_oxen(
    model: str = "kling", prompt: str | None = PAYLOAD["prompt"], **echoed: Any
) -> RemoteGeneration:
    return RemoteGeneration(
        "g-1", RemoteStatus.QUEUED, model=model, prompt=prompt, parameters=echoed
    )


def test_it_is_the_same_for_the_same_request_in_any_order() -> None:
    assert fingerprint(dict(reversed(PAYLOAD.items()))) == KEPT
    assert fingerprint({**PAYLOAD, "num_generations": 1, "target_namespace": "x"}) == KEPT


@pytest.mark.parametrize("name", list(PAYLOAD))
def test_it_differs_when_anything_of_the_video_differs(name: str) -> None:
    assert fingerprint({**PAYLOAD, name: "other"}) != KEPT


def test_neither_signatures_nor_pictures_are_stored() -> None:
    assert "SECRET" not in KEPT
    assert "cdn.example" not in KEPT
    assert "QUJD" not in KEPT


@pytest.mark.parametrize(
    "echoed",
    [
        {},
        PAYLOAD,
        {"duration": "5", "generate_audio": "true", "aspect_ratio": "9:16"},
        {"duration": 5.0},
        {"duration": None, "start_image_url": None},
        {"seed": 7, "negative_prompt": "blur, distort, and low quality"},
        {"tail_image_url": None, "elements": []},
        {"input_image": [PAYLOAD["input_image"][0], "https://hub.oxen.ai/kept/b.png"]},
        {"input_image": None},
        {"start_image_url": "https://cdn.example/s.png"},
        {"start_image_url": "https://CDN.example/s.png?sig=RENEWED"},
        {"input_image": "2 images"},
        {"input_image": [{"url": "https://x"}, {"url": "https://y"}]},
    ],
)
def test_an_orphan_is_recognised_however_much_of_it_comes_back(echoed: dict[str, Any]) -> None:
    assert matches(KEPT, at_oxen(**echoed))


@pytest.mark.parametrize(
    "echoed",
    [
        {"duration": 6},
        {"aspect_ratio": "16:9"},
        {"generate_audio": False},
        {"input_image": []},
        {"input_image": PAYLOAD["input_image"][:1]},
        {"input_image": ["https://cdn.example/other.png", PAYLOAD["input_image"][1]]},
        {"input_image": [PAYLOAD["input_image"][0], "data:image/png;base64,REVG"]},
        {"start_image_url": "https://cdn.example/other.png"},
        {"tail_image_url": "https://cdn.example/e.png"},
        {"elements": [{"frontal_image_url": "https://cdn.example/f.png"}]},
    ],
)
def test_whatever_comes_back_different_speaks_against(echoed: dict[str, Any]) -> None:
    assert not matches(KEPT, at_oxen(**echoed))


def test_model_and_prompt_must_agree() -> None:
    assert matches(KEPT, at_oxen(prompt=PAYLOAD["prompt"] + "\n"))
    assert not matches(KEPT, at_oxen(model="other"))
    assert not matches(KEPT, at_oxen(prompt="a calm walk"))
    assert not matches(KEPT, at_oxen(prompt=None))


def test_a_prompt_that_is_an_address_is_still_a_text() -> None:
    kept = fingerprint({"model": "kling", "prompt": "https://example.org"})

    assert matches(kept, at_oxen(prompt="https://example.org"))
    assert not matches(kept, at_oxen(prompt="https://example.com"))


def test_the_pictures_of_elements_are_hashed_too() -> None:
    elements = [{"frontal_image_url": "https://x/SECRET", "reference_image_urls": ["https://y"]}]
    kept = fingerprint({"model": "kling", "prompt": "p", "elements": elements})
    other = [{**elements[0], "reference_image_urls": ["https://z"]}]

    assert "SECRET" not in kept
    assert matches(kept, at_oxen(prompt="p", elements=elements))
    assert not matches(kept, at_oxen(prompt="p", elements=other))


def test_a_link_kept_before_its_path_was_is_recognised_as_a_whole() -> None:
    kept = re.sub(r"(link:sha256:\w{64}):\w{64}", r"\1", KEPT)

    assert kept != KEPT
    assert matches(kept, at_oxen(**PAYLOAD))
    assert not matches(kept, at_oxen(start_image_url="https://cdn.example/other.png"))


@given(
    prompt=st.text(),
    others=st.dictionaries(
        st.sampled_from(["duration", "seed", "input_image", "negative_prompt"]),
        st.one_of(st.integers(), st.text(), st.booleans(), st.lists(st.text())),
    ),
)
def test_every_request_matches_its_own_echo(prompt: str, others: dict[str, Any]) -> None:
    payload = {"model": "kling", "prompt": prompt, **others}

    assert matches(fingerprint(payload), at_oxen(**payload))


STORYBOARD: dict[str, Any] = {
    "model": "kling",
    "multi_prompt": [{"prompt": "dawn", "duration": 4}, {"prompt": "noon", "duration": 5}],
    "aspect_ratio": "9:16",
}


@pytest.mark.parametrize(
    ("prompt", "echoed", "same"),
    [
        (None, STORYBOARD, True),
        ("dawn", STORYBOARD, True),
        (None, {}, True),
        ("dawn\nnoon", {}, True),
        ("dusk", {}, False),
        (None, {**STORYBOARD, "multi_prompt": STORYBOARD["multi_prompt"][:1]}, False),
        (None, {"multi_prompt": [{"prompt": "dawn"}, {"prompt": "night"}]}, False),
    ],
)
def test_a_storyboard_is_recognised_by_its_shots(
    prompt: str | None, echoed: dict[str, Any], *, same: bool
) -> None:
    assert matches(fingerprint(STORYBOARD), at_oxen(prompt=prompt, **echoed)) is same


LUMEN: dict[str, Any] = {
    "model": "lumen",
    "text": "a calm walk",
    "seconds": "8",
    "ratio": "4:5",
    "photos": ["https://cdn.example/a.png?sig=SECRET"],
    "look": "clay",
}


@pytest.mark.parametrize(
    ("prompt", "echoed", "same"),
    [
        (None, LUMEN, True),
        ("a calm walk\n", LUMEN, True),
        ("a calm walk", {}, True),
        (None, {}, True),
        (None, {"seconds": 8, "seed": 4, "first_frame": None}, True),
        (None, LUMEN | {"result_url": "https://x", "thumbnail_image_url": "https://y"}, True),
        ("a calm run", {}, False),
        ("a calm run", LUMEN, False),
        (None, LUMEN | {"text": "a calm run"}, False),
        (None, LUMEN | {"look": "film"}, False),
        (None, LUMEN | {"photos": ["https://cdn.example/b.png"]}, False),
        (None, LUMEN | {"first_frame": "https://cdn.example/f.png"}, False),
        (None, LUMEN | {"input_video": "https://cdn.example/f.mp4"}, False),
        (None, LUMEN | {"cast_images": [{"url": "data:image/png;base64,QUJD"}]}, False),
    ],
)
def test_a_model_with_other_names_is_recognised_as_well(
    prompt: str | None, echoed: dict[str, Any], *, same: bool
) -> None:
    echo = {name: value for name, value in echoed.items() if name != "model"}

    assert matches(fingerprint(LUMEN), at_oxen("lumen", prompt, **echo)) is same


def test_a_prompt_under_another_name_may_begin_like_an_address() -> None:
    kept = fingerprint({"model": "lumen", "text": "https://example.org is on a sign"})

    assert matches(kept, at_oxen("lumen", "https://example.org is on a sign"))
    assert not matches(kept, at_oxen("lumen", "https://example.org is on a wall"))
