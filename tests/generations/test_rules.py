from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidRequestError
from bot.generations.rules import check_settings, tidy
from bot.models.generation import VideoSettings
from bot.models.video_model import DEFAULT_MODEL
from bot.oxen import parameters
from bot.sandbox.catalogue import find_model
from bot.sandbox.validation import ParameterError, plan

PLAIN = VideoSettings(DEFAULT_MODEL, "a calm walk on the moon", "16:9", 5)
characters = st.characters(exclude_categories=["Cs"])
texts = st.one_of(
    st.text(characters, max_size=40),
    st.integers(505, 520).flatmap(lambda n: st.text(characters, min_size=n, max_size=n)),
    st.lists(st.sampled_from(["@Image1 ", "@image4 ", "@Image5 ", "@Image0", "a ", "é"])).map(
        "".join
    ),
)


def oxen_takes(settings: VideoSettings, *, images: int, start: bool, end: bool) -> bool:
    """Whether the sandbox, which checks as Oxen does, would make this."""
    model = find_model(settings.model)
    assert model is not None
    body: dict[str, Any] = parameters.payload(
        settings,
        images=[f"https://cdn.test/{n}.png" for n in range(images)],
        start_frame="https://cdn.test/s.png" if start else None,
        end_frame="https://cdn.test/e.png" if start and end else None,
    )
    if end:
        body["tail_image_url"] = "https://cdn.test/e.png"
    try:
        plan(model, body)
    except ParameterError:
        return False
    return True


def refused(settings: VideoSettings, **pictures: Any) -> str:
    """The words of the refusal, or nothing."""
    try:
        check_settings(settings, **pictures)
    except InvalidRequestError as error:
        return str(error)
    return ""


@given(
    settings=st.builds(
        VideoSettings,
        model=st.just(DEFAULT_MODEL),
        prompt=texts,
        aspect_ratio=st.sampled_from(["16:9", "9:16", "1:1", "4:3", ""]),
        duration_s=st.integers(-1, 18),
        audio=st.booleans(),
        negative_prompt=st.none() | texts,
    ),
    images=st.integers(0, 6),
    start=st.booleans(),
    end=st.booleans(),
)
def test_what_passes_is_what_the_model_takes(
    settings: VideoSettings, *, images: int, start: bool, end: bool
) -> None:
    tidied = tidy(settings)
    taken = oxen_takes(tidied, images=images, start=start, end=end)
    refusal = refused(tidied, images=images, start_frame=start, end_frame=end)

    # What Oxen has no rule for: a mention that leads nowhere, and an unknown limit.
    ours_alone = refusal.startswith(("@Image", "That negative prompt"))
    assert taken == (not refusal) or (taken and ours_alone)


@given(settings=st.builds(lambda prompt: replace(PLAIN, prompt=prompt), texts))
def test_tidying_twice_changes_nothing_more(settings: VideoSettings) -> None:
    assert tidy(tidy(settings)) == tidy(settings)


def test_mentions_are_spelt_as_the_model_reads_them() -> None:
    tidied = tidy(replace(PLAIN, prompt="  @image1 waves at @IMAGE2\n", negative_prompt="  "))

    assert tidied.prompt == "@Image1 waves at @Image2"
    assert tidied.negative_prompt is None


@pytest.mark.parametrize(
    ("changes", "with_pictures", "words"),
    [
        ({"prompt": "x" * 540}, {}, "That prompt is 540 characters, 28 too many."),
        ({"prompt": "x" * 513}, {}, "That prompt is 513 characters, 1 too many."),
        (
            {"negative_prompt": "x" * 1_600},
            {},
            "That negative prompt is 1,600 characters, 1,088 too many.",
        ),
        (
            {"prompt": " \n"},
            {},
            "The prompt is empty. Describe what should happen in the video.",
        ),
        (
            {"prompt": "@Image3 jumps"},
            {"images": 2},
            "@Image3 is in the prompt, but 2 images are attached.",
        ),
        (
            {"prompt": "@image2 jumps"},
            {"images": 1},
            "@Image2 is in the prompt, but 1 image is attached.",
        ),
        ({"prompt": "@Image1"}, {}, "@Image1 is in the prompt, but no image is attached."),
        (
            {"prompt": "@Image0"},
            {"images": 1},
            "@Image0 is in the prompt; the first image is @Image1.",
        ),
        (
            {"prompt": "@Element1 jumps"},
            {"images": 4},
            (
                "@Element1 is in the prompt, but elements cannot be attached here. "
                "Attach the picture as an image and write @Image1 instead."
            ),
        ),
        ({"duration_s": 2}, {}, "A video can be 3 to 15 seconds long; you asked for 2."),
        ({"duration_s": 16}, {}, "A video can be 3 to 15 seconds long; you asked for 16."),
        (
            {"aspect_ratio": "4:3"},
            {},
            "The aspect ratio can be 16:9, 9:16 or 1:1; you asked for something else.",
        ),
        ({}, {"images": 5}, "The model takes 4 reference images at most; you attached 5."),
        (
            {},
            {"end_frame": True},
            "An end frame needs a start frame beside it. Attach both, or leave the end frame out.",
        ),
        ({}, {"takes": 5}, "You can have 1 to 4 takes of a video; you asked for 5."),
        ({}, {"takes": 0}, "You can have 1 to 4 takes of a video; you asked for 0."),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_would_be_right(
    changes: dict[str, Any], with_pictures: dict[str, Any], words: str
) -> None:
    assert refused(replace(PLAIN, **changes), **{"images": 0, **with_pictures}) == words


@pytest.mark.parametrize("duration_s", [3, 15])
def test_the_limits_themselves_are_allowed(duration_s: int) -> None:
    most = replace(PLAIN, prompt="ж" * 512, negative_prompt="x" * 512, duration_s=duration_s)

    check_settings(most, images=4, start_frame=True, end_frame=True, takes=4)


def test_an_absurd_number_is_refused_at_once() -> None:
    with pytest.raises(InvalidRequestError):
        check_settings(replace(PLAIN, prompt="@Image" + "9" * 500), images=4)
