"""Sends reserved generations to Oxen: in a fair order, as many at a time as configured."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.errors import (
    MediaError,
    OxenAmbiguousError,
    OxenAuthenticationError,
    OxenError,
    OxenNoCreditsError,
    OxenRejectedError,
    OxenThrottledError,
    OxenUnreachableError,
    StaleStateError,
)
from bot.generations.addresses import PayloadBuilder
from bot.generations.gate import OxenGate
from bot.generations.growing_pauses import GrowingPauses
from bot.generations.ports import GenerationStore, OxenQueue, WireFormat
from bot.models.clock import Clock
from bot.models.generation import Failure, FailureKind, Generation, Turn

_log = structlog.get_logger(__name__)

_PAYLOADS_AT_ONCE = 4
"""Each may hold 50 MB of pictures as base64."""
_LOOK_AGAIN_S = 30.0
"""Events wake the submitter; this is the guarantee should one be missed."""
_FIRST_REST_S = 2.0
_LONGEST_REST_S = 300.0
_MOST_PREPARATIONS = 10
"""A quarter of an hour: then what cannot be put together is told to whoever asked for it."""
_PREPARATION_S = 30.0
"""The others in front wait for as long. A commit of a picture goes on meanwhile, for the next."""


@dataclass(frozen=True, slots=True)
class SubmitterSignals:
    """Whom the submitter tells."""

    changed: Callable[[Generation], None]
    """A generation has a new state."""
    accepted: Callable[[Generation], None]
    """Oxen has given a generation its name."""
    ambiguous: Callable[[], None]
    """A POST may or may not have been carried out: the sweep should look for it."""


class Submitter:
    """Turns ``reserved`` into ``rendering``, with the intent on record before each POST."""

    def __init__(
        self,
        store: GenerationStore,
        queue: OxenQueue,
        payloads: PayloadBuilder,
        wire: WireFormat,
        *,
        gate: OxenGate,
        stream_open: Callable[[], Awaitable[None]],
        signals: SubmitterSignals,
        clock: Clock,
        max_in_flight: int,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._queue = queue
        self._payloads = payloads
        self._wire = wire
        self._gate = gate
        self._stream_open = stream_open
        self._signals = signals
        self._clock = clock
        self._max_in_flight = max_in_flight
        self._wake = asyncio.Event()
        self._beginning: set[int] = set()
        self._posts: dict[int, asyncio.Task[None]] = {}
        self._heavy: set[int] = set()
        """Those of the POSTs that hold pictures."""
        self._has_more = False
        self._aside = GrowingPauses(
            first_s=_FIRST_REST_S, longest_s=_LONGEST_REST_S, monotonic=monotonic
        )
        """Those that could not be put together, while others go first."""

    def wake(self) -> None:
        """Something is waiting, or a place at Oxen has become free."""
        self._wake.set()

    def has_more(self) -> bool:
        """Whether more may be waiting for a POST than the last look at the line took up."""
        return self._has_more

    def is_posting(self, generation_id: int) -> bool:
        """Whether a POST for this generation is under way, or about to be, in this process."""
        return generation_id in self._posts or generation_id in self._beginning

    async def run(self) -> None:
        """Submit for ever."""
        while True:
            self._wake.clear()
            await self._gate.passage()
            await self._stream_open()
            await self._submit_what_fits()
            try:
                async with asyncio.timeout(self._gate.remaining_s() or self._rest_s()):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def _rest_s(self) -> float:
        soonest_s = self._aside.soonest_s()
        return _LOOK_AGAIN_S if soonest_s is None else min(_LOOK_AGAIN_S, soonest_s)

    async def finish(self) -> None:
        """Let the POSTs under way end, so that their answers are not lost."""
        await asyncio.gather(*self._posts.values(), return_exceptions=True)

    async def _submit_what_fits(self) -> None:
        next_turns = await self._store.next_turns(
            _PAYLOADS_AT_ONCE,
            most_at_oxen=self._max_in_flight,
            passed_over=sorted(self._aside.paused()),
        )
        self._has_more = len(next_turns) == _PAYLOADS_AT_ONCE
        turns = self._in_hand(next_turns)
        prepared = await asyncio.gather(*(self._prepare(turn) for turn in turns))
        for turn, ready in zip(turns, prepared, strict=True):
            # A POST of a moment ago may have closed the gate since this one was let through.
            if ready is not None and not self._gate.remaining_s():
                await self._begin(turn, *ready)
        if self._has_more and any(prepared):
            self.wake()

    def _in_hand(self, turns: Sequence[Turn]) -> list[Turn]:
        """Those that memory has room for: POSTs with pictures hold them until they are sent."""
        free = _PAYLOADS_AT_ONCE - len(self._heavy)
        in_hand = []
        for turn in turns:
            if _has_pictures(turn):
                if free <= 0:
                    continue
                free -= 1
            in_hand.append(turn)
        return in_hand

    async def _prepare(self, turn: Turn) -> tuple[dict[str, Any], str] | None:
        """The body of a POST and its fingerprint, or ``None`` where it cannot be sent now."""
        generation, request = turn.generation, turn.request
        try:
            async with asyncio.timeout(_PREPARATION_S):
                payload = await self._payloads.build(request)
        except (OxenError, TimeoutError) as error:
            _log.warning("submit.no_address", generation=generation.id, error=type(error).__name__)
            await self._set_aside(generation)
        except MediaError:
            _log.exception("submit.picture_lost", generation=generation.id)
            await self._fail(generation, FailureKind.INTERNAL, "A reference image is missing.")
        except ValueError as error:
            # Reserved when the model's form, or the operator's correction of it, was another.
            _log.error("submit.not_taken_any_more", generation=generation.id, reason=str(error))
            await self._fail(generation, FailureKind.NOT_ACCEPTED, str(error).capitalize() + ".")
        except Exception:  # noqa: BLE001  whatever it was, it is no reason to hold up the others
            _log.exception("submit.preparation_broke", generation=generation.id)
            await self._set_aside(generation)
        else:
            self._aside.forget(generation.id)
            if not _has_pictures(turn):
                return payload, self._wire.fingerprint(payload)
            # Pictures inside a payload are megabytes of base64: digesting them would stall the
            # loop, and one after another would hold up a crowd.
            return payload, await asyncio.to_thread(self._wire.fingerprint, payload)
        return None

    async def _set_aside(self, generation: Generation) -> None:
        if self._aside.tries(generation.id) < _MOST_PREPARATIONS:
            self._aside.tried(generation.id)
            self.wake()
            return
        self._aside.forget(generation.id)
        await self._fail(generation, FailureKind.INTERNAL, "It could not be put together.")

    async def _begin(self, turn: Turn, payload: dict[str, Any], fingerprint: str) -> None:
        generation = turn.generation
        # Known as under way before the row says so, or a sweep could take it for one left behind.
        self._beginning.add(generation.id)
        try:
            begun = await self._store.begin_attempt(
                generation.id,
                fingerprint=fingerprint,
                now_ms=self._clock(),
                attempted_at_ms=self._queue.time_ms(),
            )
            task = asyncio.create_task(self._post(begun, payload), name=f"post-{begun.id}")
            self._posts[begun.id] = task
            if _has_pictures(turn):
                self._heavy.add(begun.id)
            task.add_done_callback(lambda post: self._ended(begun.id, post))
        except StaleStateError:
            return
        finally:
            self._beginning.discard(generation.id)

    def _ended(self, generation_id: int, post: asyncio.Task[None]) -> None:
        self._posts.pop(generation_id, None)
        if not post.cancelled() and (error := post.exception()) is not None:
            _log.warning(
                "submit.outcome_not_written", generation=generation_id, error=type(error).__name__
            )
            self._signals.ambiguous()
        if generation_id in self._heavy:
            self._heavy.discard(generation_id)
            self.wake()

    async def _post(self, generation: Generation, payload: dict[str, Any]) -> None:
        try:
            remote = await self._queue.enqueue(payload)
        except (OxenThrottledError, OxenUnreachableError) as error:
            await self._not_begun(generation, error)
            return
        except OxenRejectedError as error:
            await self._rejected(generation, error)
            return
        except OxenError as error:
            _log.warning(
                "submit.ambiguous",
                generation=generation.id,
                error=type(error).__name__,
                status_code=error.status_code,
            )
            if isinstance(error, OxenAmbiguousError):
                self._gate.failed()
            self._signals.changed(generation)
            self._signals.ambiguous()
            return
        self._gate.succeeded()
        try:
            accepted = await self._store.accept(
                generation.id, oxen_id=remote.oxen_id, now_ms=self._clock()
            )
        except StaleStateError:
            _log.info("submit.already_adopted", generation=generation.id)
            return
        _log.info("submit.accepted", generation=generation.id, oxen_id=remote.oxen_id)
        self._signals.changed(accepted)
        self._signals.accepted(accepted)

    async def _not_begun(self, generation: Generation, error: OxenError) -> None:
        retry_after_s = error.retry_after_s if isinstance(error, OxenThrottledError) else None
        self._gate.failed(retry_after_s=retry_after_s)
        try:
            waiting = await self._store.attempt_not_begun(
                generation.id, now_ms=self._clock(), counts=False
            )
        except StaleStateError:
            return
        self._signals.changed(waiting)

    async def _rejected(self, generation: Generation, error: OxenRejectedError) -> None:
        self._gate.succeeded()
        kind = FailureKind.NOT_ACCEPTED
        if isinstance(error, OxenNoCreditsError):
            kind = FailureKind.NO_CREDITS
        if isinstance(error, OxenAuthenticationError):
            _log.error("oxen.key_refused", remedy="check OXEN_API_KEY")
        await self._fail(generation, kind, error.detail, counts=False)
        self.wake()

    async def _fail(
        self, generation: Generation, kind: FailureKind, detail: str, *, counts: bool = True
    ) -> None:
        try:
            failed = await self._store.fail(
                generation.id, failure=Failure(kind, detail), now_ms=self._clock(), counts=counts
            )
        except StaleStateError:
            return
        _log.info("generation.failed", generation=generation.id, kind=kind.value)
        self._signals.changed(failed)


def _has_pictures(turn: Turn) -> bool:
    return bool(turn.request.references or turn.request.elements)
