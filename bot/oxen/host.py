"""Oxen's own host: where it is, and what may be told to whom."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import quote

import httpx

DEFAULT_BASE_URL = "https://hub.oxen.ai"

_KEY = re.compile(r"[\x21-\x7e]+")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class OxenHost:
    """A base URL and the API key that belongs to it.

    The only place that puts the key into a request, and only for Oxen's own origin. Raises
    ``ValueError`` for a key that cannot be one, without quoting it.
    """

    base_url: str
    """Scheme, host and port, perhaps with a path in front of ``/api``; a final slash is ignored."""
    api_key: str = field(repr=False)

    def __post_init__(self) -> None:
        # httpx would quote such a key in its exception.
        if not _KEY.fullmatch(self.api_key):
            raise ValueError("the API key is empty or has characters that no key has")

    def url(self, path: str) -> httpx.URL:
        """The address of a path that begins with ``/api``, already quoted."""
        return httpx.URL(self.base_url.rstrip("/") + path)

    def owns(self, url: httpx.URL) -> bool:
        """Whether an address has Oxen's own scheme, host and port."""
        return _origin(url) == _origin(httpx.URL(self.base_url))

    def headers_for(self, url: httpx.URL) -> dict[str, str]:
        """The key for Oxen's own origin, nothing for anybody else."""
        return {"Authorization": f"Bearer {self.api_key}"} if self.owns(url) else {}

    @property
    def is_local(self) -> bool:
        """Whether this Oxen is a sandbox: plain http, or this machine itself."""
        base = httpx.URL(self.base_url)
        if base.scheme == "http" or base.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(base.host).is_loopback
        except ValueError:
            return False


def path_of(*segments: str) -> str:
    """Join path segments, each quoted whole, so that an id can never leave its place."""
    return "/" + "/".join(quote(segment, safe="") for segment in segments)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or _DEFAULT_PORTS.get(url.scheme)
