"""By hand on the demo's page: a storyboard with a cast, previewed, rendered, continued, joined."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from bot.media.probe import probe_video
from tests.demo.conftest import PICTURES, StartDemo
from tests.demo.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SHOTS = (("@Image1 wakes up", 1), ("@luna yawns", 1), ("they run over the ice", 2))


async def test_from_a_cast_member_and_three_shots_to_a_reel(
    start_demo: StartDemo, visitor: Visitor
) -> None:
    demo = start_demo("--render-seconds", "0.2")
    await visitor.arrive(demo.address)
    await visitor.command("cast add")
    await visitor.option("name").fill("luna")
    await visitor.option("front").set_input_files(PICTURES / "astronaut.jpg")
    await visitor.send()
    await visitor.press("They agree, add", on=visitor.message("Add @luna?"))
    await expect(visitor.message("Added to the cast.")).to_be_visible()

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
    await expect(card).to_contain_text("4 of 15 s")
    await expect(card).to_contain_text("but no image is attached")
    await expect(card.get_by_role("button", name="Render for $0.90")).to_be_disabled()
    await visitor.press("Pictures", on=card)
    await visitor.attach("images", PICTURES / "fox.jpg")
    await visitor.submit()
    await expect(card.locator("img").first).to_be_visible()
    await visitor.press("Settings", on=card)
    await visitor.choose("aspect_ratio", "1:1")
    await visitor.submit()
    await expect(card).to_contain_text("Kling O3 Pro · 3 shots · 4 s · 1:1 · no sound · $0.90")

    await visitor.press("Preview", on=card)
    animatic = visitor.message("Animatic, free of charge")
    await expect(animatic.locator(".media-player-time")).to_have_text("0:00 / 0:04")
    assert demo.videos() == []
    await visitor.press("Render for $0.90", on=animatic)

    first = await visitor.result()
    await expect(first).to_contain_text("Shot 3 · 2 s · they run over the ice")
    await expect(first.locator(".media-player-time")).to_have_text("0:00 / 0:04")

    await visitor.press("Continue", on=first)
    await visitor.field("prompt").locator("textarea").fill("@luna waves from the moon")
    await visitor.choose("duration", "3 s")
    await visitor.submit()
    second = await visitor.result(2)
    await expect(second).to_contain_text("continues")

    await visitor.press("More…", on=second)
    await visitor.press("Make reel", on=visitor.message("Make reel"))
    reel = visitor.message("Reel of 2 scenes · 7 s")
    await expect(reel.locator(".media-player-time")).to_have_text("0:00 / 0:07")
    for file, seconds in zip(demo.videos(), (4, 3), strict=True):
        facts = probe_video(file)
        assert facts.width_px == facts.height_px
        assert facts.duration_ms == pytest.approx(1000 * seconds, abs=100)
