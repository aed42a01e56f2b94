"""An httpx transport that raises what it is told to, before or after the real one did its work."""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from enum import StrEnum

import httpx

STAGES = ("enqueue", "get", "list", "cancel", "download", "events", "model", "upload")


class Moment(StrEnum):
    """When a call breaks."""

    BEFORE = "before"
    """Oxen never hears of it."""
    AFTER = "after"
    """Oxen has carried it out and answered; nothing of the answer arrives."""
    MIDWAY = "midway"
    """The answer begins and breaks off."""


def network_errors() -> frozenset[type[Exception]]:
    """Everything that httpx has for what the network or the other side did, without base classes.

    Its other exceptions tell of mistakes in the program: reading a stream twice, or cookies, of
    which the bot keeps none.
    """
    known = [kind for kind in vars(httpx).values() if inspect.isclass(kind)]
    found = [k for k in known if issubclass(k, httpx.HTTPError | httpx.InvalidURL)]
    return frozenset(k for k in found if not any(issubclass(o, k) and o is not k for o in found))


def stage_of(request: httpx.Request) -> str:
    """Which of ``STAGES`` a request is."""
    path, method = request.url.path, request.method
    if path == "/api/events":
        return "events"
    if path == "/api/ai/queue":
        return "enqueue" if method == "POST" else "list"
    if path.startswith("/api/ai/queue/"):
        return "cancel" if method == "DELETE" else "get"
    if path.startswith("/api/ai/models"):
        return "model"
    return "upload" if method == "PUT" else "download"


class Breaks:
    """Which calls break, and how."""

    def __init__(self) -> None:
        self._armed: dict[str, list[tuple[type[Exception], Moment]]] = defaultdict(list)
        self._always: dict[str, tuple[type[Exception], Moment]] = {}
        self._by_prompt: dict[str, tuple[type[Exception], Moment]] = {}

    def arm(self, stage: str, kinds: Iterable[type[Exception]], moment: Moment) -> None:
        """Let the next calls of this stage raise these, one after the other."""
        self._armed[stage] += [(kind, moment) for kind in kinds]

    def arm_by_prompt(self, kinds: Iterable[type[Exception]], moment: Moment) -> None:
        """Let the first POST whose prompt ends with an exception's name raise it."""
        self._by_prompt |= {f'for {kind.__name__}"': (kind, moment) for kind in kinds}

    def always(self, stage: str, kind: type[Exception], moment: Moment) -> None:
        """Let every call of this stage raise this."""
        self._always[stage] = (kind, moment)

    def relent(self) -> None:
        """All is well from now on."""
        self._armed.clear()
        self._always.clear()

    def left(self, stage: str) -> int:
        """How many of the armed ones have not been raised yet."""
        return len(self._armed[stage]) + (len(self._by_prompt) if stage == "enqueue" else 0)

    def strike(self, stage: str, body: str) -> tuple[type[Exception], Moment] | None:
        """What the next call raises, and when."""
        for mark in self._by_prompt:
            if mark in body:
                return self._by_prompt.pop(mark)
        if self._armed[stage]:
            return self._armed[stage].pop(0)
        return self._always.get(stage)

    def transport(self) -> httpx.AsyncBaseTransport:
        """A real transport with these breaks."""
        return _BreakingTransport(self)


class _BreakingTransport(httpx.AsyncHTTPTransport):
    def __init__(self, breaks: Breaks) -> None:
        # The sandbox speaks plain HTTP; reading certificates would only take time.
        super().__init__(verify=False, trust_env=False)
        self._breaks = breaks

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        stage = stage_of(request)
        body = request.content.decode() if stage == "enqueue" else ""
        broken = self._breaks.strike(stage, body)
        if broken is None:
            return await super().handle_async_request(request)
        kind, moment = broken
        if moment is Moment.BEFORE:
            raise _made(kind, request)
        response = await super().handle_async_request(request)
        if moment is Moment.AFTER:
            if stage != "events":
                await response.aread()
            await response.aclose()
            raise _made(kind, request)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=_BreakingStream(response.stream, _made(kind, request)),
            extensions=response.extensions,
        )


class _BreakingStream(httpx.AsyncByteStream):
    def __init__(self, real: httpx.AsyncByteStream, error: Exception) -> None:
        self._real = real
        self._error = error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._real:
            yield chunk[: len(chunk) // 2]
            break
        raise self._error

    async def aclose(self) -> None:
        await self._real.aclose()


def _made(kind: type[Exception], request: httpx.Request) -> Exception:
    if issubclass(kind, httpx.HTTPStatusError):
        return kind("as asked", request=request, response=httpx.Response(500, request=request))
    if issubclass(kind, httpx.RequestError):
        return kind("as asked", request=request)
    return kind("as asked")
