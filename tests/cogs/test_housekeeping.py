"""Pictures that nobody means any more do not stay on the disk."""

import hashlib
import os
import time

import pytest

from tests.cogs.test_refusals import nothing_happened
from tests.world import World, form, picture, private_answer, words

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


@pytest.mark.world(quote={"confirm": "always"})
async def test_a_picture_that_went_while_a_form_was_open_is_told_and_the_prompt_is_kept(
    world: World,
) -> None:
    fox = picture(colour="red")
    first, second = [await world.create("@Image1 yawns", image1=("fox.png", fox)) for _ in range(2)]
    opened = await world.alice.click(private_answer(first), label="Edit")
    (world.folder / "pictures" / hashlib.sha256(fox).hexdigest()).unlink()

    await world.alice.submit_modal(opened, form(opened) | {"prompt": "@Image1 sings"})
    pressed = await world.alice.click(private_answer(second), label="Render for $1.12")

    for answered, prompt in ((first, "@Image1 sings"), (pressed, "@Image1 yawns")):
        told = words(private_answer(answered))
        assert "I do not have @Image1 any more" in told
        assert "Nothing was charged. Attach it once more." in told
        assert prompt in told.partition("Your prompt, to copy:")[2]
    await nothing_happened(world)
