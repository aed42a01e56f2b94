"""The default model, Kling O3 Pro reference-to-video, as far as it is known without asking Oxen.

From Oxen's page of the model, August 2026. The schema that Oxen publishes names neither the prompt
nor the length, so what stands here is also what the schema is read on top of.
"""

from __future__ import annotations

from typing import Final

from bot.models.model_form import (
    ChoiceField,
    DurationField,
    ElementsField,
    FrameField,
    ModelForm,
    PicturesField,
    ShotsField,
    TextField,
)
from bot.models.video_model import DEFAULT_MODEL, Pricing, VideoModel

KLING_FORM: Final = ModelForm(
    prompt=TextField("prompt", max_chars=512),
    duration=DurationField("duration", choices_s=tuple(range(3, 16)), default_s=5),
    aspect_ratio=ChoiceField("aspect_ratio", ("16:9", "9:16", "1:1"), "16:9"),
    # Oxen names no limit for what to avoid; the prompt's own is assumed.
    negative_prompt=TextField("negative_prompt", max_chars=512),
    audio="generate_audio",
    images=PicturesField("input_image", most=4),
    start_frame=FrameField("start_image_url"),
    end_frame=FrameField("tail_image_url"),
    elements=ElementsField("elements"),
    shots=ShotsField("multi_prompt"),
    max_images_in_all=4,
)

KLING_O3_PRO: Final = VideoModel(
    id=DEFAULT_MODEL,
    display_name="Kling O3 Pro",
    pricing=Pricing(method="per_video_output_second", per_second_microusd=224_000),
    form=KLING_FORM,
)

_FAMILY = "kling-video"
_UNDESCRIBED: Final = ModelForm(
    prompt=KLING_FORM.prompt, duration=KLING_FORM.duration, aspect_ratio=KLING_FORM.aspect_ratio
)


def form_without_schema(model_id: str) -> ModelForm:
    """What is asked of a model of which nothing is published.

    Its relatives take what the default model takes. Of others only what nearly every model takes:
    a picture under a wrong name would be paid for and not seen.
    """
    return KLING_FORM if model_id.startswith(_FAMILY) else _UNDESCRIBED
