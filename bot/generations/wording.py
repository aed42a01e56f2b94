"""Pieces of the sentences that refusals are made of."""

from __future__ import annotations

from collections.abc import Sequence

_SHOWN_CHARS = 40


def code(text: str) -> str:
    """A name or value that somebody else wrote, in a code span: it formats and mentions nothing."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    line = line.replace("`", "'")
    shown = line if len(line) <= _SHOWN_CHARS else f"{line[: _SHOWN_CHARS - 1]}…"
    return f"`{shown}`" if shown else "nothing"


def listed(words: Sequence[str], conjunction: str = "or") -> str:
    """``16:9, 9:16 or 1:1``."""
    return f" {conjunction} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def count(number: int, noun: str) -> str:
    """``1 image``, ``2 images``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def lengths_of(choices_s: Sequence[int]) -> str:
    """``3 to 15``, or ``4, 8 or 12`` where there are gaps. Ascending numbers."""
    if choices_s[-1] - choices_s[0] == len(choices_s) - 1 > 1:
        return f"{choices_s[0]} to {choices_s[-1]}"
    return listed([str(choice) for choice in choices_s])
