"""Real videos: the quick plain one, the animatic in a process, and the function the CLI calls."""

import asyncio
import io
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path

import av
import httpx
import pytest

from bot.media.animatic import AnimaticElement, AnimaticRequest, AnimaticShot
from bot.models.video_model import DEFAULT_MODEL
from bot.sandbox.options import SandboxOptions
from bot.sandbox.plain import render_plain
from bot.sandbox.rendering import FetchedPictures, Rendering
from bot.sandbox.server import Sandbox, serve
from bot.sandbox.validation import PlannedShot, RenderPlan
from tests.sandbox.callers import Caller, Starter, render_for_ever


def probe(content: bytes) -> tuple[float, float, bool]:
    """Seconds, width to height, whether there is sound."""
    with av.open(io.BytesIO(content), "r") as container:
        stream = container.streams.video[0]
        seconds = (container.duration or 0) / av.time_base
        return seconds, stream.width / stream.height, bool(container.streams.audio)


@pytest.mark.parametrize("audio", [True, False])
@pytest.mark.parametrize(
    ("aspect_ratio", "shape"), [("16:9", 16 / 9), ("9:16", 9 / 16), ("1:1", 1)]
)
def test_the_plain_video_has_the_right_length_shape_and_sound(
    tmp_path: Path, aspect_ratio: str, shape: float, *, audio: bool
) -> None:
    shots = (AnimaticShot("a", 2), AnimaticShot("b", 1))
    path = tmp_path / "plain.mp4"

    render_plain(AnimaticRequest(shots=shots, aspect_ratio=aspect_ratio, audio=audio), path)

    seconds, ratio, has_audio = probe(path.read_bytes())
    assert seconds == pytest.approx(3, abs=0.15)
    assert ratio == pytest.approx(shape, rel=0.01)
    assert has_audio == audio


async def test_the_default_is_an_animatic_from_a_process_that_ends_with_the_sandbox(
    start: Starter, picture: Callable[..., bytes], data_uri: Callable[[bytes], str]
) -> None:
    caller = await start(renderer=None)

    row = await caller.finished(
        duration=3, aspect_ratio="9:16", input_image=[data_uri(picture())], generate_audio=True
    )
    video = (await caller.http.get(row["result_url"])).content
    assert multiprocessing.active_children()
    await caller.sandbox.__aexit__(None, None, None)

    seconds, ratio, has_audio = probe(video)
    assert seconds == pytest.approx(3, abs=0.15)
    assert ratio == pytest.approx(9 / 16, rel=0.02)
    assert has_audio
    assert multiprocessing.active_children() == []


async def test_everything_that_is_asked_for_reaches_the_animatic(
    start: Starter, picture: Callable[..., bytes], data_uri: Callable[[bytes], str]
) -> None:
    asked: list[AnimaticRequest] = []

    def noted(request: AnimaticRequest, path: Path) -> None:
        asked.append(request)
        render_plain(request, path)

    caller = await start(renderer=noted)
    image, front, angle, first, last = (picture(400 + n, 400) for n in range(5))
    await caller.finished(
        prompt=None,
        multi_prompt=[
            {"prompt": "@Element1 waves", "duration": 4},
            {"prompt": "at @Image1", "duration": 2},
        ],
        input_image=[data_uri(image)],
        elements=[
            {"frontal_image_url": data_uri(front), "reference_image_urls": [data_uri(angle)]}
        ],
        start_image_url=data_uri(first),
        tail_image_url=data_uri(last),
        aspect_ratio="1:1",
    )

    assert [replace(one, variation=0) for one in asked] == [
        AnimaticRequest(
            (AnimaticShot("@Element1 waves", 4), AnimaticShot("at @Image1", 2)),
            "1:1",
            (image,),
            elements=(AnimaticElement("Element1", front),),
            start_frame=first,
            end_frame=last,
        )
    ]


async def test_a_renderer_that_breaks_fails_the_generation_and_costs_nothing(
    start: Starter,
) -> None:
    def broken(_: AnimaticRequest, path: Path) -> None:
        raise OSError("disk full")

    caller = await start(renderer=broken)

    row = await caller.finished()

    assert (row["status"], row["error_message"]) == ("failed", "Internal error while rendering.")
    assert caller.sandbox.billed_microusd == 0


async def test_serve_runs_until_it_is_cancelled() -> None:
    ready: asyncio.Future[Sandbox] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve(SandboxOptions(), on_ready=ready.set_result))
    sandbox = await ready

    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(
            f"{sandbox.base_url}/api/ai/models/{DEFAULT_MODEL}",
            headers={"Authorization": "Bearer key"},
        )
        assert answer.status_code == 200
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(httpx.ConnectError):
            await http.get(sandbox.base_url)


async def test_a_port_that_is_taken_is_an_error(caller: Caller) -> None:
    with pytest.raises(OSError, match="address already in use"):
        await serve(SandboxOptions(), port=caller.sandbox.port)


async def test_closing_does_not_wait_for_a_process_that_renders(tmp_path: Path) -> None:
    pipe = tmp_path / "begun"
    os.mkfifo(pipe)
    rendering = Rendering(None, 1)
    rendering._renderer = render_for_ever
    checked = RenderPlan((PlannedShot("a", 3),), "16:9", (), None, None, audio=False)
    work = asyncio.create_task(rendering.video(checked, FetchedPictures(), pipe, seed="one"))
    assert await asyncio.to_thread(pipe.read_bytes) == b"begun"

    await rendering.close()

    with pytest.raises(BrokenProcessPool):
        await work
    assert multiprocessing.active_children() == []
