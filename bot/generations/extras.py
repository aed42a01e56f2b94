"""What only one model takes, as people write it: ``name=value``, separated by commas or spaces."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from bot.errors import InvalidRequestError
from bot.generations.wording import code, listed
from bot.models.model_form import ExtraField, ExtraKind, ExtraValue, ModelForm

Extras: TypeAlias = tuple[tuple[str, ExtraValue], ...]

_PAIR = re.compile(r"([^\s,=\"']+)(?:\s*=\s*(\"[^\"]*\"?|'[^']*'?|[^\s,]*))?")
_PLAIN_VALUE = re.compile(r"[^\s,=\"']+")
_INTEGER = re.compile(r"[+-]?\d{1,18}")
_ADDRESS = re.compile(r"https?://[^\s]+", re.IGNORECASE)
_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_CHOICES_TOLD = 12


def read(typed: str, form: ModelForm) -> Extras:
    """What was typed, each value by the kind of its parameter.

    Nothing is refused here, so that a draft keeps what was typed: a name that the model does not
    know, or a value that is none, stays as it is for ``check``.
    """
    return tuple(_read_one(name, value, form) for name, value in _pairs(typed))


def with_sound(form: ModelForm) -> ModelForm:
    """The form with its sound among the extras, for where a field of its own has no room."""
    if form.audio is None:
        return form
    return replace(form, extras=(ExtraField(form.audio, ExtraKind.FLAG), *form.extras))


def merged(before: Extras, typed: Extras) -> Extras:
    """What was typed, and of what was there before the rest."""
    names = {name for name, _ in typed}
    return (*(pair for pair in before if pair[0] not in names), *typed)


def written(extras: Extras) -> str:
    """The same as a person would type it."""
    return " ".join(f"{name}={value_text(value)}" for name, value in extras)


def value_text(value: ExtraValue) -> str:
    """One value as a person would type it."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if _PLAIN_VALUE.fullmatch(text):
        return text
    return f"'{text}'" if '"' in text else f'"{text}"'


def check(extras: Extras, form: ModelForm) -> None:
    """Raise ``InvalidRequestError`` unless the model takes each of them and misses none."""
    seen: set[str] = set()
    for name, value in extras:
        field = form.extra_named(name)
        if field is None:
            raise InvalidRequestError(_unknown(name, value, form))
        if field.parameter in seen:
            raise InvalidRequestError(f"{code(name)} is there twice under extra. Keep one of them.")
        seen.add(field.parameter)
        if not takes(field, value):
            wrote = f"you wrote {code(str(value))}" if value != "" else "it has no value"
            raise InvalidRequestError(f"{code(name)} can be {described(field)}; {wrote}.")
    for field in form.extras:
        if field.required and field.default is None and field.parameter not in seen:
            raise InvalidRequestError(
                f"This model needs {code(field.parameter)}: add it under extra, as "
                f"{code(field.parameter + '=')} and {described(field)}."
            )


def takes(field: ExtraField, value: ExtraValue) -> bool:
    """Whether a value is one that the parameter can have."""
    if field.choices:
        return any(value == one and type(value) is type(one) for one in field.choices)
    if field.kind is ExtraKind.FLAG or isinstance(value, bool):
        return field.kind is ExtraKind.FLAG and isinstance(value, bool)
    if isinstance(value, str):
        return _takes_text(field, value)
    if field.kind is ExtraKind.INTEGER and not isinstance(value, int):
        return False
    low = -math.inf if field.minimum is None else field.minimum
    high = math.inf if field.maximum is None else field.maximum
    return field.kind in {ExtraKind.INTEGER, ExtraKind.NUMBER} and low <= value <= high


def described(field: ExtraField) -> str:
    """What a parameter takes, for people."""
    if field.choices:
        words = [code(value_text(choice)) for choice in field.choices[:_CHOICES_TOLD]]
        more = len(field.choices) - len(words)
        return listed([*words, f"{more} others"] if more else words)
    match field.kind:
        case ExtraKind.FLAG:
            return f"{code('true')} or {code('false')}"
        case ExtraKind.ADDRESS:
            return f"an address that begins with {code('https://')}"
        case ExtraKind.TEXT:
            most = f" of at most {field.max_chars:,} characters" if field.max_chars else ""
            return f"a text{most}"
    return f"a {'whole ' if field.kind is ExtraKind.INTEGER else ''}number{_range(field)}"


def _range(field: ExtraField) -> str:
    low, high = field.minimum, field.maximum
    if low is not None and high is not None:
        return f" from {low:,} to {high:,}"
    if low is not None:
        return f" from {low:,} up"
    return f" up to {high:,}" if high is not None else ""


def _takes_text(field: ExtraField, value: str) -> bool:
    if field.kind is ExtraKind.ADDRESS:
        return _ADDRESS.fullmatch(value) is not None
    fits = field.max_chars is None or len(value) <= field.max_chars
    return field.kind is ExtraKind.TEXT and bool(value) and fits


def _unknown(name: str, value: ExtraValue, form: ModelForm) -> str:
    for parameter, option in _own_options(form):
        if name.casefold() == parameter.casefold():
            return f"{code(name)} has an option of its own here: {option}. Take it out of extra."
    if not form.extras:
        return f"{code(name)} is not known to this model, which takes nothing under extra."
    names = listed([code(field.parameter) for field in form.extras[:_CHOICES_TOLD]], "and")
    hint = " Put a value with spaces into quotes." if value == "" else ""
    return f"{code(name)} is not known to this model. Under extra it takes {names}.{hint}"


def _own_options(form: ModelForm) -> Iterator[tuple[str, str]]:
    fields: Sequence[tuple[object, str]] = (
        (form.prompt, "prompt"),
        (form.duration, "duration"),
        (form.aspect_ratio, "aspect_ratio"),
        (form.negative_prompt, "negative_prompt"),
        (form.images, "image1"),
        (form.start_frame, "start_frame"),
        (form.end_frame, "end_frame"),
    )
    for field, option in fields:
        if field is not None:
            yield str(getattr(field, "parameter", "")), option
    if form.audio is not None:
        yield form.audio, "audio"


def _pairs(typed: str) -> Iterator[tuple[str, str]]:
    for found in _PAIR.finditer(typed):
        value = found[2] or ""
        if value[:1] in {'"', "'"}:
            value = value[1:].removesuffix(value[0])
        yield found[1], value


def _read_one(name: str, typed: str, form: ModelForm) -> tuple[str, ExtraValue]:
    field = form.extra_named(name)
    return (field.parameter, _value(typed, field)) if field else (name, typed)


def _value(typed: str, field: ExtraField) -> ExtraValue:
    for choice in field.choices:
        if value_text(choice).casefold() == value_text(typed).casefold():
            return choice
    if field.kind is ExtraKind.FLAG:
        return _FLAGS.get(typed.casefold(), typed)
    if field.kind in {ExtraKind.INTEGER, ExtraKind.NUMBER} and _INTEGER.fullmatch(typed):
        return int(typed)
    if field.kind is ExtraKind.NUMBER:
        return _number(typed)
    return typed


def _number(typed: str) -> ExtraValue:
    try:
        number = float(typed)
    except ValueError:
        return typed
    return number if math.isfinite(number) else typed
