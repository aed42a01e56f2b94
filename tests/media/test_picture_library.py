from __future__ import annotations

import asyncio
import base64
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import InvalidImageError, MediaError
from bot.media.picture_library import PictureLibrary
from bot.media.pictures import PictureRules

RULES = PictureRules()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[PictureLibrary]:
    library = PictureLibrary(tmp_path / "pictures")
    yield library
    library.close()


async def test_what_was_taken_in_can_be_read(library: PictureLibrary, fox: bytes) -> None:
    image = await library.take_in(fox, RULES, label="image1")

    assert await library.read(image.sha256) == fox


async def test_the_same_picture_is_kept_once(
    library: PictureLibrary, tmp_path: Path, fox: bytes, bicycle: bytes
) -> None:
    pictures = [fox, bicycle, fox, bicycle, fox]

    images = await asyncio.gather(*(library.take_in(p, RULES, label="image1") for p in pictures))

    assert len(set(images)) == 2
    assert sorted(p.name for p in (tmp_path / "pictures").iterdir()) == sorted(
        {image.sha256 for image in images}
    )


async def test_a_refused_picture_is_not_kept(
    library: PictureLibrary, tmp_path: Path, fox: bytes
) -> None:
    with pytest.raises(InvalidImageError, match="start_frame is damaged"):
        await library.take_in(fox[:5000], RULES, label="start_frame")

    assert not (tmp_path / "pictures").exists()


async def test_a_kept_picture_is_checked_by_the_rules_of_the_day(
    library: PictureLibrary, fox: bytes
) -> None:
    await library.take_in(fox, RULES, label="image1")

    with pytest.raises(InvalidImageError):
        await library.take_in(fox, PictureRules(min_side_px=2000), label="image1")


async def test_a_data_uri_carries_the_bytes(library: PictureLibrary, bicycle: bytes) -> None:
    image = await library.take_in(bicycle, RULES, label="image1")

    head, _, body = (await library.data_uri(image)).partition(",")

    assert head == "data:image/png;base64"
    assert base64.b64decode(body) == bicycle


async def test_a_strip_is_drawn_once(
    library: PictureLibrary, tmp_path: Path, fox: bytes, bicycle: bytes
) -> None:
    names = [(await library.take_in(p, RULES, label="image1")).sha256 for p in (fox, bicycle)]
    drawn = await library.strip(names, 100)
    (tmp_path / "pictures" / names[0]).unlink()

    assert await library.strip(names, 100) is drawn
    assert await library.strip(names[1:], 100) != drawn


@pytest.mark.parametrize("name", ["0" * 64, "../config.toml", "", "A" * 64])
async def test_only_kept_pictures_can_be_read(
    library: PictureLibrary, tmp_path: Path, name: str
) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "config.toml").write_text("not a picture", "utf-8")

    with pytest.raises(MediaError):
        await library.read(name)
    with pytest.raises(MediaError):
        await library.strip([name], 100)


async def test_what_nobody_has_handed_in_for_a_while_can_be_forgotten(
    library: PictureLibrary, tmp_path: Path, fox: bytes, bicycle: bytes
) -> None:
    old, new = [await library.take_in(p, RULES, label="image1") for p in (fox, bicycle)]
    an_hour_ago = time.time() - 3_600
    os.utime(tmp_path / "pictures" / old.sha256, (an_hour_ago, an_hour_ago))

    assert await library.untouched(1_800) == (old.sha256,)
    freed_bytes = await library.forget([old.sha256, new.sha256], untouched_s=1_800)

    assert freed_bytes == len(fox)
    assert await library.read(new.sha256) == bicycle
    with pytest.raises(MediaError):
        await library.read(old.sha256)


async def test_what_is_handed_in_again_is_not_forgotten(
    library: PictureLibrary, tmp_path: Path, fox: bytes
) -> None:
    image = await library.take_in(fox, RULES, label="image1")
    an_hour_ago = time.time() - 3_600
    os.utime(tmp_path / "pictures" / image.sha256, (an_hour_ago, an_hour_ago))
    untouched = await library.untouched(1_800)
    await library.take_in(fox, RULES, label="image1")

    assert await library.forget(untouched, untouched_s=1_800) == 0
    assert await library.read(image.sha256) == fox


async def test_what_is_about_to_be_used_is_not_forgotten_and_what_is_gone_is_named(
    library: PictureLibrary, tmp_path: Path, fox: bytes
) -> None:
    image = await library.take_in(fox, RULES, label="image1")
    an_hour_ago = time.time() - 3_600
    os.utime(tmp_path / "pictures" / image.sha256, (an_hour_ago, an_hour_ago))
    untouched = await library.untouched(1_800)

    assert await library.hold([image.sha256, "0" * 64]) == {"0" * 64}

    assert await library.forget(untouched, untouched_s=1_800) == 0
    assert await library.read(image.sha256) == fox
