"""A result that is damaged on disk before it is posted is fetched once more; a full disk waits."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.media.video_library import VideoLibrary
from bot.models.generation import GenerationState
from tests.faults.conftest import RigMaker
from tests.faults.stations import step_in
from tests.faults.verdict import ended_well
from tests.generations.rig import Rig

READY, POSTING = GenerationState.READY, GenerationState.POSTING


def truncate(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def empty(file: Path) -> None:
    os.truncate(file, 0)


def garble(file: Path) -> None:
    file.write_bytes(os.urandom(file.stat().st_size))


DAMAGES = [Path.unlink, truncate, empty, garble]


@pytest.mark.world(sandbox={"render_seconds": None})
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
async def test_a_result_damaged_before_posting_is_fetched_once_more(
    rig: Rig, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    async def spoil() -> None:
        (file,) = (tmp_path / "videos").glob("*.mp4")
        damage(file)

    await step_in(rig, READY, spoil)

    await ended_well(rig)
    assert len(rig.sandbox.books.seen("result")) == 2


@pytest.mark.world(sandbox={"render_seconds": None})
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
async def test_a_result_damaged_after_a_lost_send_is_fetched_and_posted_once(
    rig: Rig, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    async def spoil() -> None:
        (file,) = (tmp_path / "videos").glob("*.mp4")
        damage(file)
        raise ConnectionError("nothing was sent")

    await step_in(rig, POSTING, spoil)

    await ended_well(rig)


@pytest.mark.world(sandbox={"render_seconds": None})
async def test_a_result_that_was_posted_needs_no_file_any_more(rig: Rig, tmp_path: Path) -> None:
    async def spoil() -> None:
        (file,) = (tmp_path / "videos").glob("*.mp4")
        file.unlink()
        raise ConnectionError("the answer is lost")

    rig.channel.after_post = spoil  # type: ignore[attr-defined]
    await step_in(rig, GenerationState.RESERVED, lambda: None)

    await ended_well(rig)


async def test_a_full_disk_holds_results_up_and_loses_none(
    rig_maker: RigMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = await rig_maker()
    new_download = VideoLibrary.new_download
    refused: list[int] = []

    def onto_a_full_disk(library: VideoLibrary, generation_id: int) -> Path:
        path = new_download(library, generation_id)
        if len(refused) < 3:
            refused.append(generation_id)
            path.symlink_to("/dev/full")
        return path

    monkeypatch.setattr(VideoLibrary, "new_download", onto_a_full_disk)
    await rig.engine.start()
    await rig.ask()

    await ended_well(rig)
    assert len(refused) == 3
    assert list((tmp_path / "videos" / "downloads").iterdir()) == []


async def test_a_library_that_cannot_take_a_result_in_holds_it_up_too(
    rig_maker: RigMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = await rig_maker()
    take_in = VideoLibrary._take_in
    refused: list[object] = []

    def full(library: VideoLibrary, *how: object) -> object:
        if not refused:
            refused.append(how)
            raise OSError(errno.ENOSPC, "No space left on device")
        return take_in(library, *how)  # type: ignore[arg-type]

    monkeypatch.setattr(VideoLibrary, "_take_in", full)
    await rig.engine.start()
    await rig.ask()

    await ended_well(rig)
    assert refused
