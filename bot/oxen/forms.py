"""From a model's published parameters to its form: which of them the bot's own options fill.

Publishers name the same thing differently, so a parameter is known by its name, or else by what it
looks like: a list of addresses named after pictures holds reference images, a choice among
``16:9`` and the like is the shape. Everything else that takes a plain value is an extra.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.models.kling import KLING_FORM, form_without_schema
from bot.models.model_form import (
    ChoiceField,
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
from bot.oxen import lengths, synonyms
from bot.oxen.schemas import Kind, Parameter, parameters
from bot.oxen.synonyms import Picker

_EXTRA_KINDS = {
    Kind.TEXT: ExtraKind.TEXT,
    Kind.ADDRESS: ExtraKind.ADDRESS,
    Kind.INTEGER: ExtraKind.INTEGER,
    Kind.NUMBER: ExtraKind.NUMBER,
    Kind.FLAG: ExtraKind.FLAG,
}


def form_of(model_id: str, schema: Mapping[str, Any] | None) -> ModelForm:
    """What a model takes. The schema adds to what is known of a model, and corrects it.

    It never takes anything known away: Oxen's schema of the default model names neither the prompt
    nor the length, which are accepted all the same.
    """
    published = parameters(schema) if schema else ()
    if not published:
        return form_without_schema(model_id)
    return _read(published, KLING_FORM if model_id == DEFAULT_MODEL else None)


def _read(published: tuple[Parameter, ...], known: ModelForm | None) -> ModelForm:
    base = known or ModelForm(prompt=TextField("prompt"))
    picker = Picker(published)
    prompt = picker.take(synonyms.PROMPT)
    # Before the pictures: these are told by what they hold, and hold addresses too.
    elements = picker.take_if(_is_elements)
    shots = picker.take_if(_is_shots)
    start_frame = picker.take(synonyms.START_FRAME)
    end_frame = picker.take(synonyms.END_FRAME)
    images = picker.take(synonyms.IMAGES)
    duration = lengths.take(picker, base.duration)
    aspect_ratio = picker.take(synonyms.ASPECT_RATIO)
    audio = picker.take(synonyms.AUDIO)
    negative_prompt = picker.take(synonyms.NEGATIVE_PROMPT)
    if prompt is None and known is None:
        prompt = picker.take_if(_may_be_a_prompt)
    rest = [one for one in picker.left() if one.plain_name not in synonyms.NOT_OF_THE_VIDEO]
    return ModelForm(
        prompt=_text(prompt, base.prompt) or base.prompt,
        duration=duration or base.duration,
        aspect_ratio=_shape(aspect_ratio, base.aspect_ratio),
        negative_prompt=_text(negative_prompt, base.negative_prompt),
        audio=audio.name if audio else base.audio,
        says_silent=audio is not None and (audio.default is True or audio.required),
        images=_pictures(images, base.images),
        start_frame=_frame(start_frame, base.start_frame),
        end_frame=_frame(end_frame, base.end_frame),
        elements=_elements(elements, base.elements),
        shots=_shots(shots, base.shots),
        max_images_in_all=base.max_images_in_all,
        extras=tuple(_extra(one) for one in rest if one.kind in _EXTRA_KINDS),
        unfillable=tuple(
            one.name
            for one in rest
            if one.kind not in _EXTRA_KINDS and one.required and one.default is None
        ),
    )


def _text(found: Parameter | None, known: TextField | None) -> TextField | None:
    if found is None:
        return known
    return TextField(found.name, found.max_chars or (known.max_chars if known else None))


def _shape(found: Parameter | None, known: ChoiceField | None) -> ChoiceField | None:
    if found is None:
        return known
    choices = tuple(str(choice) for choice in found.choices)
    if not choices:
        assumed = known or KLING_FORM.aspect_ratio
        choices = assumed.choices if assumed else ()
        if isinstance(found.default, str) and found.default not in choices:
            choices = (found.default, *choices)
    default = found.default if found.default in choices else None
    return ChoiceField(found.name, choices, str(default or choices[0]))


def _pictures(found: Parameter | None, known: PicturesField | None) -> PicturesField | None:
    if found is None:
        return known
    least = max(found.least_items or 0, 1 if found.required else 0)
    if found.kind is not Kind.LIST:
        return PicturesField(found.name, most=1, least=least, as_list=False)
    most = found.most_items if found.most_items is not None else known.most if known else None
    return PicturesField(found.name, most=most, least=least)


def _frame(found: Parameter | None, known: FrameField | None) -> FrameField | None:
    return FrameField(found.name, required=found.required) if found else known


def _is_elements(one: Parameter) -> bool:
    return one.kind is Kind.LIST and bool(one.item and one.item.field("frontal_image_url"))


def _elements(found: Parameter | None, known: ElementsField | None) -> ElementsField | None:
    if found is None or found.item is None:
        return known
    angles = found.item.field("reference_image_urls")
    if angles is None:
        return ElementsField(found.name, max_angles=0)
    usual = known or ElementsField(found.name)
    most = angles.most_items if angles.most_items is not None else usual.max_angles
    return ElementsField(found.name, max_angles=most)


def _is_shots(one: Parameter) -> bool:
    if one.kind is not Kind.LIST or one.item is None:
        return False
    duration = one.item.field("duration")
    return bool(one.item.field("prompt") and duration and duration.kind is Kind.INTEGER)


def _shots(found: Parameter | None, known: ShotsField | None) -> ShotsField | None:
    duration = found.item.field("duration") if found and found.item else None
    if found is None or duration is None:
        return known
    usual = known or ShotsField(found.name)
    return ShotsField(
        found.name,
        min_shot_s=int(duration.minimum or usual.min_shot_s),
        max_shot_s=int(duration.maximum or usual.max_shot_s),
    )


def _may_be_a_prompt(one: Parameter) -> bool:
    return one.kind is Kind.TEXT and one.required and not one.choices


def _extra(one: Parameter) -> ExtraField:
    kind = _EXTRA_KINDS[one.kind]
    default = one.default
    if one.choices and default not in one.choices:
        default = one.choices[0] if len(one.choices) == 1 else None
    return ExtraField(
        one.name,
        kind,
        choices=one.choices,
        minimum=one.minimum,
        maximum=one.maximum,
        max_chars=one.max_chars,
        default=default,
        required=one.required,
        description=one.description,
    )
