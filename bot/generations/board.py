"""Keeps each request's placeholder in step with what happens to it: at most one edit a state."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakValueDictionary

import structlog

from bot.errors import PostError, PostImpossibleError
from bot.generations.forecast import Forecast
from bot.generations.lane import Again, Lane
from bot.generations.ports import GenerationStore, Placeholders, Progress
from bot.models.clock import Clock
from bot.models.generation import Generation, GenerationState, RequestWithTakes, Surface

_log = structlog.get_logger(__name__)

_WIDTH = 8
_FRONT_OF_LINE = 50
_MOVED_PAUSE_MS = 20_000
"""A new place in line alone is worth an edit only this often."""
_STANDS_S = 1.0
"""How long a passing state must have stood: one that is over sooner is not worth an edit."""
_STANDS_IN_A_CROWD_S = 3.0
"""The same while more are waiting to begin than are begun at once: a POST is worth more than an
edit."""
_LINE_GOOD_S = 1.0
"""One look at the line serves all cards that are drawn within this time."""
_OVERDUE_GRACE_MS = 5_000
_TRY_AGAIN_S = 10.0
_REMEMBERED_SETTLED = 1_000
_ARRIVING = {GenerationState.READY, GenerationState.POSTING}
_PASSING = {GenerationState.RESERVED, GenerationState.SUBMITTING, *_ARRIVING}
"""Mostly over before anybody could have read of them."""


@dataclass(slots=True)
class _Shown:
    """What the placeholder of one request shows at present."""

    states: object
    position: int | None
    oxen_away: bool
    at_ms: int


@dataclass(frozen=True, slots=True)
class _Line:
    """The requests of all who wait, in order, as they were read at a time of the event loop's."""

    requests: tuple[int, ...]
    at_s: float


@dataclass(frozen=True, slots=True)
class _Forecast:
    """What was forecast of one request: kept while the same takes are at Oxen, or it would jump."""

    of: frozenset[int]
    expected_at_ms: int | None


class ProgressBoard:
    """One card per request, edited in the order of events and never twice at once."""

    def __init__(
        self,
        store: GenerationStore,
        placeholders: Placeholders,
        forecast: Forecast,
        *,
        oxen_away: Callable[[], bool],
        hurried: Callable[[], bool],
        clock: Clock,
    ) -> None:
        self._store = store
        self._placeholders = placeholders
        self._forecast = forecast
        self._oxen_away = oxen_away
        self._hurried = hurried
        self._clock = clock
        self._shown: dict[int, _Shown] = {}
        self._settled: OrderedDict[int, None] = OrderedDict()
        self._expected: dict[int, _Forecast] = {}
        self._news: dict[int, bool] = {}
        self._due_s: dict[int, float] = {}
        self._line = _Line((), -_LINE_GOOD_S)
        self._cards: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self.lane = Lane("board", self._show, width=_WIDTH)

    def card(self, request_id: int) -> asyncio.Lock:
        """Held by whoever edits the card of a request: two edits at once may arrive in any order.

        A card that is turned into the video must not be drawn over by what was shown before.
        """
        return self._cards.setdefault(request_id, asyncio.Lock())

    def changed(self, generation: Generation) -> None:
        """A generation has a new state: drawn at once where it lasts, else if it stands a while.

        In a crowd that it has begun is drawn a moment later too: first everybody's is to begin.
        """
        # No clock is read here: a caller's may be another than that of the lane's tasks.
        request_id = generation.request_id
        has_begun = generation.state is GenerationState.RENDERING
        waits = generation.state in _PASSING or (has_begun and self._hurried())
        at_once = not waits or generation.cancel_requested_at_ms is not None
        self._news[request_id] = at_once or self._news.get(request_id, False)
        self.lane.put(request_id)

    async def line_moved(self) -> None:
        """Bring the cards of those who wait in front in step; further back, nothing has changed."""
        self._line = await self._read_line()
        for place, request_id in enumerate(self._line.requests[:_FRONT_OF_LINE], start=1):
            shown = self._shown.get(request_id)
            is_behind = request_id not in self.lane
            if shown is not None:
                is_behind = (shown.position, shown.oxen_away) != (place, self._oxen_away())
            if is_behind:
                self.lane.put(request_id)

    async def progress(self, request_id: int) -> Progress | None:
        """All that the card of a request shows now."""
        asked = await self._store.request(request_id)
        if asked is None:
            return None
        position, total = None, 0
        if any(g.state is GenerationState.RESERVED for g in asked.generations):
            line = await self._line_with(request_id)
            total = len(line)
            position = line.index(request_id) + 1 if request_id in line else None
        rendering = frozenset(g.id for g in asked.generations if g.accepted_at_ms is not None)
        forecast = self._expected.get(request_id)
        if forecast is None or forecast.of != rendering:
            forecast = _Forecast(rendering, await self._forecast.expected_at_ms(asked))
            self._expected[request_id] = forecast
        expected_ms = forecast.expected_at_ms
        overdue = expected_ms is not None and expected_ms < self._clock()
        if _is_over(asked):
            expected_ms = None
        return Progress(
            request=asked,
            waiting_position=position,
            expected_at_ms=None if overdue else expected_ms,
            oxen_away=self._oxen_away(),
            waiting_total=total,
            choice=await self._store.choice(request_id) if asked.request.takes > 1 else None,
        )

    async def _show(self, request_id: int) -> Again:
        if (pause_s := self._pause_s(request_id)) > 0:
            return pause_s
        async with self.card(request_id):
            return await self._show_alone(request_id)

    def _pause_s(self, request_id: int) -> float:
        """Seconds for which the card is left as it is; 0 when it is to be drawn now."""
        now_s = asyncio.get_running_loop().time()
        at_once = self._news.pop(request_id, None)
        stands_s = _STANDS_IN_A_CROWD_S if self._hurried() else _STANDS_S
        due_s = self._due_s.pop(request_id, now_s if at_once is None else now_s + stands_s)
        if at_once or due_s <= now_s:
            return 0.0
        self._due_s[request_id] = due_s
        return due_s - now_s

    async def _line_with(self, request_id: int) -> tuple[int, ...]:
        """The line, as it was a moment ago or, if this request was not in it then, as it is."""
        is_old = asyncio.get_running_loop().time() - self._line.at_s >= _LINE_GOOD_S
        if is_old or request_id not in self._line.requests:
            self._line = await self._read_line()
        return self._line.requests

    async def _read_line(self) -> _Line:
        at_s = asyncio.get_running_loop().time()
        return _Line(await self._store.line(), at_s)

    async def _show_alone(self, request_id: int) -> Again:
        progress = await self.progress(request_id)
        if progress is None:
            return None
        now_ms = self._clock()
        states = _states(progress)
        shown = self._shown.get(request_id)
        if shown is not None and shown.states == states:
            if shown.position == progress.waiting_position:
                return await self._shown_as_it_is(progress)
            if (since_ms := now_ms - shown.at_ms) < _MOVED_PAUSE_MS:
                return (_MOVED_PAUSE_MS - since_ms) / 1000
        try:
            message_id = None
            if not _is_result_itself(progress):
                message_id = await self._placeholders.show_progress(progress)
        except PostImpossibleError:
            _log.info("board.no_placeholder", request=request_id)
            message_id = None
        except PostError as error:
            _log.warning("board.edit_failed", request=request_id, error=str(error))
            return _TRY_AGAIN_S
        self._shown[request_id] = _Shown(
            states, progress.waiting_position, progress.oxen_away, now_ms
        )
        request = progress.request.request
        if message_id is not None and message_id != request.placeholder_message_id:
            await self._store.set_placeholder(request_id, message_id)
        return await self._shown_as_it_is(progress)

    async def _shown_as_it_is(self, progress: Progress) -> Again:
        if _is_over(progress.request):
            await self._settle(progress.request.request.id)
            return None
        if progress.expected_at_ms is None:
            return None
        return (max(0, progress.expected_at_ms - self._clock()) + _OVERDUE_GRACE_MS) / 1000

    async def _settle(self, request_id: int) -> None:
        await self._store.placeholder_settled(request_id)
        # Remembered for a while: the signal of the last change may come after the last edit.
        self._settled[request_id] = None
        while len(self._settled) > _REMEMBERED_SETTLED:
            forgotten, _ = self._settled.popitem(last=False)
            self._shown.pop(forgotten, None)
            self._expected.pop(forgotten, None)


def _is_over(asked: RequestWithTakes) -> bool:
    return all(generation.is_final for generation in asked.generations)


def _is_result_itself(progress: Progress) -> bool:
    """Whether the placeholder was turned into the video, so that an edit would take it away."""
    return any(
        g.surface is Surface.PLACEHOLDER
        and g.state in {GenerationState.POSTING, GenerationState.DELIVERED}
        for g in progress.request.generations
    )


def _states(progress: Progress) -> object:
    """What makes one picture of the card different from another, the place in line aside."""
    takes = tuple(
        (
            "arriving" if g.state in _ARRIVING else g.state.value,
            g.posted_message_id,
            g.cancel_requested_at_ms is not None,
        )
        for g in progress.request.generations
    )
    waiting = progress.waiting_position is not None
    away = progress.oxen_away and waiting
    return takes, progress.expected_at_ms is None, away, progress.choice
