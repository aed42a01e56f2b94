from __future__ import annotations

from dataclasses import replace

import pytest

from bot.models.addresses import ElementAddresses, PictureAddresses
from bot.models.generation import Shot, VideoSettings
from bot.models.kling import KLING_FORM
from bot.models.model_form import (
    DurationField,
    ExtraField,
    ExtraKind,
    ModelForm,
    PicturesField,
    TextField,
)
from bot.oxen.forms import form_of
from bot.oxen.parameters import payload
from bot.sandbox.catalogue import find_model
from bot.sandbox.validation import plan

SETTINGS = VideoSettings("kling", "a calm walk", aspect_ratio="9:16", duration_s=6)


def test_only_what_is_needed_is_said() -> None:
    assert payload(SETTINGS, KLING_FORM, PictureAddresses()) == {
        "model": "kling",
        "prompt": "a calm walk",
        "duration": 6,
        "aspect_ratio": "9:16",
    }


def test_everything_has_its_name_at_kling() -> None:
    settings = replace(SETTINGS, audio=True, negative_prompt="blur")

    assert payload(
        settings,
        KLING_FORM,
        PictureAddresses(
            images=("https://a", "data:image/png;base64,AA"),
            start_frame="https://s",
            end_frame="https://e",
            elements=(ElementAddresses("https://front", ("https://side",)),),
        ),
        namespace="studio",
    ) == {
        "model": "kling",
        "prompt": "a calm walk",
        "duration": 6,
        "aspect_ratio": "9:16",
        "generate_audio": True,
        "negative_prompt": "blur",
        "input_image": ["https://a", "data:image/png;base64,AA"],
        "start_image_url": "https://s",
        "tail_image_url": "https://e",
        "elements": [
            {"frontal_image_url": "https://front", "reference_image_urls": ["https://side"]}
        ],
        "target_namespace": "studio",
    }


def test_an_empty_negative_prompt_is_not_the_models_default() -> None:
    body = payload(replace(SETTINGS, negative_prompt=""), KLING_FORM, PictureAddresses())

    assert body["negative_prompt"] == ""


def test_a_storyboard_takes_the_place_of_prompt_and_length() -> None:
    shots = (Shot("dawn", 4), Shot("noon", 5))
    body = payload(
        replace(SETTINGS, prompt="", duration_s=9, shots=shots), KLING_FORM, PictureAddresses()
    )

    assert body["multi_prompt"] == [
        {"prompt": "dawn", "duration": 4},
        {"prompt": "noon", "duration": 5},
    ]
    assert "prompt" not in body
    assert "duration" not in body


def test_a_model_is_asked_by_its_own_names() -> None:
    form = ModelForm(
        TextField("text"),
        duration=DurationField("seconds", (5, 10), 5, as_text=True),
        images=PicturesField("photo", most=1, as_list=False),
    )
    body = payload(replace(SETTINGS, duration_s=10), form, PictureAddresses(images=("https://a",)))

    assert body == {"model": "kling", "text": "a calm walk", "seconds": "10", "photo": "https://a"}


def test_what_a_model_has_no_name_for_is_not_dropped_in_silence() -> None:
    with pytest.raises(ValueError, match="no parameter for a sound"):
        payload(replace(SETTINGS, audio=True), ModelForm(TextField("text")), PictureAddresses())


def test_an_end_frame_needs_a_start_frame() -> None:
    with pytest.raises(ValueError, match="needs a start frame"):
        payload(SETTINGS, KLING_FORM, PictureAddresses(end_frame="https://e"))


def test_another_model_gets_everything_under_its_own_names() -> None:
    lumen = find_model("lumen-story-2")
    assert lumen is not None
    form = form_of(lumen.id, lumen.published)

    body = payload(
        VideoSettings(
            lumen.id,
            "a calm walk",
            "4:5",
            12,
            negative_prompt="rain",
            extra=(("look", "clay"), ("seed", 7)),
        ),
        form,
        PictureAddresses(
            images=("https://a", "https://b"), start_frame="https://s", end_frame="https://e"
        ),
    )

    assert body == {
        "model": "lumen-story-2",
        "text": "a calm walk",
        "seconds": "12",
        "ratio": "4:5",
        "with_audio": False,
        "avoid": "rain",
        "photos": ["https://a", "https://b"],
        "first_frame": "https://s",
        "last_frame": "https://e",
        "look": "clay",
        "seed": 7,
    }
    assert plan(lumen, body).audio is False


def test_what_is_required_and_has_a_default_is_said() -> None:
    needed = ExtraField("mode", ExtraKind.TEXT, choices=("pro",), default="pro", required=True)
    form = replace(KLING_FORM, extras=(needed,))

    assert payload(SETTINGS, form, PictureAddresses())["mode"] == "pro"


def test_a_unit_goes_with_the_length_where_the_model_wants_one() -> None:
    form = replace(KLING_FORM, duration=DurationField("length", (5, 10), 5, as_text=True, unit="s"))

    assert payload(SETTINGS, form, PictureAddresses())["length"] == f"{SETTINGS.duration_s}s"
