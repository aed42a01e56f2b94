"""Request bodies of Discord's API: JSON, or multipart with ``payload_json`` and files."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web


@dataclass(slots=True)
class Upload:
    """One file that came with a request."""

    name: str
    content_type: str
    data: bytes


@dataclass(slots=True)
class Body:
    """What a request asks for, with its files by number."""

    payload: dict[str, Any] = field(default_factory=dict)
    uploads: dict[int, Upload] = field(default_factory=dict)


async def read_body(request: web.Request) -> Body:
    """Read a body to its end."""
    if not request.content_type.startswith("multipart/"):
        raw = await request.read()
        return Body(json.loads(raw) if raw else {})
    body = Body()
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        data = bytes(await part.read())
        name = part.name or ""
        if name == "payload_json":
            body.payload = json.loads(data)
        elif name.startswith("files["):
            number = int(name.removeprefix("files[").removesuffix("]"))
            kind = part.headers.get("Content-Type", "application/octet-stream")
            body.uploads[number] = Upload(part.filename or "", kind, data)
    return body
