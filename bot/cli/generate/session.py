"""One video, from the order to the file."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from bot.cli.display import Display
from bot.cli.failing import CommandError, one_line
from bot.cli.generate import saving
from bot.cli.generate.attempt import Attempt, CalledOff
from bot.cli.generate.order import Mode, Order
from bot.cli.generate.watching import listening, until_finished
from bot.errors import OxenAmbiguousError, OxenNotFoundError
from bot.models.remote import RemoteGeneration, RemoteStatus
from bot.models.video import VideoFacts
from bot.oxen.client import OxenClient
from bot.oxen.events import EventStream


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds."""

    poll_s: float
    """Between two questions; Oxen advises 10 to 30."""
    stream_s: float = 20.0
    """For the event stream to open."""
    look_for_s: float = 60.0
    """For a generation to show in Oxen's list after a lost answer."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A video that is there."""

    out: Path
    facts: VideoFacts
    oxen_id: str | None
    """``None`` in ``sync`` mode, where Oxen does not tell it."""


class GenerateSession:
    """Makes one video; keeps what has to be known to call it off."""

    def __init__(
        self,
        order: Order,
        oxen: OxenClient,
        stream: EventStream,
        *,
        display: Display,
        patience: Patience,
    ) -> None:
        self._order = order
        self._oxen = oxen
        self._stream = stream
        self._display = display
        self._patience = patience
        self._attempt = Attempt(
            oxen,
            order.payload,
            display=display,
            look_every_s=min(patience.poll_s, 10.0),
            look_for_s=patience.look_for_s,
        )

    @property
    def oxen_id(self) -> str | None:
        """Oxen's id of the generation, once it is known."""
        return self._attempt.oxen_id

    async def make(self) -> Finished:
        """Send, wait, fetch; raises ``CommandError`` or ``OxenError``."""
        async with saving.in_progress(self._order.out) as part:
            if self._order.mode is Mode.SYNC:
                facts = await self._synchronously(part)
            else:
                facts = await self._through_the_queue(part)
            out = await asyncio.to_thread(
                saving.put_in_place, part, self._order.out, force=self._order.force
            )
        return Finished(out, facts, self._attempt.oxen_id)

    async def call_off(self) -> CalledOff:
        """Have Oxen cancel what was begun."""
        if self._order.mode is Mode.SYNC:
            # Nothing names it, and one that looks the same may be somebody else's.
            return CalledOff.UNNAMED
        return await self._attempt.call_off()

    async def _through_the_queue(self, part: Path) -> VideoFacts:
        wake = asyncio.Event()
        async with AsyncExitStack() as stack:
            if self._order.mode is Mode.EVENTS:
                self._display.state("Connecting to Oxen's events")
                await stack.enter_async_context(
                    listening(self._stream, wake, self._display, patience_s=self._patience.stream_s)
                )
            self._display.state("Sending")
            sent = await self._attempt.send()
            try:
                remote = await until_finished(
                    sent.oxen_id, self._oxen, wake, self._display, interval_s=self._patience.poll_s
                )
            except OxenNotFoundError as error:
                raise CommandError(
                    f"Oxen does not know generation {sent.oxen_id} any more; ask Oxen what became "
                    "of it before you try again."
                ) from error
        _check_succeeded(remote)
        return await saving.download(
            self._oxen, _FreshLink(self._oxen, remote), part, self._display
        )

    async def _synchronously(self, part: Path) -> VideoFacts:
        self._display.state("Rendering; the answer comes with the video")
        self._attempt.begins_now()
        try:
            video = await self._oxen.generate_synchronously(self._order.payload)
        except OxenAmbiguousError as error:
            raise CommandError(
                "The connection was lost before the video came, and this mode has no second look: "
                "it may have been made and charged. Look at your generations at Oxen before you "
                f"try again; --mode events would have found it. ({one_line(str(error))})"
            ) from error
        if video.content is not None:
            return await saving.write(video.content, part)
        url = video.url or ""

        async def link() -> str:
            return url

        return await saving.download(self._oxen, link, part, self._display)


class _FreshLink:
    """The result's link: the one at hand first, a fresh one for each time after that."""

    def __init__(self, oxen: OxenClient, remote: RemoteGeneration) -> None:
        self._oxen = oxen
        self._oxen_id = remote.oxen_id
        self._at_hand = remote.result_url

    async def __call__(self) -> str:
        url, self._at_hand = self._at_hand, None
        if url is None:
            url = (await self._oxen.get(self._oxen_id)).result_url
        if url is None:
            raise CommandError(f"Oxen says that {self._oxen_id} is ready, but gives no link to it.")
        return url


def _check_succeeded(remote: RemoteGeneration) -> None:
    if remote.status is RemoteStatus.FAILED:
        reason = one_line(remote.error_message or "it gave no reason")
        raise CommandError(f'Oxen could not make this one. It said: "{reason}"')
    if remote.status is RemoteStatus.CANCELLED:
        raise CommandError(f"Generation {remote.oxen_id} was cancelled at Oxen by somebody else.")
