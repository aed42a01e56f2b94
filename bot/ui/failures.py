"""Why a video was not made, in plain words, and what a person can do next."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.models.generation import Failure, FailureKind
from bot.ui.text import neutralise, without_addresses

NOTHING_CHARGED = "Nothing was charged."

_QUOTED_CHARS = 200


@dataclass(frozen=True, slots=True)
class Explanation:
    """A failure as a card tells it."""

    what: str
    """One sentence: what happened."""
    briefly: str
    """The same in a few words, for one line of several."""
    next_step: str
    """What to do now."""
    own_words: str = ""
    """The other side's words, harmless and shortened, or empty."""


_BY_KIND = {
    FailureKind.REFUSED: Explanation(
        "Oxen could not make this one.",
        "Oxen could not make it",
        "Change the prompt with Edit, or try the same again.",
    ),
    FailureKind.NO_CREDITS: Explanation(
        "The Oxen account of this bot has no credits left.",
        "no credits left at Oxen",
        "Whoever runs the bot can add some; then press Again.",
    ),
    FailureKind.NOT_ACCEPTED: Explanation(
        "Oxen did not accept this request.",
        "Oxen did not accept it",
        "Whoever runs the bot finds the reason in its log.",
    ),
    FailureKind.LOST: Explanation(
        "Oxen did not finish this one in time.",
        "Oxen did not finish it in time",
        "Press Again to send it once more.",
    ),
    FailureKind.BROKEN_RESULT: Explanation(
        "The video did not arrive whole.",
        "the video did not arrive whole",
        "Press Again to have it made once more.",
    ),
    FailureKind.UNDELIVERABLE: Explanation(
        "The video is made, but there is no place left to post it.",
        "no place to post it",
        "Send again shows it to whoever asked for it, free of charge. For the next one, let the "
        "bot post here, or open your direct messages.",
    ),
    FailureKind.INTERNAL: Explanation(
        "The bot itself failed at this one.",
        "the bot itself failed",
        "Press Again; if it fails once more, tell whoever runs the bot.",
    ),
}
_QUOTABLE = frozenset({FailureKind.REFUSED, FailureKind.NO_CREDITS, FailureKind.NOT_ACCEPTED})
"""Kinds whose detail is Oxen's words; elsewhere it is the bot's own and belongs in the log."""

_SAFETY_WORDS = (
    r"safety|moderat|nsfw|sensitive|content policy|risk control|inappropriate|flagged|"
    r"prohibited|violat"
)
_PICTURE_WORDS = (
    r"(?:image|picture|url).{0,60}"
    r"(?:download|fetch|load|access|format|invalid|unsupported|size|resolution|pixel)|"
    r"(?:download|fetch|load|access|invalid|unsupported).{0,60}(?:image|picture|url)"
)
# Only a REFUSED failure is looked at more closely: first match wins.
_BY_WORDS = tuple(
    (re.compile(pattern, re.IGNORECASE), Explanation(what, briefly, next_step))
    for pattern, what, briefly, next_step in (
        (
            r"insufficient credits",
            _BY_KIND[FailureKind.NO_CREDITS].what,
            _BY_KIND[FailureKind.NO_CREDITS].briefly,
            _BY_KIND[FailureKind.NO_CREDITS].next_step,
        ),
        (
            _SAFETY_WORDS,
            "Oxen could not make this one: its safety check refused the prompt or a picture.",
            "the safety check refused it",
            "Change the words with Edit, or send the command with other pictures.",
        ),
        (
            r"duration",
            "Oxen could not make this one: it refused the length.",
            "Oxen refused the length",
            "Choose another length with Edit.",
        ),
        (
            r"aspect.?ratio",
            "Oxen could not make this one: it refused the shape.",
            "Oxen refused the shape",
            "Choose another aspect ratio with Edit.",
        ),
        (
            _PICTURE_WORDS,
            "Oxen could not make this one: it could not use a picture.",
            "Oxen could not use a picture",
            "Attach the pictures anew, as JPEG, PNG or WebP.",
        ),
        (
            r"time.?out|timed out|overload|capacity|too many requests|try again|temporar",
            "Oxen could not make this one: it is too busy.",
            "Oxen is too busy",
            "Press Again in a while.",
        ),
    )
)


def explain(failure: Failure | None) -> Explanation:
    """The words for a failure; those for an internal one where no reason is on record."""
    if failure is None:
        return _BY_KIND[FailureKind.INTERNAL]
    base = _BY_KIND[failure.kind]
    if failure.kind is FailureKind.REFUSED:
        base = next((words for seen, words in _BY_WORDS if seen.search(failure.detail)), base)
    if failure.kind is FailureKind.LOST and failure.detail:
        # The bot's own words, not Oxen's.
        more = neutralise(failure.detail, _QUOTED_CHARS)
        return Explanation(f"{base.what} {more}", base.briefly, base.next_step)
    quotable = failure.kind in _QUOTABLE and failure.detail
    own_words = neutralise(without_addresses(failure.detail), _QUOTED_CHARS) if quotable else ""
    return Explanation(base.what, base.briefly, base.next_step, own_words)
