"""What can follow while ``name=value`` pairs are typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.generations.extras import described, value_text
from bot.models.model_form import ExtraField, ExtraKind, ExtraValue, ModelForm

_LAST_PAIR = re.compile(r"[^\s,=\"']*(?:=(?:\"[^\"]*|'[^']*|[^\s,\"']*))?\Z")
_FLAGS: tuple[ExtraValue, ...] = (True, False)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One way to go on."""

    label: str
    """For people."""
    typed: str
    """The whole text, with what was typed before."""


def suggestions(typed: str, form: ModelForm) -> tuple[Suggestion, ...]:
    """Ways to go on with what is being typed; what the model cannot do without comes first."""
    start = _LAST_PAIR.search(typed)
    begun_at = start.start() if start else len(typed)
    before, begun = typed[:begun_at], typed[begun_at:]
    name, equals, value = begun.partition("=")
    given = {found.casefold() for found in re.findall(r"([^\s,=]+)\s*=", before)}
    fields = sorted(form.extras, key=lambda one: not one.required)
    offered = [
        Suggestion(_label(before, pair, note), before + pair)
        for field in fields
        if field.parameter.casefold() not in given
        for pair, note in _pairs(field, name, value if equals else None)
    ]
    return tuple(offered)


def _pairs(field: ExtraField, name: str, value: str | None) -> Iterator[tuple[str, str]]:
    """The pairs of one parameter that go with what was typed, each with a note."""
    parameter = field.parameter
    if value is None and name.casefold() not in parameter.casefold():
        return
    if value is not None and name.casefold() != parameter.casefold():
        return
    choices = field.choices or (_FLAGS if field.kind is ExtraKind.FLAG else ())
    wanted = (value or "").strip("\"'").casefold()
    for choice in choices:
        if wanted in str(choice).casefold():
            usual = "usual" if choice == field.default and choice is not True else ""
            yield f"{parameter}={value_text(choice)}", usual
    if not choices:
        # What is begun stays as it is, with a word on what can be there.
        yield f"{parameter}={value or ''}", described(field).replace("`", "")


def _label(before: str, pair: str, note: str) -> str:
    start = f"… {pair}" if before.strip(" ,") else pair
    return f"{start} ({note})" if note else start
