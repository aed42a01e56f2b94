"""Files committed to repositories: uploaded once, served to everyone on the same path."""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
from pathlib import Path

from aiohttp import web

from bot.sandbox import answers


class RepositoryRoutes:
    """``/api/repos/{namespace}/{repo}/file/{branch}/{path}``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add_to(self, app: web.Application) -> None:
        """Register the routes."""
        path = "/api/repos/{namespace}/{repo}/file/{branch}/{path:.+}"
        app.router.add_put(path, self._upload, name="upload")
        app.router.add_get(path, self._serve, name="file")

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        if request.content_type != "multipart/form-data":
            return answers.invalid_request("the body must be multipart/form-data")
        form = await request.post()
        upload = form.get("file")
        if not isinstance(upload, web.FileField):
            return answers.invalid_request("the field 'file' is missing")
        content = await asyncio.to_thread(upload.file.read)
        upload.file.close()
        await asyncio.to_thread(_store, self._kept_at(request), content)
        commit = {
            "id": hashlib.sha256(content).hexdigest()[:32],
            "message": str(form.get("message", "")),
        }
        return web.json_response(
            {"status": "success", "status_message": "resource_created", "commit": commit}
        )

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        kept_at = self._kept_at(request)
        if not await asyncio.to_thread(kept_at.exists):
            return answers.not_found()
        media_type, _ = mimetypes.guess_type(request.match_info["path"])
        headers = {"Content-Type": media_type or "application/octet-stream"}
        return web.FileResponse(kept_at, headers=headers)

    def _kept_at(self, request: web.Request) -> Path:
        # Under a digest, so that no path a client thinks up can lead out of the folder.
        return self._folder / hashlib.sha256(request.path.encode()).hexdigest()


def _store(path: Path, content: bytes) -> None:
    temporary = path.with_suffix(".new")
    temporary.write_bytes(content)
    temporary.replace(path)
