"""Oxen's word on a model, with the operator's corrections on top."""

from __future__ import annotations

from dataclasses import replace

from bot.models.kling import form_without_schema
from bot.models.model_correction import ModelCorrection
from bot.models.model_form import ASSUMED_DURATION_S, ChoiceField, DurationField, ModelForm
from bot.models.video_model import PER_OUTPUT_SECOND, Pricing, VideoModel


def corrected(model: VideoModel, correction: ModelCorrection | None) -> VideoModel:
    """The model as it is used."""
    form = model.form or form_without_schema(model.id)
    if correction is None:
        return replace(model, form=form)
    pricing = model.pricing
    if correction.per_second_microusd is not None:
        pricing = replace(
            pricing or Pricing(PER_OUTPUT_SECOND),
            method=PER_OUTPUT_SECOND,
            per_second_microusd=correction.per_second_microusd,
        )
    return replace(
        model,
        display_name=correction.display_name or model.display_name,
        pricing=pricing,
        form=_form(form, correction),
    )


def _form(form: ModelForm, correction: ModelCorrection) -> ModelForm:
    if correction.durations_s:
        form = replace(form, duration=_duration(form.duration, correction.durations_s))
    if correction.aspect_ratios:
        form = replace(form, aspect_ratio=_shape(form.aspect_ratio, correction.aspect_ratios))
    if correction.prompt_max_chars is not None:
        form = replace(form, prompt=replace(form.prompt, max_chars=correction.prompt_max_chars))
    if correction.max_images is not None:
        images = replace(form.images, most=correction.max_images) if form.images else None
        form = replace(form, images=images, max_images_in_all=correction.max_images)
    return form


def _duration(field: DurationField | None, choices_s: tuple[int, ...]) -> DurationField:
    ordered = tuple(sorted(set(choices_s)))
    wanted_s = field.default_s if field else ASSUMED_DURATION_S
    default_s = min(ordered, key=lambda length: abs(length - wanted_s))
    if field is None:
        # No name is published where there is no field; nearly all models use this one.
        return DurationField("duration", ordered, default_s)
    return replace(field, choices_s=ordered, default_s=default_s)


def _shape(field: ChoiceField | None, choices: tuple[str, ...]) -> ChoiceField:
    if field is None:
        return ChoiceField("aspect_ratio", choices, choices[0])
    default = field.default if field.default in choices else choices[0]
    return replace(field, choices=choices, default=default)
