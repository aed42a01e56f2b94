"""Takes secrets out of text: the last defence, should one ever reach a log."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

HIDDEN = "[redacted]"
_SHORTEST_SECRET = 6
_DEEPEST = 8
_SECRET_NAMES = re.compile(
    r"(?:^|[_\-.])(?:token|api_?key|authorization|password|passwd|secret|cookie|signature)s?$",
    re.IGNORECASE,
)
_SIGNED_PARAMETERS = (
    r"ex|is|hm|sig|signature|token|access_token|api_?key|key|policy|key-pair-id|awsaccesskeyid"
    r"|x-(?:amz|goog|ms)-[a-z-]+"
)
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # A picture, or a whole video: the address is the content.
    (
        re.compile(r"\bdata:(?:[\w.+-]+/[\w.+-]+)?(?:;[\w=.+-]+)*,[^\s\"'<>]+", re.IGNORECASE),
        f"data:{HIDDEN}",
    ),
    # Which storage signs Oxen's results is unknown, and with it the parameters' names.
    (
        re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s\"'<>?]*)\?[^\s\"'<>]+", re.IGNORECASE),
        rf"\1?{HIDDEN}",
    ),
    (
        re.compile(rf"(?<![\w.-])({_SIGNED_PARAMETERS})=[^\s\"'<>&;,)]+", re.IGNORECASE),
        rf"\1={HIDDEN}",
    ),
    (
        re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s/@:\"'<>]*):[^\s/@\"'<>]+@", re.IGNORECASE),
        rf"\1:{HIDDEN}@",
    ),
    (re.compile(r"\b(bearer|bot|basic)\s+[\w.~+/=-]{16,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
    # Discord: interaction and webhook tokens are part of the path; a bot's token has three parts.
    (re.compile(r"(/(?:webhooks|interactions)/\d+/)[\w.~-]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(?<![\w-])[\w-]{20,30}\.[\w-]{5,8}\.[\w-]{20,}"), HIDDEN),
)
_SUSPICIOUS = re.compile(r"[:=/\s]|[\w-]{20}\.")
"""Without any of this no pattern matches; most texts in a log are one plain word."""


class Redactor:
    """Hides known secrets exactly, and whatever looks like one by its shape."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = {secret for secret in secrets if len(secret) >= _SHORTEST_SECRET}
        longest_first = sorted(known, key=len, reverse=True)
        self._known = (
            re.compile("|".join(re.escape(secret) for secret in longest_first)) if known else None
        )

    def text(self, text: str) -> str:
        """The text without secrets; redacting twice changes nothing further."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        if _SUSPICIOUS.search(text) is None:
            return text
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text

    def value(self, value: Any, *, depth: int = 0) -> Any:
        """The value without secrets, in containers too; foreign objects become their text."""
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, bytes | bytearray | memoryview):
            return f"<{len(value)} bytes>"
        if depth < _DEEPEST:
            if isinstance(value, Mapping):
                return self.mapping(value, depth=depth + 1)
            if isinstance(value, list | tuple | set | frozenset):
                return [self.value(one, depth=depth + 1) for one in value]
        return self.text(value if isinstance(value, str) else repr(value))

    def mapping(self, values: Mapping[Any, Any], *, depth: int = 0) -> dict[str, Any]:
        """The mapping without secrets; a key that names a secret hides its value whatever it is."""
        return {
            self.text(str(key)): HIDDEN
            if value and _SECRET_NAMES.search(str(key))
            else self.value(value, depth=depth)
            for key, value in values.items()
        }
