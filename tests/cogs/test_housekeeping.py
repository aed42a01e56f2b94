"""Pictures that nobody means any more do not stay on the disk."""

import hashlib
import os
import time

from tests.world import World, picture, private_answer, words

TWO_DAYS_S = 2 * 24 * 3_600


async def test_pictures_of_what_was_refused_go_after_a_day_and_those_of_videos_stay(
    world: World,
) -> None:
    kept, refused = picture(colour="red"), picture(colour="green")
    await world.create(image1=("fox.png", kept))
    await world.delivered()
    told = await world.create(image1=("fox.png", refused), image2=("b.png", b"no picture"))
    assert "image2 is not a picture" in words(private_answer(told))
    place = world.folder / "pictures"
    refused_file, kept_file = (place / hashlib.sha256(data).hexdigest() for data in (refused, kept))
    for file in (refused_file, kept_file):
        moment_s = time.time() - TWO_DAYS_S
        os.utime(file, (moment_s, moment_s))

    await world.restart()
    await world.until(lambda: not refused_file.exists())

    assert kept_file.exists()
