"""What is tried in vain is tried less and less often: a day of it, without a wall clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest

from bot.errors import OxenUnreachableError, PostAmbiguousError
from bot.generations.deliverer import Deliverer
from bot.generations.model_book import ModelBook
from bot.generations.ports import GenerationStore
from bot.media.video_library import VideoLibrary
from bot.models.generation import Generation, RequestWithTakes, Surface
from bot.models.kling import KLING_O3_PRO
from bot.models.video_model import VideoModel
from tests.generations.channel import Channel
from tests.generations.ticking import TestClock
from tests.simulation.timeline import Timeline
from tests.simulation.virtual_loop import VirtualLoop
from tests.ui.cards import finished

DAY_S = 24 * 3_600.0


@pytest.fixture
def timeline() -> Timeline:
    return Timeline(seed=1)


@pytest.fixture
def spend(timeline: Timeline) -> Iterator[Callable[[Coroutine[Any, Any, None], float], None]]:
    """Lets some work go on for so many seconds."""
    loop = VirtualLoop(timeline)

    async def for_a_while(work: Coroutine[Any, Any, None], seconds: float) -> None:
        task = asyncio.create_task(work)
        await asyncio.sleep(seconds)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    yield lambda work, seconds: loop.run_until_complete(for_a_while(work, seconds))
    loop.drop_everything()


def pauses_s(times_s: list[float]) -> list[float]:
    return [round(later - earlier) for earlier, later in pairwise(times_s)]


@dataclass
class OutOfSight(Channel):
    """A channel that cannot be looked through."""

    looked_at_s: list[float] = field(default_factory=list)

    async def find(
        self, request: RequestWithTakes, generation: Generation, surface: Surface
    ) -> int | None:
        self.looked_at_s.append(asyncio.get_running_loop().time())
        raise PostAmbiguousError("Discord is not answering")


@dataclass
class OneRequest:
    """As much of the store as a video takes that may have been posted."""

    asked: RequestWithTakes

    async def request_of(self, generation_id: int) -> RequestWithTakes | None:
        return self.asked


def test_a_channel_that_cannot_be_looked_through_is_looked_at_less_and_less_often(
    timeline: Timeline,
    spend: Callable[[Coroutine[Any, Any, None], float], None],
    tmp_path: Path,
) -> None:
    video = finished()
    three_minutes_ago_ms = timeline.clock_ms() - 180_000
    posting = replace(video.generation, posting_at_ms=three_minutes_ago_ms, surface=Surface.REPLY)
    store = OneRequest(replace(video.request, generations=(posting,)))
    channel = OutOfSight(TestClock())
    deliverer = Deliverer(
        cast("GenerationStore", store),
        VideoLibrary(tmp_path),
        channel,
        changed=lambda _: None,
        refetch=lambda _: None,
        card=lambda _: nullcontext(),
        clock=timeline.clock_ms,
        monotonic=lambda: timeline.now_s,
    )
    deliverer.lane.put(posting.id)

    spend(deliverer.lane.run(), DAY_S)

    pauses = pauses_s(channel.looked_at_s)
    assert pauses[:2] == [60, 60], "what is lost for a moment is found within the minute"
    assert pauses == sorted(pauses)
    assert pauses[-1] == 1_800, "what was out of sight for hours is looked for all the same"
    assert len(pauses) < 70
    assert channel.sends.total() == 0


@dataclass
class Away:
    """Oxen's list of models, which answers now and then."""

    answers: list[bool]
    """Whether it does, time after time; for ever after the last."""
    asked_at_s: list[float] = field(default_factory=list)

    async def model(self, model_id: str) -> VideoModel:
        self.asked_at_s.append(asyncio.get_running_loop().time())
        if not (self.answers.pop(0) if self.answers else True):
            raise OxenUnreachableError
        return KLING_O3_PRO

    async def models(self) -> tuple[VideoModel, ...]:
        raise AssertionError("one model is in use")


def test_models_that_oxen_does_not_tell_are_asked_for_less_and_less_often_until_it_does(
    spend: Callable[[Coroutine[Any, Any, None], float], None],
) -> None:
    oxen = Away([False] * 8 + [True] + [False] * 2)

    spend(ModelBook(oxen).run(), DAY_S)

    assert pauses_s(oxen.asked_at_s)[:12] == [
        *(60, 120, 240, 480, 960, 1_920, 3_600, 3_600),
        3_600,
        *(60, 120),
        3_600,
    ]
