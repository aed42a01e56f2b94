"""The checks that Oxen makes when a generation runs, with Oxen's own words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.sandbox.catalogue import CatalogueModel
from bot.sandbox.schemas import Schema

DEFAULT_DURATION_S = 5
DEFAULT_ASPECT_RATIO = "16:9"
_MODEL_SAYS = "Getting model response error: 422 - "


class ParameterError(Exception):
    """The request breaks a rule of the model; the message is what Oxen says."""


@dataclass(frozen=True, slots=True)
class PlannedShot:
    """One shot as it will be rendered."""

    prompt: str
    duration_s: int


@dataclass(frozen=True, slots=True)
class PlannedElement:
    """One character or object, ``@Element1`` onwards."""

    front_uri: str
    angle_uris: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RenderPlan:
    """A request that keeps all the rules, its images still addresses."""

    shots: tuple[PlannedShot, ...]
    aspect_ratio: str
    image_uris: tuple[str, ...]
    start_uri: str | None
    end_uri: str | None
    audio: bool
    elements: tuple[PlannedElement, ...] = ()

    @property
    def duration_s(self) -> int:
        """Seconds over all shots."""
        return sum(shot.duration_s for shot in self.shots)


def plan(model: CatalogueModel, parameters: Mapping[str, Any]) -> RenderPlan:
    """Check a request against its model; raises ``ParameterError``.

    A parameter that is ``null`` counts as absent; unknown parameters are ignored, as Oxen does.
    """
    given = {key: value for key, value in parameters.items() if value is not None}
    if model.shots:
        _check_prompt_or_shots(given)
    for name, schema in _properties(model.enforced):
        if name in given and not (name == model.duration_parameter and given.get("multi_prompt")):
            _check(given[name], schema, name)
    _check_required(given, model.enforced)
    shots = _shots(model, given)
    _check_total(model, shots)
    images, elements = tuple(_images(model, given)), tuple(_elements(model, given))
    count = len(images) + sum(1 + len(element.angle_uris) for element in elements)
    if model.max_images is not None and count > model.max_images:
        raise ParameterError(
            f"{_MODEL_SAYS}Value error, At most {model.max_images} images are allowed, got {count}."
        )
    start, end = (_frame(given, p) for p in (model.start_parameter, model.end_parameter))
    if end and not start:
        raise ParameterError(
            f"{_MODEL_SAYS}Value error, '{model.end_parameter}' requires '{model.start_parameter}'."
        )
    return RenderPlan(
        shots=shots,
        aspect_ratio=model.value(given, model.shape_parameter) or DEFAULT_ASPECT_RATIO,
        image_uris=images,
        start_uri=start,
        end_uri=end,
        audio=model.value(given, model.audio_parameter) or False,
        elements=elements,
    )


def _properties(schema: Schema) -> Iterator[tuple[str, Schema]]:
    yield from schema.get("properties", {}).items()


def _check_prompt_or_shots(given: Mapping[str, Any]) -> None:
    if given.get("prompt") and given.get("multi_prompt"):
        raise ParameterError(
            f"{_MODEL_SAYS}Value error, Cannot provide both 'prompt' and 'multi_prompt'."
        )
    if not given.get("prompt") and not given.get("multi_prompt"):
        raise ParameterError(
            f"{_MODEL_SAYS}Value error, Either 'prompt' or 'multi_prompt' must be provided."
        )


def _check_required(value: Mapping[str, Any], schema: Schema) -> None:
    if any(name not in value for name in schema.get("required", ())):
        raise ParameterError("Field required")


def _check(value: object, schema: Schema, name: str) -> None:
    checks = {
        "string": _check_string,
        "integer": _check_integer,
        "number": _check_number,
        "array": _check_array,
    }
    kind = schema["type"]
    if kind in checks:
        checks[kind](value, schema, name)
    elif kind == "boolean" and not isinstance(value, bool):
        raise ParameterError(f"{_MODEL_SAYS}{name}: Input should be a valid boolean")
    elif kind == "object":
        _check_object(value, schema, name)


def _check_string(value: object, schema: Schema, name: str) -> None:
    if not isinstance(value, str):
        raise ParameterError(f"{_MODEL_SAYS}{name}: Input should be a valid string")
    if len(value) > schema.get("maxLength", len(value)):
        raise ParameterError(
            f"{_MODEL_SAYS}{name}: String should have at most {schema['maxLength']} characters"
        )
    if len(value) < schema.get("minLength", 0):
        raise ParameterError(
            f"{_MODEL_SAYS}{name}: String should have at least {schema['minLength']} character"
        )
    if value not in schema.get("enum", [value]):
        choices = ", ".join(f"'{choice}'" for choice in schema["enum"])
        raise ParameterError(f"{_MODEL_SAYS}{name}: Input should be one of {choices}")


def _check_integer(value: object, schema: Schema, name: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ParameterError(f"{_MODEL_SAYS}{name}: Input should be a valid integer")
    allowed: Sequence[int] | None = schema.get("enum")
    low, high = schema.get("minimum", value), schema.get("maximum", value)
    if allowed is not None and value not in allowed:
        choices = ", ".join(str(choice) for choice in allowed)
        raise ParameterError(f"{name} value '{value}' is invalid. Allowed values: {choices}.")
    if not low <= value <= high:
        raise ParameterError(f"{name} value '{value}' is invalid. It must be {low} to {high}.")


def _check_number(value: object, schema: Schema, name: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ParameterError(f"{_MODEL_SAYS}{name}: Input should be a valid number")
    low, high = schema.get("minimum", value), schema.get("maximum", value)
    if not low <= value <= high:
        raise ParameterError(f"{_MODEL_SAYS}{name}: Input should be {low} to {high}")


def _check_array(value: object, schema: Schema, name: str) -> None:
    if not isinstance(value, list):
        raise ParameterError(f"{_MODEL_SAYS}{name}: Input should be a valid list")
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        raise ParameterError(
            f"{_MODEL_SAYS}{name}: List has {len(value)} items; "
            f"{schema.get('minItems', 0)} to {schema.get('maxItems')} are allowed"
        )
    for position, item in enumerate(value):
        if "items" in schema:
            _check(item, schema["items"], f"{name}.{position}")


def _check_object(value: object, schema: Schema, name: str) -> None:
    if not isinstance(value, dict):
        raise ParameterError(f"{_MODEL_SAYS}{name}: Input should be a valid object")
    present = {key: item for key, item in value.items() if item is not None}
    _check_required(present, schema)
    for key, item_schema in _properties(schema):
        if key in present:
            _check(present[key], item_schema, f"{name}.{key}".split(".")[-1])


def _shots(model: CatalogueModel, given: Mapping[str, Any]) -> tuple[PlannedShot, ...]:
    if model.shots and given.get("multi_prompt"):
        return tuple(
            PlannedShot(shot["prompt"], _or_default(shot.get("duration"), DEFAULT_DURATION_S))
            for shot in given["multi_prompt"]
        )
    seconds = _or_default(model.value(given, model.duration_parameter), DEFAULT_DURATION_S)
    return (PlannedShot(given[model.prompt_parameter], int(seconds)),)


def _or_default(value: int | None, default: int) -> int:
    return default if value is None else value


def _check_total(model: CatalogueModel, shots: Sequence[PlannedShot]) -> None:
    if model.total_duration_s is None:
        return
    least, most = model.total_duration_s
    total = sum(shot.duration_s for shot in shots)
    if total > most:
        raise ParameterError(f"Total shot duration ({total}s) exceeds maximum allowed ({most}s).")
    if total < least:
        raise ParameterError(
            f"duration value '{total}' is invalid. It must be {least} to {most} seconds in all."
        )


def _images(model: CatalogueModel, given: Mapping[str, Any]) -> Iterator[str]:
    for name in model.image_parameters:
        yield from given.get(name, ())


def _elements(model: CatalogueModel, given: Mapping[str, Any]) -> Iterator[PlannedElement]:
    if "elements" in model.enforced["properties"]:
        for element in given.get("elements", ()):
            angles = element.get("reference_image_urls") or ()
            yield PlannedElement(element["frontal_image_url"], tuple(angles))


def _frame(given: Mapping[str, Any], parameter: str | None) -> str | None:
    return (given.get(parameter) or None) if parameter else None
