"""From what publishers write to what the bot asks for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models.kling import KLING_FORM
from bot.models.model_form import (
    DurationField,
    ElementsField,
    ExtraField,
    ExtraKind,
    FrameField,
    ModelForm,
    PicturesField,
    ShotsField,
    TextField,
)
from bot.models.video_model import DEFAULT_MODEL
from bot.oxen.forms import form_of
from bot.sandbox.catalogue import MODELS

URI = {"type": "string", "format": "uri"}


def read(required: tuple[str, ...] = (), /, **properties: Any) -> ModelForm:
    return form_of("some-model", {"properties": properties, "required": list(required)})


def test_the_default_models_schema_takes_nothing_away() -> None:
    (kling,) = [model for model in MODELS if model.id == DEFAULT_MODEL]

    assert form_of(DEFAULT_MODEL, kling.published) == KLING_FORM
    assert form_of(DEFAULT_MODEL, None) == KLING_FORM


def test_a_schema_corrects_what_is_known_of_the_default_model() -> None:
    form = form_of(
        DEFAULT_MODEL,
        {
            "properties": {
                "aspect_ratio": {"enum": ["16:9", "21:9"]},
                "input_image": {"type": "array", "items": URI, "maxItems": 7},
                "seed": {"type": "integer"},
            }
        },
    )

    assert form.aspect_ratio is not None
    assert form.aspect_ratio.choices == ("16:9", "21:9")
    assert form.images == PicturesField("input_image", most=7)
    assert form.extras == (ExtraField("seed", ExtraKind.INTEGER),)
    assert form.prompt == KLING_FORM.prompt
    assert form.duration == KLING_FORM.duration


def test_a_model_of_which_nothing_is_published_takes_what_nearly_all_take() -> None:
    form = form_of("veo-3-1-fast", None)

    assert form.prompt.parameter == "prompt"
    assert form.duration == KLING_FORM.duration
    assert (form.images, form.start_frame, form.audio, form.extras) == (None, None, None, ())
    assert form_of("veo-3-1-fast", {}) == form
    assert form_of("kling-video-o4", None) == KLING_FORM


@pytest.mark.parametrize("name", ["prompt", "text", "text_prompt", "textPrompt"])
def test_a_prompt_goes_by_many_names(name: str) -> None:
    form = read(**{name: {"type": "string", "maxLength": 300}, "other": {"type": "string"}})

    assert form.prompt == TextField(name, max_chars=300)


def test_a_required_text_is_the_prompt_where_nothing_is_called_so() -> None:
    form = read(("story",), style={"type": "string"}, story={"type": "string"})

    assert form.prompt == TextField("story")
    assert [one.parameter for one in form.extras] == ["style"]


@pytest.mark.parametrize(
    ("name", "schema", "field"),
    [
        ("duration", {"enum": [5, 10]}, DurationField("duration", (5, 10), 5)),
        (
            "seconds",
            {"type": "string", "enum": ["8", "4", "12"], "default": "8"},
            DurationField("seconds", (4, 8, 12), 8, as_text=True),
        ),
        (
            "length",
            {"enum": ["4s", "6s", "auto"]},
            DurationField("length", (4, 6), 4, as_text=True, unit="s"),
        ),
        (
            "duration_seconds",
            {"type": "integer", "minimum": 2, "maximum": 4},
            DurationField("duration_seconds", (2, 3, 4), 4),
        ),
        (
            "duration",
            {"type": "number", "exclusiveMinimum": 1.5, "maximum": 3.5, "default": 3},
            DurationField("duration", (2, 3), 3),
        ),
        ("duration", {"type": "integer"}, DurationField("duration", tuple(range(3, 16)), 5)),
        ("duration", {"const": 6}, DurationField("duration", (6,), 6)),
        ("frames", {"type": "integer"}, None),
    ],
)
def test_lengths_are_read_as_seconds(name: str, schema: Any, field: DurationField | None) -> None:
    assert read(**{name: schema}).duration == field


@pytest.mark.parametrize(
    ("name", "schema", "field"),
    [
        ("input_images", {"type": "array", "items": URI}, PicturesField("input_images", None)),
        ("images", {"items": {"type": "string"}, "maxItems": 3}, PicturesField("images", 3)),
        (
            "photos",
            {"anyOf": [{"type": "null"}, {"type": "array", "items": URI, "minItems": 2}]},
            PicturesField("photos", None, least=2),
        ),
        ("input_image", URI, PicturesField("input_image", 1, as_list=False)),
        ("subject_image", URI, PicturesField("subject_image", 1, as_list=False)),
        ("input_videos", {"type": "array", "items": URI}, None),
        ("style_image_url", URI, None),
    ],
)
def test_reference_images_are_known_by_name_and_by_what_they_hold(
    name: str, schema: Any, field: PicturesField | None
) -> None:
    assert read(**{name: schema}).images == field


@pytest.mark.parametrize("start", ["start_image_url", "first_frame", "image_url", "firstFrameUrl"])
@pytest.mark.parametrize("end", ["tail_image_url", "last_frame_image", "end_image_uri"])
def test_frames_are_told_from_reference_images(start: str, end: str) -> None:
    pictures = {"type": "array", "items": URI}

    form = read((start,), **{start: URI, end: URI, "reference_images": pictures})

    assert form.start_frame == FrameField(start, required=True)
    assert form.end_frame == FrameField(end)
    assert form.images is not None
    assert form.images.parameter == "reference_images"
    assert form.extras == ()


def test_a_cast_and_a_storyboard_are_known_by_what_they_hold() -> None:
    form = read(
        characters={
            "type": "array",
            "items": {
                "properties": {
                    "frontal_image_url": URI,
                    "reference_image_urls": {"type": "array", "items": URI, "maxItems": 2},
                }
            },
        },
        scenes={
            "type": "array",
            "items": {
                "properties": {
                    "prompt": {"type": "string"},
                    "duration": {"type": "integer", "minimum": 2, "maximum": 9},
                }
            },
        },
    )

    assert form.elements == ElementsField("characters", max_angles=2)
    assert form.shots == ShotsField("scenes", min_shot_s=2, max_shot_s=9)


def test_sound_that_is_there_by_default_has_to_be_turned_off() -> None:
    assert not read(audio={"type": "boolean", "default": False}).says_silent
    assert read(with_audio={"type": "boolean", "default": True}).says_silent
    assert read(("sound",), sound={"type": "boolean"}).says_silent


def test_a_choice_of_shapes_is_the_aspect_ratio_whatever_its_name() -> None:
    form = read(format={"enum": ["auto", "16:9", "4:3"], "default": "4:3"})

    assert form.aspect_ratio is not None
    assert (form.aspect_ratio.parameter, form.aspect_ratio.default) == ("format", "4:3")


def test_everything_else_that_takes_a_plain_value_is_an_extra() -> None:
    form = form_of(
        "some-model",
        {
            "$defs": {"Look": {"type": "string", "enum": ["film", "clay"]}},
            "properties": {
                "look": {"allOf": [{"$ref": "#/$defs/Look"}], "default": "film"},
                "strength": {"anyOf": [{"type": "number", "maximum": 1}, {"type": "null"}]},
                "loop": {"type": ["boolean", "null"], "description": "Ends as it begins."},
                "input_video": URI,
                "mode": {"const": "pro"},
                "response_format": {"type": "string"},
                "numSamples": {"type": "integer", "maximum": 4},
                "batch_size": {"type": "integer"},
                "webhook_secret": {"type": "string"},
                "camera": {"type": "object", "properties": {"pan": {"type": "number"}}},
                "bad name": {"type": "string"},
                "loras": {"type": "array", "items": {"type": "object"}},
            },
            "required": ["mode", "loras"],
        },
    )

    assert form.extras == (
        ExtraField("look", ExtraKind.TEXT, choices=("film", "clay"), default="film"),
        ExtraField("strength", ExtraKind.NUMBER, maximum=1),
        ExtraField("loop", ExtraKind.FLAG, description="Ends as it begins."),
        ExtraField("input_video", ExtraKind.ADDRESS),
        ExtraField("mode", ExtraKind.TEXT, choices=("pro",), default="pro", required=True),
    )
    assert form.unfillable == ("loras",)


def test_a_schema_that_refers_to_itself_comes_to_an_end() -> None:
    node: dict[str, Any] = {"properties": {"a": {"$ref": "#/properties/a"}, "b": {"$ref": "#"}}}
    node["properties"]["c"] = {"type": "array", "items": {"$ref": "#/properties/c"}}

    assert form_of("some-model", node).prompt.parameter == "prompt"


words = st.sampled_from(
    [
        "type",
        "properties",
        "items",
        "enum",
        "const",
        "anyOf",
        "allOf",
        "$ref",
        "required",
        "default",
        "minimum",
        "maximum",
        "maxItems",
        "maxLength",
        "duration",
        "prompt",
        "images",
        "aspect_ratio",
        "string",
        "integer",
        "array",
        "object",
        "null",
        "#/$defs/a",
        "#/properties/duration",
        "16:9",
        "5s",
    ]
)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | words
schemas = st.dictionaries(
    words,
    st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner),
        max_leaves=12,
    ),
)


@given(schema=schemas)
def test_no_schema_is_too_strange_to_be_read(schema: dict[str, Any]) -> None:
    form = form_of("some-model", {"properties": schema, **schema})

    assert form.duration is None or form.duration.default_s in form.duration.choices_s
    assert form.aspect_ratio is None or form.aspect_ratio.default in form.aspect_ratio.choices
