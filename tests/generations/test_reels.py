"""How far a reel reaches: within bounds, and only over what the person may see."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.errors import CannotFitError, DiskError, MediaError, NotFoundError, UserError
from bot.generations.actor import Actor
from bot.generations.reels import MAX_SCENES, Line, ReelService
from bot.generations.shelf import Take
from bot.models.generation import GenerationState, Origin, OriginKind, RequestWithTakes
from bot.models.video import StoredVideo, VideoFacts
from tests.ui.cards import ORIGINAL, REQUEST, take

ALICE = Actor(1, 50)


class Scenes:
    """A shelf with one line: the n-th video continues the one before."""

    def __init__(self, count: int, *, seconds: int = 5, hidden: int = 0) -> None:
        self._count = count
        self._facts = replace(ORIGINAL, duration_ms=seconds * 1000)
        self._hidden = hidden

    async def take(self, generation_id: int, _: Actor) -> Take:
        if generation_id == self._hidden:
            raise NotFoundError("not here")
        before = generation_id - 1
        origin = Origin(OriginKind.CONTINUE, before, before) if before else None
        made = replace(take(GenerationState.DELIVERED), id=generation_id)
        request = RequestWithTakes(replace(REQUEST, id=generation_id, origin=origin), (made,))
        return Take(request, made, StoredVideo(f"{generation_id}.mp4", self._facts))

    async def whole(self, one: Take) -> StoredVideo:
        return one.video


class Files:
    """Joins nothing: it fails in a given way."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def joined(self, _: Any) -> tuple[Path, VideoFacts]:
        raise self._error


def reels(scenes: Any, files: Any = None) -> ReelService:
    nobody: Any = None
    return ReelService(nobody, scenes, files)


async def test_a_line_begins_at_its_first_scene() -> None:
    line = await reels(Scenes(4)).line(4, ALICE)

    assert [scene.generation.id for scene in line.scenes] == [1, 2, 3, 4]
    assert line.length_ms == 20_000


@pytest.mark.parametrize(
    ("scenes", "last", "told"),
    [
        (Scenes(30), MAX_SCENES + 1, "more than 20 scenes"),
        (Scenes(20, seconds=15), 13, "Together these scenes last 195 s; a reel can be 180 s"),
        (Scenes(1), 1, "This is the first scene of its line"),
        (Scenes(4, hidden=2), 4, "An earlier scene of this line is private"),
    ],
)
async def test_what_cannot_be_joined_is_told_before_any_work(
    scenes: Scenes, last: int, told: str
) -> None:
    with pytest.raises(UserError, match=told):
        await reels(scenes).line(last, ALICE)


async def test_the_longest_line_that_may_be() -> None:
    assert len((await reels(Scenes(20)).line(MAX_SCENES, ALICE)).scenes) == MAX_SCENES


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (CannotFitError("x"), "too large for this place"),
        (MediaError("x"), "could not be joined in the time there is"),
        (DiskError("x"), "my disk may be full"),
    ],
)
async def test_what_goes_wrong_is_told_with_what_to_do(error: Exception, told: str) -> None:
    service = reels(Scenes(2), Files(error))
    line: Line = await service.line(2, ALICE)

    with pytest.raises(UserError, match=told):
        await service.make(line, max_bytes=1_000)
    with pytest.raises(UserError, match=told):
        await service.make(line, max_bytes=1_000)
