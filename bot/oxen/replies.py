"""Oxen's replies as plain values and errors: all that is unknown about them is guessed here.

Unknown, and read liberally: further spellings of a status; whether the list is paged; where an
error text lies outside the four places that the contract names; whether a generation may come
inside another object.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

import httpx
import structlog

from bot.errors import (
    OxenAmbiguousError,
    OxenAuthenticationError,
    OxenError,
    OxenNoCreditsError,
    OxenNotFoundError,
    OxenProtocolError,
    OxenRejectedError,
    OxenThrottledError,
)
from bot.models.remote import RemoteGeneration, RemoteListing, RemoteStatus

log = structlog.get_logger(__name__)

MAX_DETAIL_CHARACTERS = 1000
"""Oxen's words are shown and stored; a page of HTML or a traceback need not be."""

_STATUS_SPELLINGS = {
    "pending": RemoteStatus.QUEUED,
    "running": RemoteStatus.PROCESSING,
    "in_progress": RemoteStatus.PROCESSING,
    "success": RemoteStatus.SUCCEEDED,
    "completed": RemoteStatus.SUCCEEDED,
    "error": RemoteStatus.FAILED,
    "canceled": RemoteStatus.CANCELLED,
}
"""Spellings beside the documented ones. Unknown whether Oxen ever uses them."""

_SENT_ELSEWHERE = frozenset({301, 307, 308})
"""Redirects that ask for the same request elsewhere, hence did not carry it out (302 and 303 may
be the answer to a request that was)."""

_PERHAPS_CARRIED_OUT = frozenset({302, 303, 408})

_REFUSALS: dict[int, type[OxenRejectedError]] = {
    401: OxenAuthenticationError,
    402: OxenNoCreditsError,
    404: OxenNotFoundError,
}
_REFUSALS_IN_WORDS: dict[str, type[OxenRejectedError]] = {
    "unauthenticated": OxenAuthenticationError,
    "resource_not_found": OxenNotFoundError,
}
"""``status_message`` of error bodies, should they come with a 2xx."""

_OXEN_ID = re.compile(r"[\x21-\x7e]{1,200}")
"""Oxen's ids are UUIDs; anything printable is taken, control characters and blanks are not."""

_NOT_KEPT: Mapping[str, Any] = MappingProxyType({})
"""One for all: an empty dictionary each would be as large as all the rest."""

_QUERY = re.compile(r"(https?://[^\s?\"'<>]{1,2000})\?[^\s\"'<>]*", re.IGNORECASE)
"""An address with a query: Oxen's error texts may quote a presigned one."""


Reading: TypeAlias = Callable[[dict[str, Any]], Any]
"""What becomes of a JSON object as soon as it has been read; inner ones come first."""


def parse(body: bytes | bytearray, reading: Reading | None = None) -> Any:
    """The JSON value of a reply; raises ``OxenProtocolError``."""
    try:
        return json.loads(body, object_hook=reading)
    except (ValueError, RecursionError) as error:
        raise OxenProtocolError("The reply is not JSON.") from error


def briefly(status: RemoteStatus, whole: Callable[[str, int | None], bool]) -> Reading:
    """A reading that keeps of most generations how far they are, and lets go of the rest at once.

    ``whole`` says by id and ``enqueued_at_s`` which are read as ever; see ``generations``.
    """

    def read(row: dict[str, Any]) -> Any:
        oxen_id = read_id(row.get("generation_id"))
        if oxen_id is None or whole(oxen_id, _seconds(row.get("enqueued_at"))):
            return row
        return RemoteGeneration(
            oxen_id=oxen_id,
            status=read_status(row.get("status")) or status,
            result_url=result_url(row),
            error_message=_error_message(row),
            parameters=_NOT_KEPT,
        )

    return read


def error_text(body: Any) -> str:
    """Oxen's own words: ``error.detail``, ``.message``, ``.title``, then ``status_message``."""
    if not isinstance(body, Mapping):
        return ""
    error = body.get("error")
    inner = error if isinstance(error, Mapping) else {}
    places = (
        inner.get("detail"),
        inner.get("message"),
        inner.get("title"),
        error,
        body.get("status_message"),
        body.get("error_message"),
        body.get("detail"),
        body.get("message"),
    )
    return next((text for place in places if (text := _text(place))), "")


def refusal(status_code: int, body: Any, *, retry_after_s: float | None = None) -> OxenError:
    """The error that a reply stands for which is not a success.

    Every 5xx, a 408 and the redirects 302 and 303 may follow a request that was carried out.
    """
    detail = error_text(body)
    if status_code >= 500 or status_code in _PERHAPS_CARRIED_OUT:  # noqa: PLR2004  HTTP's own number
        return OxenAmbiguousError(detail, status_code=status_code)
    if status_code in _SENT_ELSEWHERE:
        detail = "The address answers with a redirect; is the base URL right?"
    if "insufficient credits" in detail.lower():
        return OxenNoCreditsError(detail, status_code=status_code)
    if status_code == httpx.codes.TOO_MANY_REQUESTS:
        return OxenThrottledError(detail, retry_after_s=retry_after_s)
    word = body.get("status_message") if isinstance(body, Mapping) else None
    kind = _REFUSALS.get(status_code) or _REFUSALS_IN_WORDS.get(str(word)) or OxenRejectedError
    return kind(detail, status_code=status_code)


def is_error_body(body: Any) -> bool:
    """Whether a body says "error" although its HTTP status does not."""
    if not isinstance(body, Mapping) or body.get("generation_id"):
        return False
    return bool(body.get("error")) or body.get("status") == "error"


def enqueued(body: Any) -> RemoteGeneration:
    """The generation that an enqueue began.

    Raises the ``OxenRejectedError`` family when the reply says that nothing was begun, and
    ``OxenAmbiguousError`` when it does not say so but names no generation either.
    """
    rows = body.get("generations") if isinstance(body, Mapping) else None
    if isinstance(rows, list) and rows:
        if len(rows) > 1:
            log.warning("oxen_began_more_than_asked", count=len(rows))
        try:
            return generation(rows[0], status=RemoteStatus.QUEUED)
        except OxenProtocolError as error:
            raise OxenAmbiguousError(error.detail) from error
    if is_error_body(body) or rows == []:
        raise refusal(200, body)
    raise OxenAmbiguousError("The reply names no generation.")


def generations(body: Any, status: RemoteStatus) -> RemoteListing:
    """A list of generations that was asked for by status; rows without an id are left out."""
    rows = body.get("generations") if isinstance(body, Mapping) else body
    if not isinstance(rows, list):
        raise OxenProtocolError("The reply holds no list of generations.")
    count = body.get("count") if isinstance(body, Mapping) else None
    if isinstance(count, int) and count > len(rows):
        log.warning("oxen_list_incomplete", status=status, count=count, received=len(rows))
    found = []
    for row in rows:
        try:
            found.append(generation(row, status=status))
        except OxenProtocolError as error:
            log.warning("oxen_row_unreadable", status=status, reason=error.detail)
    is_complete = not isinstance(count, int) or count <= len(found)
    return RemoteListing(tuple(found), is_complete)


def generation(
    body: Any, *, oxen_id: str | None = None, status: RemoteStatus | None = None
) -> RemoteGeneration:
    """One generation; ``oxen_id`` and ``status`` stand in where the reply does not tell them.

    Raises ``OxenProtocolError`` when either is known from nowhere.
    """
    if isinstance(body, Mapping):
        inner = body.get("generation")
        body = inner if isinstance(inner, Mapping | RemoteGeneration) else body
    if isinstance(body, RemoteGeneration):
        return body
    if not isinstance(body, Mapping):
        raise OxenProtocolError("The reply is not a generation.")
    found_id = read_id(body.get("generation_id")) or oxen_id
    if found_id is None:
        raise OxenProtocolError("The generation has no id.")
    found_status = read_status(body.get("status")) or status
    if found_status is None:
        raise OxenProtocolError("The generation has no status that is known.")
    prompt = body.get("prompt")
    return RemoteGeneration(
        oxen_id=found_id,
        status=found_status,
        model=_text(body.get("model_name")) or _text(body.get("model")),
        prompt=prompt if isinstance(prompt, str) else None,
        result_url=result_url(body),
        error_message=_error_message(body),
        enqueued_at_s=_seconds(body.get("enqueued_at")),
        started_at_s=_seconds(body.get("started_at")),
        completed_at_s=_seconds(body.get("completed_at")),
        parameters=dict(body),
    )


def result_url(body: Mapping[str, Any]) -> str | None:
    """Where the result is: ``result_url``, ``videos[0].url``, ``video.url``, ``result.url``."""
    videos = body.get("videos")
    places = (
        body.get("result_url"),
        _url_in(videos[0]) if isinstance(videos, list) and videos else None,
        _url_in(body.get("video")),
        _url_in(body.get("result")),
    )
    return next((place for place in places if isinstance(place, str) and place), None)


def read_id(value: Any) -> str | None:
    """A generation's id, or ``None`` where there is none that could be one."""
    return value if isinstance(value, str) and _OXEN_ID.fullmatch(value) else None


def read_status(value: Any) -> RemoteStatus | None:
    """A status, also in other spellings; ``None`` where it is not known."""
    if not isinstance(value, str):
        return None
    spelling = value.strip().lower()
    try:
        return RemoteStatus(spelling)
    except ValueError:
        return _STATUS_SPELLINGS.get(spelling)


def _error_message(body: Mapping[str, Any]) -> str | None:
    return _text(body.get("error_message")) or _text(body.get("error")) or None


def _url_in(value: Any) -> Any:
    return value.get("url") if isinstance(value, Mapping) else None


def _seconds(value: Any) -> int | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return int(value) if is_number and abs(value) < 2**53 else None


def _text(value: Any) -> str:
    """A text that can be stored, shown and logged.

    Whole characters, no NUL, of bounded length, addresses without what may be a signature.
    """
    if isinstance(value, list):
        return "; ".join(text for item in value if (text := _text(item)))[:MAX_DETAIL_CHARACTERS]
    if isinstance(value, Mapping):
        return _text(value.get("msg") or value.get("message"))
    if not isinstance(value, str):
        return ""
    bounded = _QUERY.sub(r"\1?...", value[: 8 * MAX_DETAIL_CHARACTERS])[:MAX_DETAIL_CHARACTERS]
    return bounded.encode("utf-8", "replace").decode("utf-8").replace("\0", "").strip()
