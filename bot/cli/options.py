"""What is wrong with an option, in words of our own rather than those of the libraries."""

from __future__ import annotations

import json

from pydantic import ValidationError
from typer.exceptions import TyperException

_KINDS = {
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
}


def wrong_value(error: TyperException) -> str | None:
    """The option with what was given and what would be right; ``None`` for other mistakes."""
    cause, param = error.__cause__, getattr(error, "param", None)
    if not isinstance(cause, ValidationError) or param is None:
        return None
    found = cause.errors(include_url=False)[0]
    context = found.get("ctx", {})
    match found["type"]:
        case "greater_than_equal":
            right = f"the least is {context['ge']:g}"
        case "less_than_equal":
            right = f"the most is {context['le']:g}"
        case kind if kind in _KINDS:
            right = f"write {_KINDS[kind]}"
        case _:
            # "'x' is not one of 'a', 'b'."
            _, _, choices = str(context.get("error", "")).partition(" is not one of ")
            if not choices:
                return None
            right = f"it is one of {choices.rstrip('.').replace(chr(39), '')}"
    given = json.dumps(found["input"], ensure_ascii=False, default=str)
    return f"{max(param.opts, key=len)}: {given} cannot be used; {right}"
