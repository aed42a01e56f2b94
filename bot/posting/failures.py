"""What discord.py raises, told in the program's own terms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import discord

from bot.errors import (
    PostAmbiguousError,
    PostDeletedError,
    PostImpossibleError,
    PostPlaceGoneError,
    PostTooLargeError,
)

UNKNOWN_INTERACTION = 10062
ALREADY_ACKNOWLEDGED = 40060
_REQUEST_ENTITY_TOO_LARGE = 40005
UNKNOWN_MESSAGE = 10008
_UNKNOWN_CHANNEL = 10003
_TOO_MANY_EDITS_OF_OLD = 30046
"""Messages older than an hour may be edited less often; later it works again."""
_HTTP_TOO_LARGE = 413
_HTTP_TOO_MANY_REQUESTS = 429
_HTTP_UNAUTHORISED = 401
"""The token was reset: everything works again with the new one."""
_FIRST_SERVER_ERROR = 500


@contextmanager
def translated(*, nonce_sent: bool = False) -> Iterator[None]:
    """Raise the ``PostError`` family for whatever sending or editing a message raises.

    A reply that was lost, and every answer of the server's own failing, is ambiguous: discord.py
    repeats 500, 502 and 504 with the same nonce by itself, but raises on 503 and on a reset.
    """
    try:
        yield
    except discord.HTTPException as error:
        words = f"HTTP {error.status}, code {error.code}"
        if error.status == _HTTP_TOO_LARGE or error.code == _REQUEST_ENTITY_TOO_LARGE:
            raise PostTooLargeError(words) from error
        if error.code == _TOO_MANY_EDITS_OF_OLD or _is_passing(error.status):
            raise PostAmbiguousError(words) from error
        if nonce_sent and error.code == UNKNOWN_MESSAGE:
            # The nonce is known, and the message that it belongs to was deleted.
            raise PostDeletedError(words) from error
        if error.code in {_UNKNOWN_CHANNEL, UNKNOWN_MESSAGE}:
            raise PostPlaceGoneError(words) from error
        raise PostImpossibleError(words) from error
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise PostAmbiguousError(type(error).__name__) from error


def _is_passing(status: int) -> bool:
    return status >= _FIRST_SERVER_ERROR or status in {_HTTP_TOO_MANY_REQUESTS, _HTTP_UNAUTHORISED}
