"""The cast by hand: added, agreed to, named in a prompt, seen in the video."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.demo.conftest import PICTURES, StartDemo
from tests.demo.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_a_cast_member_is_added_by_hand_and_plays_in_a_video(
    start_demo: StartDemo, visitor: Visitor
) -> None:
    demo = start_demo("--render-seconds", "0.2")
    await visitor.arrive(demo.address)

    await visitor.command("cast add")
    await visitor.option("name").fill("luna")
    await visitor.option("front").set_input_files(PICTURES / "astronaut.jpg")
    await visitor.send()
    question = visitor.message("Add @luna?")
    await expect(question.get_by_role("img", name="Pictures of luna")).to_be_visible()
    await visitor.press("They agree, add", on=question)
    await expect(visitor.message("Added to the cast.")).to_be_visible()

    await visitor.create("a calm walk", options={"cast": "luna", "duration": "3"})
    result = await visitor.result()

    await expect(result).to_contain_text("a calm walk @luna")
    assert len(demo.videos()) == 1
    await visitor.become("Ben")
    await visitor.command("cast list")
    await visitor.send()
    await expect(visitor.message("Nobody in the cast yet")).to_be_visible()
