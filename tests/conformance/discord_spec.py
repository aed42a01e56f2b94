"""Holds requests against Discord's own published specification of its HTTP API (OpenAPI 3.1)."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.conformance.choices import told_by_kind, with_lists_of_constants

COMPONENTS_V2 = 1 << 15
"""Message flag that turns a message into a layout of components."""
LABEL = 18
"""Component type that only forms have; a form has limits of its own."""
MAX_COMPONENTS = 40
MAX_TEXT_UNITS = 4000
"""Of all text displays together; counted as UTF-16, the strictest way of counting."""

FILE = 13
"""Component type of a file for download."""
MAX_COMPLAINT = 200

_DOCUMENT = "urn:discord"
_BASE_PATH = re.compile(r"^/api(?:/v\d+)?(?=/)")
_FORMATS = FormatChecker(formats=())


def published_specification() -> Path:
    """Where the specification is expected: beside the repository, or where the environment says."""
    beside = Path(__file__).parents[3] / "shared" / "discord-openapi.json"
    return Path(os.environ.get("DISCORD_OPENAPI", beside))


@_FORMATS.checks("snowflake")
def _is_snowflake(value: object) -> bool:
    return not isinstance(value, str) or (value.isdecimal() and int(value) < 1 << 64)


@_FORMATS.checks("int32")
def _is_int32(value: object) -> bool:
    return not isinstance(value, int) or -(1 << 31) <= value < 1 << 31


@_FORMATS.checks("int64")
def _is_int64(value: object) -> bool:
    return not isinstance(value, int) or -(1 << 63) <= value < 1 << 63


@_FORMATS.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or bool(re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:\S+", value))


class DiscordSpec:
    """Checks requests; validators are built once per operation and kept."""

    def __init__(self, path: Path) -> None:
        document = with_lists_of_constants(json.loads(path.read_text(encoding="utf-8")))
        # Discord reads ids from numbers too, and discord.py sends some of them so.
        document["components"]["schemas"]["SnowflakeType"] = {
            "type": ["string", "integer"],
            "pattern": "^(0|[1-9][0-9]*)$",
            "format": "snowflake",
        }
        resource = Resource.from_contents(document, default_specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource(_DOCUMENT, resource)
        self._paths: Mapping[str, Mapping[str, Any]] = document["paths"]
        self._templates: list[tuple[list[str], str]] = sorted(
            ((_segments(template), template) for template in self._paths),
            # A literal such as @original goes before a parameter in the same place.
            key=lambda entry: [part.startswith("{") for part in entry[0]],
        )
        self._kind_of_validator = told_by_kind(document["components"]["schemas"])
        self._validators: dict[tuple[str, ...], Draft202012Validator] = {}

    def check_request(self, method: str, path: str, json_body: Any = None) -> list[str]:
        """All that is wrong with a request; empty when nothing is.

        ``path`` may carry the ``/api/v10`` prefix and a query. For a multipart request pass what
        ``payload_json`` holds.
        """
        split = urlsplit(path)
        template = self._template(_BASE_PATH.sub("", split.path))
        if template is None:
            return [f"{split.path}: no such path in the specification"]
        operation = self._paths[template].get(method.lower())
        if operation is None:
            return [f"{method} {template}: no such method in the specification"]
        where = f"{method.upper()} {template}"
        return [
            f"{where} {problem}"
            for problem in (
                *self._parameter_problems(template, operation, split.path, split.query),
                *self._body_problems(method.lower(), template, operation, json_body),
                *layout_problems(json_body),
            )
        ]

    def _template(self, path: str) -> str | None:
        parts = _segments(path)
        for candidate, template in self._templates:
            if len(candidate) == len(parts) and all(
                name.startswith("{") or name == part
                for name, part in zip(candidate, parts, strict=True)
            ):
                return template
        return None

    def _parameter_problems(
        self, template: str, operation: Mapping[str, Any], path: str, query: str
    ) -> Iterator[str]:
        declared = [*self._paths[template].get("parameters", []), *operation.get("parameters", [])]
        by_place = {(entry["in"], entry["name"]): entry for entry in declared}
        given = dict(zip(_segments(template), _segments(_BASE_PATH.sub("", path)), strict=True))
        for name, value in given.items():
            entry = by_place.get(("path", name.strip("{}")))
            if name.startswith("{") and entry is not None:
                validator = self._validator(("path", template, name), entry["schema"])
                if not validator.is_valid(value):
                    yield f"path {name}: {value!r} does not fit"
        for name, _ in parse_qsl(query, keep_blank_values=True):
            if ("query", name) not in by_place:
                yield f"query {name}: not in the specification"

    def _body_problems(
        self, method: str, template: str, operation: Mapping[str, Any], body: Any
    ) -> Iterator[str]:
        declared = operation.get("requestBody")
        if declared is None:
            if body not in (None, {}):
                yield "body: the specification has none here"
            return
        if body is None:
            if declared.get("required"):
                yield "body: missing"
            return
        schema = declared["content"]["application/json"]["schema"]
        validator = self._validator(("body", method, template), schema)
        for error in validator.iter_errors(body):
            yield from _readable(error)

    def _validator(self, key: tuple[str, ...], schema: Mapping[str, Any]) -> Draft202012Validator:
        if key not in self._validators:
            self._validators[key] = self._kind_of_validator(
                _absolute(schema), registry=self._registry, format_checker=_FORMATS
            )
        return self._validators[key]


def layout_problems(body: Any) -> Iterator[str]:
    """What Discord documents about components in words and its schema cannot say."""
    message = _message(body)
    components = message.get("components") or []
    everything = list(walk(components))
    if not everything or any(part.get("type") == LABEL for part in everything):
        return
    if len(everything) > MAX_COMPONENTS:
        yield f"components: {len(everything)} of them, {MAX_COMPONENTS} at most"
    texts = [part["content"] for part in everything if isinstance(part.get("content"), str)]
    if (units := sum(utf16_length(text) for text in texts)) > MAX_TEXT_UNITS:
        yield f"components: {units} characters of text, {MAX_TEXT_UNITS} at most"
    ids = [part["custom_id"] for part in everything if part.get("custom_id")]
    if len(ids) != len(set(ids)):
        yield "components: a custom_id occurs twice"
    files = [
        (part.get("file") or {}).get("url", "") for part in everything if part.get("type") == FILE
    ]
    if any(not url.startswith("attachment://") for url in files):
        yield "components: a file component takes attachment:// only"
    if (message.get("flags") or 0) & COMPONENTS_V2:
        for key in ("content", "embeds", "poll", "sticker_ids"):
            if message.get(key):
                yield f"{key}: not beside a layout of components"


def walk(components: Any) -> Iterator[Mapping[str, Any]]:
    """Every component, nested ones too."""
    for component in components if isinstance(components, list) else []:
        if isinstance(component, dict):
            yield component
            yield from walk(component.get("components"))
            yield from walk([component.get("accessory"), component.get("component")])


def utf16_length(text: str) -> int:
    """Length as JavaScript and many limits count it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _message(body: Any) -> Mapping[str, Any]:
    """The message in a request: the body, or the data of an interaction callback."""
    if not isinstance(body, dict):
        return {}
    data = body.get("data")
    return data if isinstance(data, dict) else body


def _segments(path: str) -> list[str]:
    return [unquote(part) for part in path.strip("/").split("/")]


def _absolute(schema: Any) -> Any:
    """A part of the document with its references made to point into the registered whole."""
    if isinstance(schema, dict):
        return {
            key: f"{_DOCUMENT}{value}" if key == "$ref" else _absolute(value)
            for key, value in schema.items()
        }
    return [_absolute(item) for item in schema] if isinstance(schema, list) else schema


def _readable(error: ValidationError) -> Iterator[str]:
    """One line per real mistake: a choice between schemas is followed into the branch meant."""
    if error.validator not in ("oneOf", "anyOf") or not error.context:
        place = "".join(f"[{step!r}]" for step in error.absolute_path) or "body"
        # The offending value comes first in the message and may be a whole card.
        text = error.message if len(error.message) <= MAX_COMPLAINT else f"… {error.message[-80:]}"
        yield f"{place}: {text}"
        return
    branches: dict[int, list[ValidationError]] = {}
    for inner in error.context:
        branches.setdefault(int(inner.schema_path[0]), []).append(inner)
    for inner in min(branches.values(), key=_distance):
        yield from _readable(inner)


def _distance(errors: Sequence[ValidationError]) -> tuple[int, int]:
    """How far a branch is from what was meant: the wrong kind of thing, then many mistakes."""
    wrong_kind = sum(
        list(error.relative_path) == ["type"]
        or (error.validator == "type" and not error.relative_path)
        for error in errors
    )
    return wrong_kind, len(errors)
