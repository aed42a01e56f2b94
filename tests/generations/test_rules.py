from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidRequestError
from bot.generations.rules import Attached, check_settings, tidy
from bot.models.generation import Shot, VideoSettings
from bot.models.video_model import DEFAULT_MODEL

PLAIN = VideoSettings(DEFAULT_MODEL, "a calm walk on the moon", "16:9", 5)
characters = st.characters(exclude_categories=["Cs"])
texts = st.one_of(
    st.lists(st.sampled_from(["@luna ", "@Rex, ", "x" * 250, "me@luna.org "])).map("".join),
    st.text(characters, max_size=40),
    st.integers(505, 520).flatmap(lambda n: st.text(characters, min_size=n, max_size=n)),
    st.lists(st.sampled_from(["@Image1 ", "@image4 ", "@Image5 ", "@Image0", "a ", "é"])).map(
        "".join
    ),
)


def refused(settings: VideoSettings, attached: Attached, *, takes: int = 1) -> str:
    """The words of the refusal, or nothing."""
    try:
        check_settings(settings, attached, takes=takes)
    except InvalidRequestError as error:
        return str(error)
    return ""


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
                "@Element1 is in the prompt, but elements go by their names here. "
                "Write the name of a cast member, such as @luna, or @Image1 for a picture."
            ),
        ),
        ({"duration_s": 2}, {}, "A video can be 3 to 15 seconds long; you asked for 2."),
        ({"duration_s": 16}, {}, "A video can be 3 to 15 seconds long; you asked for 16."),
        (
            {"aspect_ratio": "4:3"},
            {},
            "The aspect ratio can be 16:9, 9:16 or 1:1; you asked for 4:3.",
        ),
        ({}, {"images": 5}, "The model takes 4 reference images at most; you attached 5."),
        (
            {},
            {"end_frame": True},
            "An end frame needs a start frame beside it. Attach both, or leave the end frame out.",
        ),
        (
            {"prompt": "@luna waves at @rex and @Luna"},
            {"images": 1, "cast": {"luna": 4, "rex": 1}},
            (
                "The model takes 4 images in all, and the cast's pictures count too. "
                "1 attached, @luna 4 and @rex 1 are 6: 2 too many."
            ),
        ),
        (
            {"prompt": "@luna waves at @rex"},
            {"cast": {"luna": 1}},
            "@rex is in the prompt, but nobody in the cast has that name.",
        ),
        (
            {"shots": (Shot("dawn", 5), Shot("", 5)), "duration_s": 10},
            {},
            "The prompt of shot 2 is empty. Describe what should happen in the video.",
        ),
        (
            {"shots": (Shot("dawn", 9), Shot("noon", 9)), "duration_s": 18},
            {},
            "The shots are 18 s long together; a video can be 3 to 15 s.",
        ),
        (
            {"shots": (Shot("dawn", 0), Shot("noon", 9)), "duration_s": 9},
            {},
            "Shot 1 is 0 s long; a shot can be 1 to 15 s.",
        ),
        ({}, {"takes": 5}, "You can have 1 to 4 takes of a video; you asked for 5."),
        ({}, {"takes": 0}, "You can have 1 to 4 takes of a video; you asked for 0."),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_would_be_right(
    changes: dict[str, Any], with_pictures: dict[str, Any], words: str
) -> None:
    takes = with_pictures.pop("takes", 1)

    assert refused(replace(PLAIN, **changes), Attached(**with_pictures), takes=takes) == words


@pytest.mark.parametrize("duration_s", [3, 15])
def test_the_limits_themselves_are_allowed(duration_s: int) -> None:
    most = replace(PLAIN, prompt="ж" * 512, negative_prompt="x" * 512, duration_s=duration_s)

    check_settings(most, Attached(4, start_frame=True, end_frame=True), takes=4)


def test_an_absurd_number_is_refused_at_once() -> None:
    with pytest.raises(InvalidRequestError):
        check_settings(replace(PLAIN, prompt="@Image" + "9" * 500), Attached(4))
