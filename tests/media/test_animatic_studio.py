from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import MediaError
from bot.media.animatic.program import AnimaticOrder
from bot.media.animatic_studio import AnimaticStudio
from bot.media.picture_library import PictureLibrary
from bot.media.pictures import PictureRules
from bot.models.generation import Shot, VideoSettings
from bot.models.references import Element, ReferenceImage, ReferenceRole, StoredImage
from tests.media.test_animatic import frames, picture, shows

SETTINGS = VideoSettings("kling", "", "1:1", 2, shots=(Shot("@luna", 1), Shot("@Image1", 1)))


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[PictureLibrary]:
    library = PictureLibrary(tmp_path / "pictures")
    yield library
    library.close()


async def kept(library: PictureLibrary, colour: str) -> StoredImage:
    return await library.take_in(picture(colour), PictureRules(), label="image1")


async def test_a_storyboard_is_drawn_by_a_program_from_kept_pictures_and_leaves_nothing(
    library: PictureLibrary, tmp_path: Path
) -> None:
    studio = AnimaticStudio(library, tmp_path / "previews")
    references = [ReferenceImage(await kept(library, "orange"), ReferenceRole.IMAGE, 1)]

    film = await studio.animatic(
        SETTINGS, references, [Element("luna", await kept(library, "navy"))]
    )

    await asyncio.to_thread((tmp_path / "film.mp4").write_bytes, film)
    seen = await asyncio.to_thread(frames, tmp_path / "film.mp4")
    assert len(seen) == 48
    assert shows(seen[10], "navy")
    assert shows(seen[-1], "orange")
    assert list((tmp_path / "previews").iterdir()) == []


async def test_a_picture_that_is_gone_fails_in_words(
    library: PictureLibrary, tmp_path: Path
) -> None:
    studio = AnimaticStudio(library, tmp_path / "previews")
    gone = await kept(library, "navy")
    library.path(gone.sha256).unlink()

    with pytest.raises(MediaError, match="a picture is not in the library"):
        await studio.animatic(SETTINGS, [], [Element("luna", gone)])

    assert list((tmp_path / "previews").iterdir()) == []


async def test_cancelling_leaves_nothing_and_a_crash_s_leftovers_are_swept(
    library: PictureLibrary, tmp_path: Path
) -> None:
    begun = asyncio.Event()

    async def never(_: AnimaticOrder, path: Path) -> None:
        await asyncio.to_thread(path.write_bytes, b"half a film")
        begun.set()
        await asyncio.Event().wait()

    studio = AnimaticStudio(library, tmp_path / "previews", draw=never)
    drawing = asyncio.create_task(studio.animatic(SETTINGS, [], []))
    await begun.wait()
    drawing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drawing
    assert list((tmp_path / "previews").iterdir()) == []

    (tmp_path / "previews" / "left").mkdir()
    await studio.sweep_leftovers()
    assert not (tmp_path / "previews").exists()
