"""The POST that begins a generation, and what can be known of it when its answer is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from enum import Enum
from typing import Any

from bot.cli.display import Display
from bot.cli.failing import CommandError
from bot.errors import OxenAmbiguousError, OxenError, OxenProtocolError, OxenThrottledError
from bot.generations.ports import OxenQueue
from bot.models.remote import RemoteGeneration, RemoteStatus
from bot.oxen.fingerprint import fingerprint, matches

_CLOCK_SKEW_S = 5
"""How much earlier than the attempt Oxen may say that it was enqueued, clocks that differ aside."""
_DEFAULT_RETRY_AFTER_S = 10.0
_LAST_WORD_S = 10.0
"""How long an interrupted command waits for the answer to a POST that is under way."""


class CalledOff(Enum):
    """What became of a generation that nobody waits for any more."""

    NOT_SENT = "Nothing had been sent to Oxen."
    CANCELLED = "Oxen was asked to cancel the generation."
    UNKNOWN = (
        "Oxen's list does not show the request; should it turn up, it will finish and may be "
        "charged."
    )
    UNNAMED = (
        "This mode gives the generation no name to cancel it by; it may finish and be charged."
    )
    NOT_ANSWERED = "Oxen did not answer the request to cancel; the generation may be charged."


class Attempt:
    """One request to Oxen, from before the POST until its outcome is known."""

    def __init__(
        self,
        queue: OxenQueue,
        payload: Mapping[str, Any],
        *,
        display: Display,
        look_every_s: float,
        look_for_s: float,
    ) -> None:
        self._queue = queue
        self._payload = payload
        self._display = display
        self._look_every_s = look_every_s
        self._look_for_s = look_for_s
        self._begun_at_ms: int | None = None
        self._post: asyncio.Task[RemoteGeneration] | None = None
        self.oxen_id: str | None = None

    def begins_now(self) -> None:
        """Note the time: whatever Oxen enqueues from now on may be this request."""
        self._begun_at_ms = self._queue.time_ms()

    async def send(self) -> RemoteGeneration:
        """POST once; after a lost answer, find the generation instead of sending again.

        Raises ``OxenError`` where Oxen said no, ``CommandError`` where the outcome stays unknown.
        """
        while True:
            self.begins_now()
            # In a task of its own: an interruption must not tear the POST, whose answer names what
            # is to be cancelled.
            self._post = asyncio.create_task(self._queue.enqueue(self._payload), name="post")
            try:
                remote = await asyncio.shield(self._post)
            except OxenThrottledError as error:
                wait_s = error.retry_after_s or _DEFAULT_RETRY_AFTER_S
                self._begun_at_ms = None
                self._display.note(f"Oxen asks to wait {wait_s:g} s; nothing was sent yet.")
                await asyncio.sleep(wait_s)
            except (OxenAmbiguousError, OxenProtocolError):
                return await self._found_again()
            except OxenError:
                self._begun_at_ms = None
                raise
            else:
                self.oxen_id = remote.oxen_id
                self._display.note(f"Oxen accepted it as {remote.oxen_id}.")
                return remote

    async def call_off(self) -> CalledOff:
        """Ask Oxen to cancel what was sent, having found out what it is."""
        if self._begun_at_ms is None:
            return CalledOff.NOT_SENT
        if self.oxen_id is None and self._post is not None:
            with suppress(OxenError, TimeoutError, asyncio.CancelledError):
                async with asyncio.timeout(_LAST_WORD_S):
                    self.oxen_id = (await self._post).oxen_id
        try:
            if self.oxen_id is None:
                alike = await self._alike()
                if len(alike) != 1:
                    return CalledOff.UNKNOWN
                self.oxen_id = alike[0].oxen_id
            await self._queue.cancel(self.oxen_id)
        except OxenError:
            return CalledOff.NOT_ANSWERED
        return CalledOff.CANCELLED

    async def find(self) -> RemoteGeneration | None:
        """Look once through all statuses for a generation that is this request."""
        return next(iter(await self._alike()), None)

    async def _alike(self) -> list[RemoteGeneration]:
        """All generations that could be this request; one of them may be somebody else's."""
        found = []
        asked = fingerprint(self._payload)
        begun_s = (self._begun_at_ms or 0) // 1000
        for status in RemoteStatus:
            for remote in (await self._queue.list(status)).generations:
                is_late_enough = (
                    remote.enqueued_at_s is None or remote.enqueued_at_s >= begun_s - _CLOCK_SKEW_S
                )
                if is_late_enough and matches(asked, remote):
                    found.append(remote)
        return found

    async def _found_again(self) -> RemoteGeneration:
        self._display.note(
            "The answer to the request was lost: Oxen may or may not have it. "
            "Looking through its list; nothing is sent again."
        )
        with suppress(TimeoutError):
            async with asyncio.timeout(self._look_for_s):
                while True:
                    with suppress(OxenError):
                        if found := await self.find():
                            self.oxen_id = found.oxen_id
                            self._display.note(f"Found: Oxen has it as {found.oxen_id}.")
                            return found
                    await asyncio.sleep(self._look_every_s)
        raise CommandError(
            f"The answer to the request was lost, and Oxen's list did not show it for "
            f"{self._look_for_s:g} s. Look at your generations at Oxen before you try again: it "
            "may still turn up and be charged."
        )
