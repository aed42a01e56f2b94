"""Untrusted text made harmless: it mentions nobody, formats nothing and stays in its place."""

from __future__ import annotations

import re
import unicodedata

PROMPT_SHOWN_CHARS = 160
"""How much of a prompt a card shows: about six lines on a phone of 360 px."""

_ELLIPSIS = "…"
_ZERO_WIDTH_SPACE = "\u200b"
_JOINERS = "\u200c\u200d"
"""Invisible, but part of emoji sequences and of Persian and Indic spelling, so they may stay."""
_MARKS_IN_A_ROW = 4
"""Combining marks kept on one letter; more climb out of their line and cover the ones above."""

# Cc, Cf: controls, bidirectional overrides, zero-width and tag characters; Co, Cs: no glyph at all.
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs"})
_MARK_CATEGORIES = frozenset({"Mn", "Me"})

_MASS_MENTION = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_SYNTAX = re.compile(
    r"[\\`*_~|<>\[\]]"  # escapes, code, emphasis, spoilers, mentions, quotes, masked links
    r"|:(?=\S)"  # :emoji:, https://, and the inside of <t:...>
)
_BLOCK_START = re.compile(r"(?:[-+#]|(?<=\d)[.)](?=\s|$))")
_LIST_NUMBER = re.compile(r"\d+(?=[.)])")
_ADDRESS = re.compile(r"\b(?:https?://|data:)[^\s\"'<>]+", re.IGNORECASE)


def plain(text: str) -> str:
    """One line of visible characters: whitespace collapsed, invisible and stacked ones dropped."""
    kept: list[str] = []
    marks = 0
    for char in " ".join(text.split()):
        category = unicodedata.category(char)
        if category in _INVISIBLE_CATEGORIES and char not in _JOINERS:
            continue
        marks = marks + 1 if category in _MARK_CATEGORIES or char in _JOINERS else 0
        if marks <= _MARKS_IN_A_ROW:
            kept.append(char)
    return " ".join("".join(kept).split()).strip(f" {_JOINERS}")


def shorten(text: str, limit: int) -> str:
    """At most ``limit`` characters, cut between words where possible, the cut shown as ``…``."""
    if len(text) <= limit:
        return text
    end = limit - len(_ELLIPSIS)
    if text[end] != " ":
        space = text.rfind(" ", 0, end)
        end = space if space >= limit // 2 else _whole_characters(text, end)
    return text[:end].rstrip(" ,;:-") + _ELLIPSIS


def neutralise(text: str, limit: int) -> str:
    """Any text as one harmless line that shows, in Discord's Markdown, what was typed.

    ``limit`` counts characters as shown. Escapes at most double it: the result has no more than
    ``2 * limit`` characters.
    """
    visible = shorten(plain(text), limit)
    escaped = _SYNTAX.sub(r"\\\g<0>", visible)
    escaped = _MASS_MENTION.sub(f"@{_ZERO_WIDTH_SPACE}", escaped)
    number = _LIST_NUMBER.match(escaped)
    start = number.end() if number else 0
    if _BLOCK_START.match(escaped, start):
        escaped = f"{escaped[:start]}\\{escaped[start:]}"
    return escaped


def quote_prompt(text: str, limit: int = PROMPT_SHOWN_CHARS) -> str:
    """A prompt as a quotation of one line; never longer than ``2 * limit + 2`` characters."""
    return f"> {neutralise(text, limit) or _ELLIPSIS}"


def without_addresses(text: str) -> str:
    """Text of another program with its links cut out: they may be signed, and are long."""
    return _ADDRESS.sub("(address)", text)


def _whole_characters(text: str, end: int) -> int:
    """Move a cut back so that it does not fall inside an accented letter or an emoji sequence."""
    while end > 1 and (
        unicodedata.category(text[end]) in {*_MARK_CATEGORIES, "Sk"}
        or text[end] in _JOINERS
        or text[end - 1] in _JOINERS
    ):
        end -= 1
    return end
