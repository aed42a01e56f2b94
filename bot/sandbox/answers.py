"""The bodies that Oxen answers with when something is wrong."""

from __future__ import annotations

from aiohttp import web


def unauthenticated() -> web.Response:
    """No key, or the wrong one."""
    body = {"status": "error", "status_message": "unauthenticated"}
    return web.json_response(body, status=401)


def not_found() -> web.Response:
    """There is no such generation or file."""
    body = {
        "error": {
            "type": "resource_not_found",
            "title": "The requested resource could not be found",
        },
        "status": "error",
        "status_message": "resource_not_found",
    }
    return web.json_response(body, status=404)


def model_not_found(name: object) -> web.Response:
    """There is no such model."""
    return web.json_response({"error": {"message": f"Model not found: {name}"}}, status=404)


def invalid_request(detail: str) -> web.Response:
    """The request breaks a rule that is checked at once."""
    body = {"error": {"type": "invalid_request", "detail": detail}}
    return web.json_response(body, status=400)


def unsupported_media_type() -> web.Response:
    """The model makes only text; says so with a status of success, as Oxen may."""
    return web.json_response({"generations": [], "error": {"detail": "unsupported_media_type"}})


def no_credits(text: str) -> web.Response:
    """The account is empty. Oxen documents the text; the status is the customary one."""
    return web.json_response({"error": {"detail": text}, "status": "error"}, status=402)


def too_many_requests(retry_after_seconds: float | None) -> web.Response:
    """Slow down; with ``Retry-After`` when a figure is given."""
    headers = {}
    if retry_after_seconds is not None:
        headers["Retry-After"] = f"{retry_after_seconds:g}"
    body = {"status": "error", "status_message": "too_many_requests"}
    return web.json_response(body, status=429, headers=headers)


def internal_error() -> web.Response:
    """Something broke on the other side."""
    body = {"status": "error", "status_message": "internal_server_error"}
    return web.json_response(body, status=500)


def link_not_good() -> web.Response:
    """A result link is forged or has expired."""
    body = {"error": {"title": "Request has expired"}, "status": "error"}
    return web.json_response(body, status=403)


def generation_failed(message: str) -> web.Response:
    """The synchronous endpoint could not make the video. Oxen does not document its status."""
    return web.json_response({"error": {"message": message}, "status": "error"}, status=422)
