"""Videos that are too large for the channel: fitted, with sound, and the original a press away."""

import io
import os
import re
from fractions import Fraction
from pathlib import Path

import av
import httpx
import pytest

from bot.media.animatic import AnimaticRequest
from tests.world import World, button, private_answer, words

WIDTH, HEIGHT, FPS = 320, 180, 10


def grainy_video(request: AnimaticRequest, path: Path) -> None:
    """A video of noise with a sound track: large for its length, as film grain is."""
    seconds = sum(shot.duration_s for shot in request.shots)
    with av.open(path, "w", format="mp4") as container:
        picture = container.add_stream(
            "libx264", rate=FPS, options={"preset": "ultrafast", "crf": "18"}
        )
        picture.width, picture.height, picture.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        sound = container.add_stream("aac", rate=8_000, layout="mono")
        for number in range(int(seconds * FPS)):
            frame = av.VideoFrame(WIDTH, HEIGHT, "gray")
            frame.planes[0].update(os.urandom(frame.planes[0].buffer_size))
            frame = frame.reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(picture.encode(frame))
        for number in range(int(seconds * 8_000) // 1_024):
            samples = av.AudioFrame("fltp", "mono", 1_024)
            samples.planes[0].update(bytes(samples.planes[0].buffer_size))
            samples.sample_rate, samples.pts = 8_000, number * 1_024
            samples.time_base = Fraction(1, 8_000)
            container.mux(sound.encode(samples))
        container.mux(picture.encode(None))
        container.mux(sound.encode(None))


def still_video(request: AnimaticRequest, path: Path) -> None:
    """A large black picture: so few bytes that there is nothing left to save."""
    seconds = sum(shot.duration_s for shot in request.shots)
    with av.open(path, "w", format="mp4") as container:
        picture = container.add_stream("libx264", rate=FPS, options={"preset": "ultrafast"})
        picture.width, picture.height, picture.pix_fmt = 1920, 1080, "yuv420p"
        black = av.VideoFrame(1920, 1080, "gray")
        black.planes[0].update(bytes(black.planes[0].buffer_size))
        frame = black.reformat(format="yuv420p")
        for number in range(int(seconds * FPS)):
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))


def refuse_once_as_too_large(world: World, *, status: int, code: int) -> None:
    world.env.inject_error(
        "POST", f"/channels/{world.channel.id}/messages", status=status, code=code, times=1
    )


@pytest.mark.parametrize(("status", "code"), [(413, 0), (400, 40005)])
@pytest.mark.world(sandbox={"renderer": grainy_video})
async def test_a_video_over_the_limit_is_made_smaller_and_says_so(
    world: World, status: int, code: int
) -> None:
    refuse_once_as_too_large(world, status=status, code=code)

    await world.create(duration=3, audio=True)
    result = await world.delivered()

    made = (await world.generations())[0].result
    assert made is not None
    posted = world.file(result)
    assert len(posted) <= made.facts.size_bytes * 0.8
    with av.open(io.BytesIO(posted), "r") as video:
        assert video.streams.video
        assert video.streams.audio, "the sound is still there"
        assert video.duration == pytest.approx(3_000_000, rel=0.1)
    size_mib = made.facts.size_bytes / 2**20
    assert f"Made smaller to fit this channel; the original is {size_mib:.1f} MiB." in words(result)
    assert await world.used(world.alice) == (1, 3)

    told = words(private_answer(await world.ben.click(result, label="Original")))
    assert f"[The original, {size_mib:.1f} MiB](" in told
    (address,) = re.findall(r"\]\((http[^)]+)\)", told)
    async with httpx.AsyncClient(trust_env=False) as client:
        original = await client.get(address)
    assert len(original.content) == made.facts.size_bytes


@pytest.mark.world(sandbox={"renderer": grainy_video})
async def test_the_link_to_the_original_is_fresh_each_time(world: World) -> None:
    refuse_once_as_too_large(world, status=413, code=0)
    await world.create(duration=3)
    result = await world.delivered()

    first = words(private_answer(await world.alice.click(result, label="Original")))
    world.clock.ahead_ms += 3_600_000
    second = words(private_answer(await world.alice.click(result, label="Original")))

    assert first != second
    (address,) = re.findall(r"\]\((http[^)]+)\)", second)
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(address)).status_code == 200


@pytest.mark.world(sandbox={"renderer": still_video})
async def test_a_video_that_cannot_be_made_small_enough_comes_as_a_link(world: World) -> None:
    refuse_once_as_too_large(world, status=413, code=0)

    await world.create(duration=3)

    result = await world.delivered()
    assert "### Video for" in words(result)
    assert "The video does not fit here. Original fetches a link" in words(result)
    assert button(result, "Original")
    assert result.attachments == []
    told = words(private_answer(await world.alice.click(result, label="Original")))
    assert "[The original" in told
    assert await world.used(world.alice) == (1, 3)
