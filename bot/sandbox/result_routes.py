"""Results over HTTP: behind presigned links, as well or badly as the faults allow."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from bot.sandbox import answers
from bot.sandbox.faults import Faults
from bot.sandbox.gate import ConnectionReset
from bot.sandbox.records import QueuedGeneration
from bot.sandbox.results import Links

_NOT_A_VIDEO = b"<html><body>Service temporarily unavailable</body></html>" * 40
_MIB = 1024 * 1024
_SLOW_PIECES = 50
_MEDIA_TYPES = {".mp4": "video/mp4", ".png": "image/png"}


class ResultRoutes:
    """Serves results at Oxen's own origin, or sends callers on to the storage behind it."""

    def __init__(
        self,
        links: Links,
        *,
        path_of: Callable[[QueuedGeneration], Path],
        results: Path,
        origin: Callable[[], str],
        storage_origin: Callable[[], str],
        faults: Faults,
        redirect: bool,
    ) -> None:
        """``origin`` and ``storage_origin`` tell the two base URLs once the servers listen."""
        self._links = links
        self._path_of = path_of
        self._results = results
        self._origin = origin
        self._storage_origin = storage_origin
        self._faults = faults
        self._redirect = redirect

    def add_to(self, app: web.Application) -> None:
        """Register the routes of Oxen's own origin."""
        app.router.add_get("/api/repos/{namespace}/results/{file}", self._result, name="result")

    def add_storage_to(self, app: web.Application) -> None:
        """Register the routes of the storage behind it."""
        app.router.add_get("/bucket/{file}", self._storage, name="storage")

    def link(self, generation: QueuedGeneration) -> str:
        """A fresh link to the result of a generation."""
        file = self._path_of(generation).name
        namespace = quote(generation.namespace, safe="")
        query = self._links.sign(f"result/{file}")
        return f"{self._origin()}/api/repos/{namespace}/results/{file}?{query}"

    async def _result(self, request: web.Request) -> web.StreamResponse:
        if not self._is_good(request, "result") or self._faults.strike("expired-link"):
            return answers.link_not_good()
        if self._redirect or self._faults.strike("redirect-result"):
            file = request.match_info["file"]
            query = self._links.sign(f"storage/{file}")
            location = f"{self._storage_origin()}/bucket/{file}?{query}"
            return web.Response(status=302, headers={"Location": location})
        return await self._send(request)

    async def _storage(self, request: web.Request) -> web.StreamResponse:
        if not self._is_good(request, "storage"):
            return answers.link_not_good()
        return await self._send(request)

    def _is_good(self, request: web.Request, place: str) -> bool:
        query = request.query
        expires = query.get("expires", "")
        return expires.isdecimal() and self._links.is_good(
            f"{place}/{request.match_info['file']}",
            expires=expires,
            serial=query.get("serial", ""),
            signature=query.get("signature", ""),
        )

    async def _send(self, request: web.Request) -> web.StreamResponse:
        # The name was signed, so it is one that the sandbox itself wrote.
        path = self._results / request.match_info["file"]
        media_type = _MEDIA_TYPES[path.suffix]
        if not await asyncio.to_thread(path.exists):
            return answers.not_found()
        if self._faults.strike("corrupt-result"):
            return web.Response(body=_NOT_A_VIDEO, content_type=media_type)
        if self._faults.strike("broken-download"):
            return await _send_half(request, await asyncio.to_thread(path.read_bytes), media_type)
        if huge := self._faults.strike("huge-result"):
            content = await asyncio.to_thread(path.read_bytes)
            return await _send_padded(request, content, media_type, int(huge.number(1024) * _MIB))
        if slow := self._faults.strike("slow-download"):
            content = await asyncio.to_thread(path.read_bytes)
            return await _send_slowly(request, content, media_type, slow.number(10))
        return web.FileResponse(path, headers={"Content-Type": media_type})


async def _begin(request: web.Request, media_type: str, size_bytes: int) -> web.StreamResponse:
    response = web.StreamResponse(
        headers={"Content-Type": media_type, "Content-Length": str(size_bytes)}
    )
    await response.prepare(request)
    return response


async def _send_half(request: web.Request, content: bytes, media_type: str) -> web.StreamResponse:
    response = await _begin(request, media_type, len(content))
    await response.write(content[: len(content) // 2])
    raise ConnectionReset


async def _send_padded(
    request: web.Request, content: bytes, media_type: str, size_bytes: int
) -> web.StreamResponse:
    """Send the video, then zeros until the size is reached."""
    left = max(size_bytes, len(content)) - len(content)
    response = await _begin(request, media_type, len(content) + left)
    await response.write(content)
    zeros = bytes(_MIB)
    while left:
        piece = zeros[: min(left, _MIB)]
        await response.write(piece)
        left -= len(piece)
    return response


async def _send_slowly(
    request: web.Request, content: bytes, media_type: str, seconds: float
) -> web.StreamResponse:
    response = await _begin(request, media_type, len(content))
    step = max(1, len(content) // _SLOW_PIECES)
    for start in range(0, len(content), step):
        await response.write(content[start : start + step])
        await asyncio.sleep(seconds / _SLOW_PIECES)
    return response
