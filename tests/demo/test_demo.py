"""The demo as people meet it: the real program, a real browser, hands off where they would be."""

from __future__ import annotations

import re
import socket
import subprocess
import sys

import pytest
from playwright.async_api import expect

from bot.media.probe import probe_video
from tests.demo.conftest import PICTURES, StartDemo
from tests.demo.running_demo import REPOSITORY
from tests.demo.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PROMPT = "@Image1 and @Image2 go for a calm walk on the moon"


async def test_from_the_slash_command_to_the_video_that_plays(
    start_demo: StartDemo, visitor: Visitor
) -> None:
    demo = start_demo("--render-seconds", "1")
    await visitor.arrive(demo.address)

    await visitor.create(
        PROMPT,
        pictures={"image1": PICTURES / "astronaut.jpg", "image2": PICTURES / "fox.jpg"},
        options={"aspect_ratio": "9:16", "duration": "6", "audio": "True"},
    )
    result = await visitor.result()

    await expect(result).to_contain_text(PROMPT)
    await expect(result).to_contain_text("Kling O3 Pro · 6 s · 9:16 · sound · $1.34")
    await expect(visitor.message("Done for")).to_be_visible()
    await expect(result.locator(".media-player-time")).to_have_text("0:00 / 0:06")
    await expect(result).to_be_in_viewport()
    await visitor.page.get_by_role("link", name="see the video").click()
    await expect(visitor.page).to_have_url(demo.address)
    video = result.locator("video")
    width, height = await video.evaluate("video => [video.videoWidth, video.videoHeight]")
    assert width * 16 == height * 9
    assert await video.evaluate("video => video.duration") == pytest.approx(6, abs=0.2)
    await result.get_by_role("button", name=re.compile("^Play ")).click()
    await expect(result.locator(".media-player-time")).to_have_text(re.compile(r"^0:0[1-6] /"))

    (file,) = demo.videos()
    facts = probe_video(file)
    assert facts.width_px * 16 == facts.height_px * 9
    assert facts.duration_ms == pytest.approx(6000, abs=100)
    assert facts.has_audio


async def test_what_can_be_done_with_a_video(start_demo: StartDemo, visitor: Visitor) -> None:
    demo = start_demo("--render-seconds", "0.2")
    await visitor.arrive(demo.address)
    await visitor.create("a fox in the snow", options={"duration": "3"})
    first = await visitor.result(1)

    await visitor.press("Again", on=first)
    second = await visitor.result(2)
    await expect(second).to_contain_text("a fox in the snow")

    await visitor.press("Edit", on=second)
    form = visitor.page.locator(".modal-dialog")
    prompt = form.locator("textarea").first
    await expect(prompt).to_have_value("a fox in the snow")
    await prompt.fill("a fox in the rain")
    await form.get_by_role("button", name="Submit").click()
    third = await visitor.result(3)
    await expect(third).to_contain_text("a fox in the rain")

    await visitor.press("More…", on=third)
    behind = visitor.message("About this video")
    await visitor.press("API call", on=behind)
    call = visitor.message("OXEN_API_KEY")
    await expect(call).to_contain_text("/api/ai/queue")
    await expect(call).to_contain_text("request.py")

    await visitor.press("Delete", on=behind)
    await visitor.press("Delete", on=visitor.message("Delete this video from the channel?"))
    await expect(visitor.message("Deleted.")).to_be_visible()
    await expect(await visitor.result(2)).to_contain_text("a fox in the snow")


async def test_what_concerns_one_person_is_seen_by_that_person_alone(
    start_demo: StartDemo, visitor: Visitor
) -> None:
    demo = start_demo("--render-seconds", "0.2")
    await visitor.arrive(demo.address)
    await visitor.command("quota")
    await visitor.send()
    await expect(visitor.message("Your quota")).to_be_visible()
    await visitor.create("x" * 540)
    await expect(visitor.message("28 too many")).to_be_visible()
    await visitor.create("a fox in the snow", options={"duration": "3"})
    await visitor.result()

    await visitor.become("Ben")

    await expect(await visitor.result()).to_contain_text("a fox in the snow")
    await expect(visitor.messages.filter(has_text="Your quota")).to_have_count(0)
    await expect(visitor.messages.filter(has_text="28 too many")).to_have_count(0)

    await visitor.become("Alice")
    await expect(visitor.message("Your quota")).to_be_visible()


async def test_ctrl_c_ends_it_and_leaves_nothing_behind(
    start_demo: StartDemo, visitor: Visitor
) -> None:
    demo = start_demo("--render-seconds", "0.2")
    await visitor.arrive(demo.address)
    await visitor.create("a fox in the snow", options={"duration": "3"})
    await expect((await visitor.result()).locator("video")).to_be_visible()

    ended = demo.interrupt()

    assert (ended.status, ended.out, ended.err) == (0, "", "")
    assert demo.leftovers() == []


async def test_a_bad_day_at_oxen_can_be_tried(start_demo: StartDemo, visitor: Visitor) -> None:
    demo = start_demo(
        *("--render-seconds", "0.2", "--fault", "fail-generation=1:Blocked by the safety filter")
    )
    await visitor.arrive(demo.address)

    await visitor.create("a duel at dawn")

    card = visitor.message("Not made for")
    await expect(card).to_contain_text("its safety check refused the prompt or a picture")
    await expect(card).to_contain_text("Nothing was charged.")


def test_a_port_in_use_is_told_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            [sys.executable, "-m", "bot", "demo", "--no-browser", "--port", port],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        f"clapperboard: Port {port} cannot be used (Address already in use); "
        "choose another with --port.\n"
    )
