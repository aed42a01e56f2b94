from __future__ import annotations

from dataclasses import replace

import pytest

from bot.models.generation import VideoSettings
from bot.oxen.parameters import payload

SETTINGS = VideoSettings("kling", "a calm walk", aspect_ratio="9:16", duration_s=6)


def test_only_what_is_needed_is_said() -> None:
    assert payload(SETTINGS, images=[]) == {
        "model": "kling",
        "prompt": "a calm walk",
        "duration": 6,
        "aspect_ratio": "9:16",
    }


def test_everything_has_its_name_at_kling() -> None:
    settings = replace(SETTINGS, audio=True, negative_prompt="blur")

    assert payload(
        settings,
        images=["https://a", "data:image/png;base64,AA"],
        start_frame="https://s",
        end_frame="https://e",
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
        "target_namespace": "studio",
    }


def test_an_empty_negative_prompt_is_not_the_models_default() -> None:
    assert payload(replace(SETTINGS, negative_prompt=""), images=[])["negative_prompt"] == ""


def test_an_end_frame_needs_a_start_frame() -> None:
    with pytest.raises(ValueError, match="needs a start frame"):
        payload(SETTINGS, images=[], end_frame="https://e")
