"""Discord's answers to what it does not do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
UNKNOWN_WEBHOOK = 10015
UNKNOWN_INTERACTION = 10062
ALREADY_ACKNOWLEDGED = 40060
CANNOT_MESSAGE_USER = 50007
MISSING_PERMISSIONS = 50013
INVALID_WEBHOOK_TOKEN = 50027


class Refused(Exception):  # noqa: N818  not an error of the program: an answer
    """Raised by a handler; becomes Discord's JSON."""

    def __init__(self, status: int, code: int) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


def shown(
    body: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """JSON with the bare content type that discord.py compares with, letter by letter."""
    return web.Response(
        body=json.dumps(body).encode(),
        status=status,
        headers=headers,
        content_type="application/json",
    )


def refusal(status: int, code: int = 0, *, retry_after_s: float = 0.0) -> web.Response:
    """An answer of 400 or more."""
    body: dict[str, Any] = {"message": f"as asked: {status}", "code": code}
    headers = {}
    if status == web.HTTPTooManyRequests.status_code:
        body |= {"retry_after": retry_after_s, "global": False}
        # Without it, discord.py takes the answer for Cloudflare's ban.
        headers = {"Via": "1.1 stand-in", "Retry-After": str(retry_after_s)}
    return shown(body, status=status, headers=headers)
