"""Presigned links to results: good for a while, for whoever holds them."""

from __future__ import annotations

import hashlib
import hmac
import itertools
from urllib.parse import urlencode

from bot.models.clock import Clock


class Links:
    """Signs links and tells whether one is good."""

    def __init__(self, secret: bytes, clock: Clock, lifetime_seconds: int) -> None:
        self._secret = secret
        self._clock = clock
        self._lifetime_ms = lifetime_seconds * 1000
        self._serial = itertools.count(1)

    def sign(self, resource: str) -> str:
        """A query that lets anyone fetch the resource until it expires; different each time."""
        expires = str(self._clock() + self._lifetime_ms)
        serial = str(next(self._serial))
        signature = self._signature(resource, expires=expires, serial=serial)
        return urlencode({"expires": expires, "serial": serial, "signature": signature})

    def is_good(self, resource: str, *, expires: str, serial: str, signature: str) -> bool:
        """Whether the signature fits the resource and the link has not expired."""
        expected = self._signature(resource, expires=expires, serial=serial)
        if not hmac.compare_digest(signature.encode(), expected.encode()):
            return False
        return self._clock() < int(expires)

    def _signature(self, resource: str, *, expires: str, serial: str) -> str:
        text = f"{resource}\n{expires}\n{serial}".encode()
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()
