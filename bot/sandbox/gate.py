"""What every call passes: the books, the faults that concern any call, and the key."""

from __future__ import annotations

import hmac

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.sandbox import answers
from bot.sandbox.books import Books, SeenRequest
from bot.sandbox.changes import Changes
from bot.sandbox.connections import reset
from bot.sandbox.faults import Faults

# Whoever holds a link may fetch a result; files of a public repository are for everyone.
_OPEN_ROUTES = frozenset({"result", "file", "storage"})


class ConnectionReset(Exception):  # noqa: N818  not an error of the program: a fault on demand
    """Raised by a handler that wants its connection reset instead of an answer."""


def gate(*, api_key: str | None, faults: Faults, books: Books, changes: Changes) -> Middleware:
    """The middleware in front of all routes."""

    @web.middleware
    async def pass_gate(request: web.Request, handler: Handler) -> web.StreamResponse:
        # The routes of models have names of their own, as aiohttp demands, and count as one.
        route = (request.match_info.route.name or "").partition("-")[0]
        status = 0
        try:
            answer = _struck(faults, route)
            if answer is None and not _may_enter(request, route, api_key):
                answer = answers.unauthenticated()
            response = answer or await handler(request)
            status = response.status
        except ConnectionReset:
            reset(request)
            return web.Response()
        except web.HTTPException as error:
            status = error.status
            raise
        else:
            return response
        finally:
            _note(books, request, route, status)
            changes.notify()

    return pass_gate


def _struck(faults: Faults, route: str) -> web.Response | None:
    if not route:
        return None
    if faults.strike("reset-before", route):
        raise ConnectionReset
    if faults.strike("error-500", route):
        return answers.internal_error()
    if fault := faults.strike("429", route):
        return answers.too_many_requests(fault.number(0) if fault.detail else None)
    if faults.strike("unauthorised", route):
        return answers.unauthenticated()
    return None


def _may_enter(request: web.Request, route: str, api_key: str | None) -> bool:
    if route in _OPEN_ROUTES:
        return True
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not key:
        return False
    return api_key is None or hmac.compare_digest(_bytes(key), _bytes(api_key))


def _bytes(key: str) -> bytes:
    return key.encode(errors="surrogateescape")


def _note(books: Books, request: web.Request, route: str, status: int) -> None:
    books.requests.append(
        SeenRequest(
            method=request.method,
            path=request.path,
            query=dict(request.query),
            route=route,
            carried_key="Authorization" in request.headers,
            status=status,
        )
    )
