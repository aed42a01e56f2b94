"""A video's settings in the parameter names of its model."""

from __future__ import annotations

from typing import Any, TypeVar

from bot.models.addresses import PictureAddresses
from bot.models.generation import VideoSettings
from bot.models.model_form import ModelForm

T = TypeVar("T")


def payload(
    settings: VideoSettings,
    form: ModelForm,
    pictures: PictureAddresses,
    *,
    namespace: str | None = None,
) -> dict[str, Any]:
    """The body of an enqueue, ``num_generations`` aside; what is left out keeps its default.

    Prompts name the cast as ``@Element1`` already. ``namespace`` is where results and billing go,
    the key's own user when ``None``. Length and shape are always named: they decide what is
    paid for, so they do not hang on a default. Raises ``ValueError`` for what the model has no
    parameter for, and for an end frame without a start frame, which no model can use.
    """
    body: dict[str, Any] = {"model": settings.model}
    body |= _what_happens(settings, form)
    if form.aspect_ratio is not None:
        body[form.aspect_ratio.parameter] = settings.aspect_ratio
    if settings.audio or (form.audio is not None and form.says_silent):
        body[_known(form.audio, "sound")] = settings.audio
    if settings.negative_prompt is not None:
        body[_known(form.negative_prompt, "negative prompt").parameter] = settings.negative_prompt
    body |= _pictures(pictures, form)
    body |= {
        one.parameter: one.default
        for one in form.extras
        if one.required and one.default is not None
    }
    body |= dict(settings.extra)
    if namespace:
        body["target_namespace"] = namespace
    return body


def _what_happens(settings: VideoSettings, form: ModelForm) -> dict[str, Any]:
    if settings.shots:
        parameter = _known(form.shots, "storyboard").parameter
        return {
            parameter: [
                {"prompt": shot.prompt, "duration": shot.duration_s} for shot in settings.shots
            ]
        }
    body: dict[str, Any] = {form.prompt.parameter: settings.prompt}
    if form.duration is not None:
        length: int | str = settings.duration_s
        if form.duration.as_text:
            length = f"{length}{form.duration.unit}"
        body[form.duration.parameter] = length
    return body


def _pictures(pictures: PictureAddresses, form: ModelForm) -> dict[str, Any]:
    if pictures.end_frame is not None and pictures.start_frame is None:
        raise ValueError("an end frame needs a start frame")
    body: dict[str, Any] = {}
    if pictures.images:
        field = _known(form.images, "reference image")
        body[field.parameter] = list(pictures.images) if field.as_list else pictures.images[0]
    if pictures.start_frame is not None:
        body[_known(form.start_frame, "start frame").parameter] = pictures.start_frame
    if pictures.end_frame is not None:
        body[_known(form.end_frame, "end frame").parameter] = pictures.end_frame
    if pictures.elements:
        body[_known(form.elements, "cast").parameter] = [
            {"frontal_image_url": element.front, "reference_image_urls": list(element.angles)}
            for element in pictures.elements
        ]
    return body


def _known(field: T | None, what: str) -> T:
    if field is None:
        raise ValueError(f"the model has no parameter for a {what}")
    return field
