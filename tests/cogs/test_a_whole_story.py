"""From a storyboard with a cast to a reel, by everything that a person presses on the way."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.media.probe import probe_video
from bot.models.video import VideoFacts
from tests.cogs.test_cast import LUNA, added
from tests.cogs.test_storyboard import Board
from tests.world import World, form, more, picture, private_answer, words

FOX = picture(colour="orange")

# The scenes are joined by a program of its own, which has to start on a busy machine.
pytestmark = pytest.mark.simcord(settle_timeout=60)


def probed(world: World, message: discord.Message, folder: Path) -> VideoFacts:
    """What the video of a message is."""
    file = folder / f"{message.id}.mp4"
    file.write_bytes(world.file(message))
    return probe_video(file)


def sent_file(address: str) -> bytes:
    return base64.b64decode(address.partition(",")[2])


async def test_a_storyboard_previewed_rendered_continued_and_joined(
    world: World, tmp_path: Path
) -> None:
    await added(world, "luna")
    board = Board(world)
    await board.open()
    for prompt, seconds in (
        ("@luna finds @Image1", 4),
        ("they walk home", 5),
        ("@luna falls asleep", 6),
    ):
        await board.add(prompt, seconds)
    await board.form(await board.press("Pictures"), images=[("fox.png", FOX)])
    shown = await board.form(await board.press("Settings"), aspect_ratio=["1:1"])
    assert "3 shots · 15 s · 1:1 · no sound · $3.36" in shown

    seen = private_answer(await board.press("Preview"))
    assert "### Animatic, free of charge" in words(seen)
    [drawn] = world.sketches.drawn
    assert [(shot.prompt, shot.duration_s) for shot in drawn.shots][1] == ("they walk home", 5)
    assert drawn.images == (FOX,)
    assert [element.front for element in drawn.elements] == [LUNA]
    assert not world.sandbox.generations

    await world.alice.click(seen, label="Render for $3.36")
    first = await world.delivered()

    [asked] = world.sandbox.generations
    assert asked.parameters["multi_prompt"] == [
        {"prompt": "@Element1 finds @Image1", "duration": 4},
        {"prompt": "they walk home", "duration": 5},
        {"prompt": "@Element1 falls asleep", "duration": 6},
    ]
    [element] = asked.parameters["elements"]
    assert sent_file(element["frontal_image_url"]) == LUNA
    assert [sent_file(address) for address in asked.parameters["input_image"]] == [FOX]
    facts = probed(world, first, tmp_path)
    assert facts.duration_ms == pytest.approx(15_000, abs=100)
    assert facts.width_px == facts.height_px

    opened = await world.alice.click(first, label="Continue")
    scene: dict[str, Any] = form(opened) | {"prompt": "@luna wakes up", "duration": ["5"]}
    await world.alice.submit_modal(opened, scene)
    second = await world.delivered()

    asked = world.sandbox.generations[-1]
    assert asked.parameters["prompt"] == "@Element1 wakes up"
    assert asked.parameters["aspect_ratio"] == "1:1"
    assert sent_file(asked.parameters["start_image_url"]).startswith(b"\x89PNG")
    assert "continues" in words(second)

    await world.alice.click(await more(world.alice, second), label="Make reel")

    reel = world.messages()[-1]
    assert "### Reel of 2 scenes · 20 s" in words(reel)
    assert probed(world, reel, tmp_path).duration_ms == pytest.approx(20_000, abs=150)
    assert await world.used(world.alice) == (2, 20), "previews and reels cost nothing"
