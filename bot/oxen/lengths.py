"""How a model wants to be told the length of a video."""

from __future__ import annotations

import math
import re

from bot.models.kling import KLING_FORM
from bot.models.model_form import ASSUMED_DURATION_S, DurationField
from bot.oxen.schemas import Kind, Parameter
from bot.oxen.synonyms import LENGTH_NAMES, Picker

_WRITTEN = re.compile(r"(\d{1,4})(\.0)?( ?(?:s|sec|seconds))?")
_LONGEST_S = 600
"""Beyond what any model makes; a schema that allows more is not to be listed second by second."""


def take(picker: Picker, known: DurationField | None) -> DurationField | None:
    """The field of the length, taken out of ``picker``; ``None`` where there is none."""
    found = picker.take_named(LENGTH_NAMES, _fits)
    return _field(found, known) if found else None


def _fits(one: Parameter) -> bool:
    if one.choices:
        return any(_seconds(choice) is not None for choice in one.choices)
    return one.kind in {Kind.INTEGER, Kind.NUMBER, Kind.TEXT}


def _field(found: Parameter, known: DurationField | None) -> DurationField:
    written = [choice for choice in found.choices if isinstance(choice, str)]
    as_text = bool(written) or (not found.choices and found.kind is Kind.TEXT)
    units = {match[3] or "" for one in written if (match := _WRITTEN.fullmatch(one))}
    unit = units.pop() if len(units) == 1 else ""
    choices_s = _choices_s(found, known, unit=unit)
    wanted_s = _seconds(found.default)
    if wanted_s not in choices_s:
        wanted_s = min(choices_s, key=lambda length: abs(length - ASSUMED_DURATION_S))
    return DurationField(found.name, choices_s, wanted_s or 0, as_text=as_text, unit=unit)


def _choices_s(found: Parameter, known: DurationField | None, *, unit: str) -> tuple[int, ...]:
    if found.choices:
        listed = {
            seconds
            for choice in found.choices
            if (seconds := _seconds(choice)) is not None
            and (not isinstance(choice, str) or choice == f"{seconds}{unit}")
        }
        return tuple(sorted(listed)) or _assumed_s(known)
    if found.minimum is None and found.maximum is None:
        return _assumed_s(known)
    assumed = _assumed_s(known)
    low = math.ceil(found.minimum) if found.minimum is not None else 1
    high = math.floor(found.maximum) if found.maximum is not None else max(low, assumed[-1])
    return tuple(range(max(low, 1), min(high, _LONGEST_S) + 1)) or assumed


def _assumed_s(known: DurationField | None) -> tuple[int, ...]:
    usual = known or KLING_FORM.duration
    return usual.choices_s if usual else (ASSUMED_DURATION_S,)


def _seconds(value: object) -> int | None:
    """Whole seconds, where the value says any."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value) if value > 0 and value == int(value) else None
    match = _WRITTEN.fullmatch(value.strip()) if isinstance(value, str) else None
    return (int(match[1]) or None) if match else None
