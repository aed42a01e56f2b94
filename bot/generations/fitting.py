"""Settings that were made for one model, as far as another one takes them."""

from __future__ import annotations

from dataclasses import replace

from bot.generations.extras import takes
from bot.models.generation import VideoSettings
from bot.models.model_form import ModelForm
from bot.models.preset import PresetContent


def fitting(content: PresetContent, form: ModelForm) -> PresetContent:
    """What of a preset the model takes; the rest is left open."""
    lengths = form.duration.choices_s if form.duration else ()
    shapes = form.aspect_ratio.choices if form.aspect_ratio else ()
    known = [
        (name, value)
        for name, value in content.extra or ()
        if (field := form.extra_named(name)) and takes(field, value)
    ]
    return replace(
        content,
        aspect_ratio=content.aspect_ratio if content.aspect_ratio in shapes else None,
        duration_s=content.duration_s if content.duration_s in lengths else None,
        audio=content.audio if form.audio else None,
        negative_prompt=content.negative_prompt if form.negative_prompt else None,
        extra=tuple(known) or None,
    )


def begun(content: PresetContent, prompt: str, *, model: str, form: ModelForm) -> VideoSettings:
    """What a request with this content asks for; what is left open is as the model has it.

    ``model`` is used where the content names none; ``form`` is that of the one that is used.
    """
    return VideoSettings(
        model=content.model or model,
        prompt=prompt,
        aspect_ratio=content.aspect_ratio or form.default_aspect_ratio,
        duration_s=content.duration_s or form.default_duration_s,
        audio=bool(content.audio),
        negative_prompt=content.negative_prompt,
        extra=content.extra or (),
    )


def fitted(settings: VideoSettings, model: str, form: ModelForm) -> VideoSettings:
    """The same for another model; what it does not take is as the model has it."""
    kept = fitting(
        PresetContent(
            aspect_ratio=settings.aspect_ratio,
            duration_s=settings.duration_s,
            audio=settings.audio,
            negative_prompt=settings.negative_prompt,
            extra=settings.extra,
        ),
        form,
    )
    return replace(begun(kept, settings.prompt, model=model, form=form), shots=settings.shots)
