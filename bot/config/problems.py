"""Mistakes in the file, as lines of: the key, what is wrong, what would be right."""

from __future__ import annotations

import json
from collections.abc import Mapping
from difflib import get_close_matches
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.config.sections import Config

_LONGEST_SHOWN = 40
_SECRET_KEYS = ("token", "api_key", "apikey", "password", "secret")
_TEXT_RIGHT = {
    "oxen.namespace": "a name of letters, digits, dots and dashes, or nothing,",
    "oxen.model": "a model's name",
    "oxen.repository": '"namespace/name"',
    "oxen.repository_branch": "a branch's name",
    "quote.above_usd": "dollars, such as 4.0,",
    "storage.database": '"postgresql+asyncpg://user@host/name", or "" for SQLite,',
}
SETTINGS = tuple(name for name in Config.model_fields if name != "secrets")


def refuse_strangers(data: dict[str, Any]) -> list[str]:
    """Take secrets and unknown sections out of ``data``; a line for each."""
    problems: list[str] = []
    _take_secrets(data, (), problems)
    for name in [name for name in data if name not in SETTINGS]:
        value = data.pop(name)
        if isinstance(value, Mapping):
            problems.append(f"[{name}]: not a section; {_nearest(name, SETTINGS, '[{}]')}")
        else:
            problems.append(f"{name}: outside any section; {_home_of(name)}")
    return problems


def _take_secrets(table: dict[str, Any], path: tuple[str, ...], problems: list[str]) -> None:
    for key in list(table):
        value, place = table[key], (*path, key)
        if isinstance(value, dict):
            _take_secrets(value, place, problems)
            if not value and key not in SETTINGS and not path:
                del table[key]
        elif key.lower().endswith(_SECRET_KEYS):
            del table[key]
            dotted = ".".join(place)
            variable = "OXEN_API_KEY" if "key" in key or "oxen" in dotted else "DISCORD_TOKEN"
            problems.append(
                f"{dotted}: a secret does not belong in this file; remove it and set "
                f"{variable} or {variable}_FILE in the environment"
            )


def line_for(error: ErrorDetails) -> str:
    """One mistake that pydantic found, in one line."""
    path = tuple(str(part) for part in error["loc"])
    key = _dotted(error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{key}: unknown; {_home_of(path[-1], within=path[:-1])}"
    if error["type"] in {"model_type", "dict_type"}:
        return f"{key}: must be a table; write [{key}] on a line of its own above its keys"
    shown = _shown(error["input"])
    if error["type"] == "value_error":
        return f"{key}: {shown} is not right; {error['ctx']['error']}"
    return f"{key}: {shown} is not right; {_right(path)} would be right"


def _dotted(path: tuple[str | int, ...]) -> str:
    """The key as it is written in the file; an entry of a list is named by its place, from 1."""
    *keys, last = path
    if isinstance(last, int):
        return f"{_dotted(tuple(keys))} (entry {last + 1})"
    parts = [str(part) for part in path]
    return ".".join(part if part.replace("_", "").isalnum() else f'"{part}"' for part in parts)


def _shown(value: Any) -> str:
    """The value as it was written; an address that may hold a password is not repeated."""
    if isinstance(value, str) and ("@" in value or "://" in value):
        return "this address"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _nearest(name: str, known: tuple[str, ...], pattern: str = "{}") -> str:
    near = get_close_matches(name.lower(), known, n=1)
    if near:
        return f"did you mean {pattern.format(near[0])}?"
    return f"known: {', '.join(pattern.format(one) for one in known)}"


def _home_of(key: str, within: tuple[str, ...] = ()) -> str:
    """Where an unknown key may have been meant: its neighbour, or the section that has it."""
    section = _section(within) if within else None
    neighbours = tuple(section.model_fields) if section else ()
    if near := get_close_matches(key.lower(), neighbours, n=1):
        return f"did you mean {near[0]}?"
    for name in SETTINGS:
        other = _section((name,))
        if other is not None and key in other.model_fields:
            return f"it belongs under [{name}]"
    return _nearest(key, neighbours or SETTINGS, "{}" if neighbours else "[{}]")


def _section(path: tuple[str, ...]) -> type[BaseModel] | None:
    model: type[BaseModel] = Config
    for part in path:
        field = model.model_fields.get(part)
        inner = field.annotation if field else None
        if get_origin(inner) is dict:
            inner = get_args(inner)[1]
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
        elif field is not None:
            return None
    return model


def _right(path: tuple[str, ...]) -> str:
    """What a key takes, told from its type."""
    names = [part for part in path if not part.isdigit()]
    model = _section(tuple(names[:-1]))
    field = model.model_fields.get(names[-1]) if model else None
    if field is None:
        return "something else"
    return _TEXT_RIGHT.get(".".join(names)) or _right_for(field)


def _right_for(field: FieldInfo) -> str:
    kind, marks = field.annotation, list(field.metadata)
    if get_origin(kind) in {Union, UnionType}:
        kind = next(arg for arg in get_args(kind) if arg is not type(None))
        marks += getattr(kind, "__metadata__", ())
        kind = getattr(kind, "__origin__", kind)
    for mark in list(marks):
        marks += mark.metadata if isinstance(mark, FieldInfo) else ()
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(f'"{choice}"' for choice in get_args(kind))
    if get_origin(kind) is tuple:
        of_numbers = getattr(get_args(kind)[0], "__origin__", str) is int
        return f"a list of {'whole numbers' if of_numbers else 'texts'}, such as [],"
    if kind is int:
        low = next((mark.ge for mark in marks if isinstance(mark, Ge)), None)
        high = next((mark.le for mark in marks if isinstance(mark, Le)), None)
        return f"a whole number from {low} to {high}"
    return "text in quotes"
