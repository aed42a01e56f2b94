"""Pictures that Oxen sends back are told by their digest, so that they need not be held.

A request's own parameters come back in every reply about it, ``data:`` addresses among them: a
list of a few such generations is hundreds of megabytes, and it stays that long for ever.
"""

from __future__ import annotations

import hashlib
import re

_OPENING = b'"data:'
_QUOTE = b'"'
_BACKSLASH = b"\\"
_KEPT_BYTES = 8 * 1024
"""A text up to this length stays as it is; a prompt that begins like an address is shorter."""
_DIGEST = re.compile(r"data:sha256:[0-9a-f]{64}")


def is_digest(text: str) -> bool:
    """Whether a text stands for a ``data:`` address that was left out of a reply."""
    return _DIGEST.fullmatch(text) is not None


class EchoFilter:
    """Replaces each long ``data:`` address in the bytes of a JSON text by its SHA-256.

    How the bytes are cut into chunks makes no difference.
    """

    def __init__(self) -> None:
        self._held = b""
        self._is_inside = False
        self._text = bytearray()
        self._digest = hashlib.sha256()
        self._is_long = False

    def feed(self, chunk: bytes) -> bytes:
        """What these further bytes come to; some may be held until the next ones."""
        passed = bytearray()
        rest, self._held = self._held + chunk, b""
        while rest:
            rest = self._in_text(rest, passed) if self._is_inside else self._outside(rest, passed)
        return bytes(passed)

    def end(self) -> bytes:
        """What was still held when the bytes ended: the JSON is cut short there."""
        return bytes(self._text) + self._held

    def _outside(self, rest: bytes, passed: bytearray) -> bytes:
        at = rest.find(_OPENING)
        if at >= 0:
            passed += rest[: at + len(_QUOTE)]
            self._is_inside = True
            return rest[at + len(_QUOTE) :]
        begun = next(n for n in range(len(_OPENING) - 1, -1, -1) if rest.endswith(_OPENING[:n]))
        passed += rest[: len(rest) - begun]
        self._held = rest[len(rest) - begun :]
        return b""

    def _in_text(self, rest: bytes, passed: bytearray) -> bytes:
        at = rest.find(_QUOTE)
        before = rest if at < 0 else rest[:at]
        is_escaped = (len(before) - len(before.rstrip(_BACKSLASH))) % 2 == 1
        if at < 0:
            self._take(before[:-1] if is_escaped else before)
            self._held = _BACKSLASH if is_escaped else b""
            return b""
        if is_escaped:
            self._take(before + _QUOTE)
            return rest[at + len(_QUOTE) :]
        self._take(before)
        passed += self._left() + _QUOTE
        self._is_inside = False
        return rest[at + len(_QUOTE) :]

    def _take(self, piece: bytes) -> None:
        self._text += piece
        if self._is_long or len(self._text) > _KEPT_BYTES:
            self._is_long = True
            # An address has no backslash of its own: it stands for an escaped slash.
            self._digest.update(self._text.replace(_BACKSLASH, b""))
            self._text.clear()

    def _left(self) -> bytes:
        left = bytes(self._text)
        if self._is_long:
            left = b"data:sha256:" + self._digest.hexdigest().encode("ascii")
        self._text.clear()
        self._digest = hashlib.sha256()
        self._is_long = False
        return left
