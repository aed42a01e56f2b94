"""Choices between schemas, told by the kind of a thing: the same verdicts, many times sooner.

A component names its type, so of twelve alternatives eleven are out at a glance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

Rule = Callable[[Any, Any, Any, Any], Iterable[ValidationError]]

_PLACE = "/components/schemas/"


def told_by_kind(schemas: Mapping[str, Any]) -> type[Draft202012Validator]:
    """A validator that rules alternatives out by the ``type`` that they require."""
    kinds = {name: found for name, one in schemas.items() if (found := _kinds(one)) is not None}
    rules = {name: _sooner(Draft202012Validator.VALIDATORS[name], kinds) for name in _CHOICES}
    quick: type[Draft202012Validator] = extend(Draft202012Validator, rules)  # type: ignore[no-untyped-call]
    return quick


def with_lists_of_constants(schema: Any) -> Any:
    """The same schema, with a choice between constants written as an enumeration."""
    if isinstance(schema, list):
        return [with_lists_of_constants(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    alternatives = schema.get("oneOf")
    if isinstance(alternatives, list) and all(
        isinstance(one, dict) and "const" in one and not one.keys() - _ABOUT_A_CONSTANT
        for one in alternatives
    ):
        rest = {key: value for key, value in schema.items() if key != "oneOf"}
        return {**rest, "enum": [one["const"] for one in alternatives]}
    return {key: with_lists_of_constants(value) for key, value in schema.items()}


_CHOICES = ("oneOf", "anyOf")
_ABOUT_A_CONSTANT = {"const", "title", "description"}


def _kinds(schema: Mapping[str, Any]) -> frozenset[Any] | None:
    """The types that a thing of this schema can have; ``None`` when it need not say."""
    if "type" not in schema.get("required", ()):
        return None
    allowed = schema.get("properties", {}).get("type", {}).get("enum")
    return None if allowed is None else frozenset(allowed)


def _sooner(real: Rule, kinds: Mapping[str, frozenset[Any]]) -> Rule:
    def choose(
        validator: Any, alternatives: Sequence[Any], instance: Any, schema: Any
    ) -> Iterable[ValidationError]:
        kind = instance.get("type") if isinstance(instance, dict) else None
        if not isinstance(kind, int | str):
            return real(validator, alternatives, instance, schema)
        possible = [
            one
            for one in alternatives
            if kind in kinds.get(one.get("$ref", "").rpartition(_PLACE)[2], {kind})
        ]
        return real(validator, possible or alternatives, instance, schema)

    return choose
