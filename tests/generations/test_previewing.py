from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.errors import MediaError, UnavailableError
from bot.generations.previewing import PreviewService
from bot.models.draft import Draft
from bot.models.generation import VideoSettings
from bot.models.references import Element, ReferenceImage

SETTINGS = VideoSettings("kling", "  a walk ", "16:9", 5)


class Easel:
    """Draws when it is told to."""

    def __init__(self) -> None:
        self.begun: list[VideoSettings] = []
        self.may_end = asyncio.Event()
        self.failure: MediaError | None = None

    async def animatic(
        self,
        settings: VideoSettings,
        references: Sequence[ReferenceImage],
        elements: Sequence[Element],
    ) -> bytes:
        self.begun.append(settings)
        await self.may_end.wait()
        if self.failure is not None:
            raise self.failure
        return b"film"


def draft_of(user_id: int) -> Draft:
    return Draft(user_id, SETTINGS, (), takes=1, private=False)


async def begun(service: PreviewService, *people: int) -> list[asyncio.Task[bytes]]:
    tasks = [asyncio.create_task(service.animatic(draft_of(person), ())) for person in people]
    for _ in range(3):
        await asyncio.sleep(0)
    return tasks


async def test_two_are_drawn_at_a_time_and_one_for_each_person() -> None:
    easel = Easel()
    service = PreviewService(easel)
    tasks = await begun(service, 1, 2, 3)
    assert [settings.prompt for settings in easel.begun] == ["a walk", "a walk"]

    with pytest.raises(UnavailableError, match="still drawing another animatic for you"):
        await service.animatic(draft_of(3), ())

    easel.may_end.set()
    assert await asyncio.gather(*tasks) == [b"film"] * 3
    assert await service.animatic(draft_of(3), ()) == b"film"


async def test_a_crowd_is_sent_away_rather_than_kept_waiting() -> None:
    easel = Easel()
    service = PreviewService(easel)
    tasks = await begun(service, *range(10))

    with pytest.raises(UnavailableError, match="10 animatics are being drawn already"):
        await service.animatic(draft_of(10), ())

    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    easel.may_end.set()
    assert await service.animatic(draft_of(10), ()) == b"film"


async def test_one_that_fails_makes_room_for_the_next() -> None:
    easel = Easel()
    easel.may_end.set()
    service = PreviewService(easel)
    easel.failure = MediaError("broken")
    with pytest.raises(UnavailableError, match="Nothing was charged"):
        await service.animatic(draft_of(1), ())

    easel.failure = None
    assert await service.animatic(draft_of(1), ()) == b"film"
