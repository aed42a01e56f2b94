"""Attachments are fetched a few at a time: each is held in memory whole."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

import aiohttp
import pytest

from bot.models.references import ReferenceRole, StoredImage
from bot.posting.taking_in import Attachments
from bot.posting.wishes import Picture


class Counted:
    """An attachment, and the library that takes it in; counts how many are in hand."""

    size = 9
    url = "https://cdn.discordapp.com/attachments/1/2/a.png"

    def __init__(self) -> None:
        self.in_hand = 0
        self.most = 0
        self.go_on = asyncio.Event()

    async def read(self) -> bytes:
        self.in_hand += 1
        self.most = max(self.most, self.in_hand)
        await self.go_on.wait()
        return b"a picture"

    async def take_in(self, _data: bytes, *, model: str, label: str) -> StoredImage:
        assert (model, label) == ("kling", "image1")
        self.in_hand -= 1
        return StoredImage("a" * 64, "image/png", 640, 480, 9)

    async def hold(self, sha256s: Collection[str]) -> frozenset[str]:
        raise AssertionError(sha256s)

    def check_size(self, size_bytes: int, *, model: str, label: str) -> None:
        assert (size_bytes, model, label) == (9, "kling", "image1")


async def test_only_a_few_pictures_are_in_hand_over_all_commands() -> None:
    counted = Counted()
    attachment: Any = counted
    attachments = Attachments(counted, clock=lambda: 1)
    picture = Picture("image1", ReferenceRole.IMAGE, 1, attachment)
    commands = [asyncio.create_task(attachments.take_in([picture] * 3, "kling")) for _ in range(4)]
    for _ in range(20):
        await asyncio.sleep(0)
    counted.go_on.set()

    taken = await asyncio.gather(*commands)

    assert counted.most == 4
    assert [len(kept) for kept, _ in taken] == [3, 3, 3, 3]


async def test_pictures_that_are_made_here_keep_nobody_elses_waiting() -> None:
    slow, quick = Counted(), Counted()
    quick.go_on.set()
    attachments = Attachments(quick, clock=lambda: 1)
    slowly: Any = slow
    frame = Picture("image1", ReferenceRole.START_FRAME, 1, slowly, comes_again=True)
    frames = asyncio.create_task(attachments.take_in([frame] * 4, "kling"))
    for _ in range(20):
        await asyncio.sleep(0)
    quickly: Any = quick
    picture = Picture("image1", ReferenceRole.IMAGE, 1, quickly)

    async with asyncio.timeout(5):
        kept, _ = await attachments.take_in([picture], "kling")

    assert len(kept) == 1
    slow.go_on.set()
    await frames


class Hanging(Counted):
    """One that Discord never finishes sending, or breaks off."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__()
        self.error = error

    async def read(self) -> bytes:
        if self.error is not None:
            raise self.error
        return await super().read()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (None, "image1 took too long to come from Discord; attach it once more."),
        (
            aiohttp.ClientPayloadError("broken off"),
            "image1 could not be fetched from Discord; attach it once more.",
        ),
    ],
)
async def test_a_picture_that_does_not_come_is_refused_and_the_others_are_kept(
    error: Exception | None, told: str
) -> None:
    hanging, quick = Hanging(error), Counted()
    quick.go_on.set()
    attachments = Attachments(quick, clock=lambda: 1, fetched_within_s=0.01)
    never: Any = hanging
    soon: Any = quick
    pictures = [Picture("image1", ReferenceRole.IMAGE, 1, one) for one in (never, soon)]

    async with asyncio.timeout(5):
        kept, damaged = await attachments.take_in(pictures, "kling")

    assert len(kept) == 1
    assert [str(one) for one in damaged] == [told]
