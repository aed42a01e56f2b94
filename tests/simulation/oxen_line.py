"""The line to Oxen: the services' ports, with every way in which a call can go wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path
from typing import Any, TypeVar

from bot.errors import (
    DownloadError,
    OxenAmbiguousError,
    OxenError,
    OxenNotFoundError,
    OxenProtocolError,
    OxenRejectedError,
    OxenThrottledError,
    OxenUnreachableError,
)
from bot.models.remote import (
    GenerationFinished,
    RemoteGeneration,
    RemoteListing,
    RemoteStatus,
    StreamConnected,
    StreamEvent,
)
from bot.models.video_model import VideoModel
from bot.oxen.server_clock import ServerClock
from tests.simulation.library import Disk
from tests.simulation.life import Life
from tests.simulation.oxen_books import LINK_LIVES_S, OxenBooks

T = TypeVar("T")

_PATIENCE_S = 60.0
"""After which the client gives an answer up."""
_LATEST_ARRIVAL_S = 1_200.0
_PROMPT_S = 240.0
"""More than the longest download, less than the longest pause between sweeps."""
_NAME_OF_POST = "post-"


class OxenLine:
    """``OxenQueue``, ``OxenEvents`` and ``OxenModels`` of one life."""

    def __init__(
        self, books: OxenBooks, life: Life, disk: Disk, *, late: Callable[[str], None]
    ) -> None:
        self._books = books
        self._life = life
        self._disk = disk
        self._timeline = books.timeline
        self._late = late
        self._break: Callable[[], None] | None = None
        self._heard_s: dict[str, float] = {}
        self._answered_s: dict[str, float] = {}
        self._asked_s: dict[str, float] = {}
        self._server_clock = ServerClock(self._timeline.clock_ms, lambda: self._timeline.now_s)

    async def enqueue(self, payload: Mapping[str, Any]) -> RemoteGeneration:
        task = asyncio.current_task()
        row_id = int(task.get_name().removeprefix(_NAME_OF_POST)) if task else 0
        troubles, timeline = self._books.plan.troubles, self._timeline
        trouble = timeline.one_of(
            [
                ("unreachable", troubles.unreachable),
                ("throttled", troubles.throttled),
                ("rejected", troubles.rejected),
                ("server_error", troubles.server_error),
                ("lost_reply", troubles.lost_reply),
                ("garbled", troubles.garbled_reply),
                ("late", troubles.arrives_late),
            ]
        )
        there_s, back_s = timeline.mostly_short(5.0), timeline.mostly_short(5.0)
        instead: OxenError | None = None
        sent = trouble not in {"unreachable", "throttled", "rejected"}
        if trouble == "unreachable":
            instead = OxenUnreachableError()
        elif trouble == "throttled":
            wished_s = timeline.random.choice((None, 1.0, 90.0))
            instead = OxenThrottledError(retry_after_s=wished_s)
        elif trouble == "rejected":
            instead = OxenRejectedError("simulated", status_code=400)
        elif trouble == "server_error":
            instead, sent = OxenAmbiguousError(status_code=502), timeline.chance(0.5)
        elif trouble == "lost_reply":
            instead, sent, back_s = OxenAmbiguousError(), timeline.chance(0.5), _PATIENCE_S
        elif trouble == "garbled":
            instead = OxenProtocolError("simulated")
        elif trouble == "late":
            self._arrive_late(row_id, payload)
            instead, sent = OxenAmbiguousError(status_code=504), False
        sent_s = timeline.now_s
        self._books.posted_s[row_id].append(sent_s)
        told = await self._life.exchange(
            f"POST for generation {row_id}",
            lambda: self._books.take(row_id, payload, sent_s),
            there_s=there_s,
            back_s=back_s,
            instead=instead,
            sent=sent,
        )
        self._answered_s[told.oxen_id] = timeline.now_s
        self._expect_prompt(told.oxen_id)
        return told

    def _arrive_late(self, row_id: int, payload: Mapping[str, Any]) -> None:
        """Something on the way holds the request back and delivers it all the same."""
        books, sent_s = self._books, self._timeline.now_s
        books.on_the_way += 1

        def arrive() -> None:
            books.on_the_way -= 1
            books.take(row_id, payload, sent_s)

        self._timeline.after(self._timeline.mostly_short(_LATEST_ARRIVAL_S), arrive)

    async def get(self, oxen_id: str) -> RemoteGeneration:
        def look() -> RemoteGeneration:
            one = self._books.renderings.get(oxen_id)
            if one is None:
                raise OxenNotFoundError(status_code=404)
            return self._books.told(one, self._timeline.now_s)

        self._asked_s[oxen_id] = self._timeline.now_s
        return await self._asked(f"GET {oxen_id}", look)

    async def list(
        self, status: RemoteStatus, *, whole: Callable[[str, int | None], bool] | None = None
    ) -> RemoteListing:
        def look() -> RemoteListing:
            shown = [
                one
                if whole is None or whole(one.oxen_id, one.enqueued_at_s)
                else replace(one, model="", prompt=None, parameters={})
                for one in self._books.listed(status)
            ]
            if self._timeline.chance(self._books.plan.troubles.list_incomplete):
                return RemoteListing(tuple(shown[: len(shown) // 2]), is_complete=False)
            for one in shown:
                self._asked_s[one.oxen_id] = self._timeline.now_s
            return RemoteListing(tuple(shown), is_complete=True)

        return await self._asked(f"list {status}", look)

    def time_ms(self) -> int:
        return self._server_clock()

    def _hear_time(self) -> None:
        self._server_clock.told({"date": formatdate(self._timeline.true_s(), usegmt=True)})

    async def cancel(self, oxen_id: str) -> None:
        await self._asked(f"DELETE {oxen_id}", lambda: self._books.cancel(oxen_id))

    async def download(self, url: str, to: Path, *, max_bytes: int) -> int:
        timeline = self._timeline
        fails = timeline.chance(self._books.plan.troubles.download_fails)
        address, _, asked_at_s = url.partition("?")
        self._asked_s[address.rpartition("/")[2]] = timeline.now_s

        def fetch() -> int:
            if timeline.now_s - float(asked_at_s) > LINK_LIVES_S:
                raise DownloadError("the link has expired")
            return self._disk.fetched(to)

        return await self._life.exchange(
            f"download {url}",
            fetch,
            there_s=timeline.mostly_short(30.0),
            back_s=0.0,
            instead=DownloadError("cut off") if fails else None,
        )

    async def model(self, model_id: str) -> VideoModel:
        raise OxenUnreachableError

    async def models(self) -> Sequence[VideoModel]:
        raise OxenUnreachableError

    async def events(self) -> AsyncGenerator[StreamEvent, None]:
        books, timeline, troubles = self._books, self._timeline, self._books.plan.troubles
        while True:
            await asyncio.sleep(timeline.mostly_short(20.0))
            await self._life.step("before the stream opens")
            arrived: asyncio.Queue[GenerationFinished | None] = asyncio.Queue()

            def fired(
                event: GenerationFinished,
                arrived: asyncio.Queue[GenerationFinished | None] = arrived,
            ) -> None:
                times = 0 if timeline.chance(troubles.event_lost) else 1
                times += timeline.chance(troubles.event_twice)
                for _ in range(times):
                    delay_s = timeline.mostly_short(10.0)
                    timeline.after(delay_s, lambda: arrived.put_nowait(event))

            def broke(
                arrived: asyncio.Queue[GenerationFinished | None] = arrived,
            ) -> None:
                arrived.put_nowait(None)

            books.listeners[:] = [fired]
            self._break = broke
            self._hear_time()
            yield StreamConnected()
            if timeline.chance(troubles.event_twice):
                yield GenerationFinished("somebody-else", RemoteStatus.SUCCEEDED)
            while (event := await arrived.get()) is not None:
                await self._life.step(f"event for {event.oxen_id}")
                timeline.note("events", f"{event.oxen_id} {event.status}")
                self._heard_s.setdefault(event.oxen_id, timeline.now_s)
                self._expect_prompt(event.oxen_id)
                yield event
                if timeline.chance(troubles.stream_breaks):
                    break
            self._break = None
            books.listeners.clear()

    def break_stream(self) -> None:
        """Cut the stream, if it is open."""
        if self._break is not None:
            self._break()

    def _expect_prompt(self, oxen_id: str) -> None:
        """Events wake: what was both named and heard of in one life is soon asked for."""
        if oxen_id not in self._heard_s or oxen_id not in self._answered_s:
            return
        known_s = self._timeline.now_s

        def check() -> None:
            if self._life.alive and self._asked_s.get(oxen_id, 0.0) < known_s:
                self._late(oxen_id)

        self._timeline.after(_PROMPT_S, check)

    async def _asked(self, what: str, look: Callable[[], T]) -> T:
        timeline, troubles = self._timeline, self._books.plan.troubles
        instead: OxenError | None = None
        sent = True
        if timeline.chance(troubles.get_fails):
            instead = timeline.random.choice((OxenUnreachableError(), OxenAmbiguousError()))
            sent = isinstance(instead, OxenAmbiguousError) and timeline.chance(0.5)
        told = await self._life.exchange(
            what,
            look,
            there_s=timeline.mostly_short(2.0),
            back_s=timeline.mostly_short(2.0),
            instead=instead,
            sent=sent,
        )
        self._hear_time()
        return told
