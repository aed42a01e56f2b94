"""Oxen's queue, models and files, as the services see them."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.errors import OxenAmbiguousError, OxenProtocolError
from bot.models.clock import Clock
from bot.models.remote import RemoteGeneration, RemoteListing, RemoteStatus
from bot.models.video_model import VideoModel
from bot.oxen import catalogue, replies
from bot.oxen.calls import OxenCalls, RetryPolicy
from bot.oxen.downloads import DownloadPolicy, Downloads
from bot.oxen.host import OxenHost, path_of
from bot.oxen.server_clock import ServerClock
from bot.oxen.transport import OxenTransports

MAX_SYNCHRONOUS_REPLY_BYTES = 512 * 1024 * 1024
"""A video may come as base64 inside the reply, a third larger than the file."""


@dataclass(frozen=True, slots=True)
class SynchronousVideo:
    """What the synchronous endpoint answered: an address or the file itself."""

    model: str
    url: str | None = field(repr=False)
    """Presigned and short-lived: never logged."""
    content: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class RepositoryPlace:
    """Where in Oxen's repositories files are committed."""

    namespace: str
    repository: str
    branch: str = "main"


@dataclass(frozen=True, slots=True)
class Committer:
    """In whose name a file is committed."""

    name: str
    email: str


class OxenClient:
    """Speaks to one Oxen with one key. Raises the ``OxenError`` family and nothing else.

    Reading and cancelling are repeated a few times; whatever begins or commits something is sent
    exactly once. ``server_clock`` is shared with the event stream, which hears of the time first.
    """

    def __init__(
        self,
        transports: OxenTransports,
        host: OxenHost,
        *,
        clock: Clock,
        server_clock: ServerClock | None = None,
        retry: RetryPolicy | None = None,
        download_policy: DownloadPolicy | None = None,
    ) -> None:
        self._timeouts = transports.timeouts
        self._host = host
        self._server_clock = server_clock or ServerClock(clock)
        self._calls = OxenCalls(
            transports.api,
            host,
            clock=clock,
            server_clock=self._server_clock,
            retry=retry or RetryPolicy(),
        )
        self._downloads = Downloads(
            transports.downloads, host, policy=download_policy or DownloadPolicy()
        )

    async def enqueue(self, payload: Mapping[str, Any]) -> RemoteGeneration:
        """Enqueue exactly one generation, in exactly one POST.

        Raises ``OxenUnreachableError`` when it provably never left; ``OxenThrottledError`` and the
        ``OxenRejectedError`` family when Oxen said no; ``OxenAmbiguousError`` in every other case,
        an unreadable success among them.
        """
        try:
            body = await self._calls.once(
                "POST", "/api/ai/queue", payload={**payload, "num_generations": 1}
            )
        except OxenProtocolError as error:
            raise OxenAmbiguousError(error.detail, status_code=error.status_code) from error
        begun = replies.enqueued(body)
        prompt = payload.get("prompt")
        return replace(
            begun,
            model=begun.model or str(payload.get("model", "")),
            prompt=begun.prompt or (prompt if isinstance(prompt, str) else None),
        )

    async def get(self, oxen_id: str) -> RemoteGeneration:
        """One generation, with a fresh result link; raises ``OxenNotFoundError``."""
        body = await self._read(path_of("api", "ai", "queue", oxen_id))
        return replies.generation(body, oxen_id=oxen_id)

    async def list(
        self, status: RemoteStatus, *, whole: Callable[[str, int | None], bool] | None = None
    ) -> RemoteListing:
        """All generations with this status, of any model.

        ``whole`` says by id and ``enqueued_at_s``, from any thread, of which more is kept than how
        far they are; without it all of all.
        """
        body = await self._read(
            "/api/ai/queue",
            params={"status": status.value},
            reading=replies.briefly(status, whole) if whole else None,
        )
        return replies.generations(body, status)

    def time_ms(self) -> int:
        """The time at Oxen; see ``bot.oxen.server_clock``."""
        return self._server_clock()

    async def cancel(self, oxen_id: str) -> None:
        """Ask Oxen to cancel; changes nothing for a finished one. Raises ``OxenNotFoundError``."""
        body = await self._calls.repeatedly("DELETE", path_of("api", "ai", "queue", oxen_id))
        if replies.is_error_body(body):
            raise replies.refusal(200, body)

    async def download(self, url: str, to: Path, *, max_bytes: int) -> int:
        """Stream a result into the file ``to``; see ``bot.oxen.downloads``."""
        return await self._downloads.fetch(url, to, max_bytes=max_bytes)

    async def model(self, model_id: str) -> VideoModel:
        """One model; raises ``OxenNotFoundError``."""
        return catalogue.video_model(await self._read(path_of("api", "ai", "models", model_id)))

    async def models(self) -> tuple[VideoModel, ...]:
        """All models that make videos."""
        return catalogue.video_models(await self._read("/api/ai/models"))

    async def search_models(self, text: str) -> tuple[VideoModel, ...]:
        """Models that make videos and match a text."""
        body = await self._read("/api/ai/models/search", params={"search": text})
        return catalogue.video_models(body)

    async def generate_synchronously(self, payload: Mapping[str, Any]) -> SynchronousVideo:
        """Make one video in a single call of 1 to 15 minutes; raises what ``enqueue`` raises."""
        try:
            body = await self._calls.once(
                "POST",
                "/api/ai/videos/generate",
                payload=payload,
                timeout=self._timeouts.reading(self._timeouts.synchronous_s),
                max_bytes=MAX_SYNCHRONOUS_REPLY_BYTES,
            )
            return await asyncio.to_thread(_synchronous_video, body)
        except OxenProtocolError as error:
            raise OxenAmbiguousError(error.detail, status_code=error.status_code) from error

    async def upload(
        self,
        content: bytes,
        *,
        media_type: str,
        place: RepositoryPlace,
        path: str,
        message: str,
        committer: Committer,
    ) -> str:
        """Commit a file to a repository; the address under which it is served.

        ``path`` is relative, with slashes. Sent once: a repeat might make a second commit.
        """
        segments = [part for part in path.split("/") if part]
        if not segments or any(part in {".", ".."} for part in segments):
            raise ValueError(f"not a path inside a repository: {path!r}")
        target = path_of(
            "api", "repos", place.namespace, place.repository, "file", place.branch, *segments
        )
        body = await self._calls.once(
            "PUT",
            target,
            data={"message": message, "name": committer.name, "email": committer.email},
            files={"file": (segments[-1], content, media_type)},
        )
        if replies.is_error_body(body):
            raise replies.refusal(200, body)
        return str(self._host.url(target))

    async def _read(self, path: str, **content: Any) -> Any:
        body = await self._calls.repeatedly("GET", path, **content)
        if replies.is_error_body(body):
            raise replies.refusal(200, body)
        return body


def _synchronous_video(body: Any) -> SynchronousVideo:
    if not isinstance(body, Mapping):
        raise OxenProtocolError("The reply is not a video.")
    if replies.is_error_body(body):
        raise replies.refusal(200, body)
    videos = body.get("videos")
    first = videos[0] if isinstance(videos, list) and videos else None
    encoded = first.get("b64_json") if isinstance(first, Mapping) else None
    url = replies.result_url(body)
    content = None
    if url is None and isinstance(encoded, str) and encoded:
        try:
            content = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError) as error:
            raise OxenProtocolError("The video is not base64.") from error
    if url is None and content is None:
        raise OxenProtocolError("The reply holds no video.")
    model = body.get("model")
    return SynchronousVideo(model=model if isinstance(model, str) else "", url=url, content=content)
