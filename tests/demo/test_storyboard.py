"""A storyboard put together by hand on the demo's page."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from bot.media.probe import probe_video
from tests.demo.conftest import PICTURES, StartDemo
from tests.demo.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SHOTS = (("@Image1 wakes up", 4), ("it yawns", 5), ("it runs over the ice", 6))


async def test_three_shots_and_a_picture_become_one_video(
    start_demo: StartDemo, visitor: Visitor
) -> None:
    demo = start_demo("--render-seconds", "0.2")
    await visitor.arrive(demo.address)
    await visitor.command("video storyboard")
    await visitor.send()
    card = visitor.message("Storyboard")
    await expect(card).to_contain_text("No shots yet.")

    for prompt, seconds in SHOTS:
        await visitor.press("Add shot", on=card)
        await visitor.field("prompt").locator("textarea").fill(prompt)
        await visitor.choose("duration", f"{seconds} s")
        await visitor.submit()
        await expect(card).to_contain_text(prompt)
    await expect(card).to_contain_text("15 of 15 s")
    await expect(card).to_contain_text("but no image is attached")
    await expect(card.get_by_role("button", name="Render for $3.36")).to_be_disabled()
    await visitor.press("Pictures", on=card)
    await visitor.attach("images", PICTURES / "fox.jpg")
    await visitor.submit()
    await expect(card.locator("img").first).to_be_visible()
    await visitor.press("Settings", on=card)
    await visitor.choose("aspect_ratio", "1:1")
    await visitor.submit()
    await expect(card).to_contain_text("Kling O3 Pro · 3 shots · 15 s · 1:1 · no sound · $3.36")

    await visitor.press("Preview", on=card)
    animatic = visitor.message("Animatic, free of charge")
    await expect(animatic.locator(".media-player-time")).to_have_text("0:00 / 0:15")
    await visitor.press("Render for $3.36", on=animatic)

    result = await visitor.result()
    await expect(result).to_contain_text("Shot 3 · 6 s · it runs over the ice")
    await expect(result.locator(".media-player-time")).to_have_text("0:00 / 0:15")
    (file,) = demo.videos()
    facts = probe_video(file)
    assert facts.width_px == facts.height_px
    assert facts.duration_ms == pytest.approx(15_000, abs=100)
