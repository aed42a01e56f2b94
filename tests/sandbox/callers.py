"""A sandbox, a caller with a key, and someone who listens."""

import asyncio
import io
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from bot.media.animatic import AnimaticRequest
from bot.models.video_model import DEFAULT_MODEL
from bot.sandbox.options import SandboxOptions
from bot.sandbox.server import Sandbox

VIDEO = b"not much of a video " * 5_000


def render_bytes(_: AnimaticRequest, path: Path) -> None:
    path.write_bytes(VIDEO)


class Listener:
    """One connection to the event stream."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self._chunks = answer.aiter_bytes()
        self._text = b""

    async def block(self) -> bytes:
        """Everything up to the next empty line."""
        async with asyncio.timeout(10):
            while b"\n\n" not in self._text:
                self._text += await anext(self._chunks)
        block, _, self._text = self._text.partition(b"\n\n")
        return block

    async def until_cut(self) -> bytes:
        """Whatever still comes before the connection breaks."""
        async with asyncio.timeout(10):
            with suppress(httpx.TransportError):
                async for chunk in self._chunks:
                    self._text += chunk
                pytest.fail("the stream ended in good order")
        return self._text


@dataclass
class Caller:
    """A client with a key in front of a sandbox of its own."""

    sandbox: Sandbox
    http: httpx.AsyncClient

    async def post(self, **parameters: Any) -> httpx.Response:
        return await self.http.post("/api/ai/queue", json={"model": DEFAULT_MODEL} | parameters)

    async def enqueue(self, **parameters: Any) -> str:
        answer = await self.post(**({"prompt": "a calm walk on the moon"} | parameters))
        assert answer.status_code == 200, answer.text
        return str(answer.json()["generations"][0]["generation_id"])

    async def finished(self, **parameters: Any) -> dict[str, Any]:
        """Enqueue, let it run to its end, and ask for it."""
        generation_id = await self.enqueue(**parameters)
        await self.sandbox.finish(generation_id)
        return await self.generation(generation_id)

    async def generation(self, generation_id: str) -> dict[str, Any]:
        return dict((await self.http.get(f"/api/ai/queue/{generation_id}")).json())

    async def listed(self, **filters: str) -> list[str]:
        answer = (await self.http.get("/api/ai/queue", params=filters)).json()
        assert answer["count"] == len(answer["generations"])
        return [row["generation_id"] for row in answer["generations"]]

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Listener]:
        opened = self.sandbox._streams.opened
        async with self.http.stream("GET", "/api/events") as answer:
            await self.sandbox.stream_opened(opened + 1)
            yield Listener(answer)


class Starter:
    """Starts sandboxes and ends them with the test."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack

    async def __call__(self, **options: Any) -> Caller:
        """A sandbox in which things finish only when the test says so, unless told otherwise."""
        quiet = {"render_seconds": None, "renderer": render_bytes, "foreign_events": False}
        sandbox = await self._stack.enter_async_context(
            Sandbox(SandboxOptions(**(quiet | options)))
        )
        http = httpx.AsyncClient(
            base_url=sandbox.base_url,
            headers={"Authorization": "Bearer key"},
            timeout=10,
            trust_env=False,
        )
        return Caller(sandbox, await self._stack.enter_async_context(http))


def draw(width: int = 400, height: int = 300, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(file, kind)
    return file.getvalue()


def render_for_ever(_: AnimaticRequest, path: Path) -> None:
    """Say so through the named pipe at ``path``, then never come back."""
    path.write_bytes(b"begun")
    threading.Event().wait()
