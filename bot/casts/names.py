"""Names of the cast in words for people: what may be one, and which one was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from bot.errors import InvalidRequestError
from bot.models.cast import NAME_MAX_CHARS, as_typed, handle_of, is_name

_NEAREST = 3


def mentioned(name: str) -> str:
    """``@luna`` as a message shows it: an underscore formats nothing."""
    return f"@{name}".replace("_", r"\_")


def check_name(name: str) -> None:
    """Raise ``InvalidRequestError`` for what cannot be called by ``@`` in a prompt."""
    if is_name(name):
        return
    if len(name) > NAME_MAX_CHARS:
        raise InvalidRequestError(
            f"That name is {len(name)} characters; a name can have {NAME_MAX_CHARS}."
        )
    if is_name(f"x{name}") and name[:1].isalpha():
        raise InvalidRequestError(
            f"{mentioned(name)} means something else already. Choose another name, such as luna."
        )
    raise InvalidRequestError(
        "A name begins with a letter and has letters, digits, _ and - after it, without spaces: "
        "luna, or red_bike. In a prompt it is written @luna."
    )


def names_in(typed: str) -> tuple[str, ...]:
    """Names with spaces or commas between them, ``@`` or not; raises as ``check_name``."""
    names = tuple(as_typed(part) for part in re.split(r"[\s,]+", typed) if part)
    for name in names:
        check_name(name)
    return names


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``Did you mean @luna?``, or nothing where no name is near."""
    spelled = {handle_of(one): one for one in known}
    near = get_close_matches(handle_of(name), spelled, n=_NEAREST)
    if not near:
        return ""
    return f"Did you mean {either([mentioned(spelled[one]) for one in near])}?"


def either(words: Sequence[str]) -> str:
    """``a``, ``a or b``, ``a, b or c``."""
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
