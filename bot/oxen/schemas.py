"""A published JSON schema boiled down to plain parameters.

Unknown, and hence read liberally: which dialect of JSON Schema Oxen's models are described in.
References into the schema itself, alternatives with ``null``, constants and lists of types are
followed; whatever reads as nothing known becomes ``Kind.OTHER``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeGuard

from bot.models.model_form import ExtraValue

_DEEPEST = 12
"""References and alternatives inside each other; a schema may refer to itself."""
_NAME = re.compile(r"[A-Za-z_][\w.-]{0,63}")
_ADDRESS_FORMATS = frozenset({"uri", "url", "uri-reference", "iri", "data-url", "binary"})
_ADDRESS_NAME = re.compile(r"(^|_)(ur[li]s?)$")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_DESCRIPTION_CHARS = 200


class Kind(Enum):
    """What a parameter holds."""

    TEXT = auto()
    ADDRESS = auto()
    INTEGER = auto()
    NUMBER = auto()
    FLAG = auto()
    LIST = auto()
    OBJECT = auto()
    OTHER = auto()


_KINDS = {
    "string": Kind.TEXT,
    "integer": Kind.INTEGER,
    "number": Kind.NUMBER,
    "boolean": Kind.FLAG,
    "array": Kind.LIST,
    "object": Kind.OBJECT,
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. Limits are ``None`` where the schema names none."""

    name: str
    kind: Kind
    choices: tuple[ExtraValue, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    max_chars: int | None = None
    least_items: int | None = None
    most_items: int | None = None
    default: ExtraValue | None = None
    required: bool = False
    description: str = ""
    item: Parameter | None = None
    """What a list holds."""
    fields: tuple[Parameter, ...] = ()
    """What an object holds."""

    @property
    def plain_name(self) -> str:
        """The name in lower case with underscores, whatever the publisher's style."""
        return _CAMEL.sub("_", self.name).replace("-", "_").lower()

    def field(self, name: str) -> Parameter | None:
        """A field of an object."""
        return next((one for one in self.fields if one.name == name), None)


def parameters(schema: Mapping[str, Any]) -> tuple[Parameter, ...]:
    """All parameters of a request schema, in its order."""
    root = _resolved(schema, schema, _DEEPEST)
    return tuple(_fields(root, schema, _DEEPEST))


def _fields(node: Mapping[str, Any], root: Mapping[str, Any], deepest: int) -> Iterator[Parameter]:
    properties = node.get("properties")
    required = node.get("required")
    wanted = set(map(str, required)) if isinstance(required, list) else set()
    for name, inner in properties.items() if isinstance(properties, Mapping) else ():
        if isinstance(name, str) and _NAME.fullmatch(name) and isinstance(inner, Mapping):
            yield _parameter(name, inner, root, deepest - 1, required=name in wanted)


def _parameter(
    name: str, node: Mapping[str, Any], root: Mapping[str, Any], deepest: int, *, required: bool
) -> Parameter:
    if deepest <= 0:
        return Parameter(name, Kind.OTHER, required=required)
    node = _resolved(node, root, deepest)
    choices = _choices(node)
    kind = _kind(name, node, choices)
    items = node.get("items")
    default, description = node.get("default"), node.get("description")
    above, below = _number(node.get("exclusiveMinimum")), _number(node.get("exclusiveMaximum"))
    step = 1 if kind is Kind.INTEGER else 0
    return Parameter(
        name=name,
        kind=kind,
        choices=choices,
        minimum=_number(node.get("minimum")) if above is None else above + step,
        maximum=_number(node.get("maximum")) if below is None else below - step,
        max_chars=_count(node.get("maxLength")),
        least_items=_count(node.get("minItems")),
        most_items=_count(node.get("maxItems")),
        default=default if _is_plain(default) else None,
        required=required,
        description=description[:_DESCRIPTION_CHARS] if isinstance(description, str) else "",
        item=(
            _parameter(name, items, root, deepest - 1, required=True)
            if isinstance(items, Mapping)
            else None
        ),
        fields=tuple(_fields(node, root, deepest)),
    )


def _resolved(node: Mapping[str, Any], root: Mapping[str, Any], deepest: int) -> dict[str, Any]:
    """The node with references, ``allOf`` and alternatives folded into it; its own words win."""
    own = dict(node)
    if deepest <= 0:
        return own
    folded: dict[str, Any] = {}
    reference = own.pop("$ref", None)
    if isinstance(reference, str):
        folded |= _resolved(_at(reference, root), root, deepest - 1)
    for part in _mappings(own.pop("allOf", None)):
        folded |= _resolved(part, root, deepest - 1)
    for word in ("anyOf", "oneOf"):
        folded |= _one_of([_resolved(p, root, deepest - 1) for p in _mappings(own.pop(word, None))])
    return folded | own


def _one_of(alternatives: list[dict[str, Any]]) -> dict[str, Any]:
    """Alternatives as one: ``null`` counts as absence, words and numbers add up to a choice."""
    real = [one for one in alternatives if one.get("type") != "null"]
    if real and all(_choices(one) for one in real):
        return real[0] | {"enum": [choice for one in real for choice in _choices(one)]}
    return real[0] if real else {}


def _at(reference: str, root: Mapping[str, Any]) -> Mapping[str, Any]:
    node: Any = root
    for step in reference.removeprefix("#").strip("/").split("/"):
        node = node.get(step.replace("~1", "/").replace("~0", "~")) if step else node
        if not isinstance(node, Mapping):
            return {}
    return node if isinstance(node, Mapping) and node is not root else {}


def _kind(name: str, node: Mapping[str, Any], choices: tuple[ExtraValue, ...]) -> Kind:
    stated = node.get("type")
    if isinstance(stated, list):
        stated = next((one for one in stated if one != "null"), None)
    kind = _KINDS.get(stated) if isinstance(stated, str) else _kind_of_values(node, choices)
    if kind is None:
        return Kind.OTHER
    if kind is Kind.TEXT and not choices:
        is_address = node.get("format") in _ADDRESS_FORMATS or _ADDRESS_NAME.search(
            _CAMEL.sub("_", name).lower()
        )
        return Kind.ADDRESS if is_address else Kind.TEXT
    return kind


def _kind_of_values(node: Mapping[str, Any], choices: tuple[ExtraValue, ...]) -> Kind | None:
    if isinstance(node.get("properties"), Mapping):
        return Kind.OBJECT
    if isinstance(node.get("items"), Mapping):
        return Kind.LIST
    kinds = {type(choice) for choice in choices}
    for types, kind in (
        ({str}, Kind.TEXT),
        ({bool}, Kind.FLAG),
        ({int}, Kind.INTEGER),
        ({int, float}, Kind.NUMBER),
    ):
        if kinds and kinds <= types:
            return kind
    return None


def _choices(node: Mapping[str, Any]) -> tuple[ExtraValue, ...]:
    listed = [node["const"]] if "const" in node else node.get("enum")
    if not isinstance(listed, list):
        return ()
    return tuple(one for one in listed if _is_plain(one))


def _is_plain(value: Any) -> TypeGuard[ExtraValue]:
    """Whether it is a text, a flag or a number; Python reads ``NaN`` out of JSON, too."""
    return isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value))


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if math.isfinite(value) else None


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
