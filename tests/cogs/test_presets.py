"""Named settings: saved, listed, used once or every time, removed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.world import World, private_answer, words

BY_HAND = {"render_seconds": None}


async def preset(world: World, command: str, who: Any = None, **options: Any) -> str:
    """What ``/preset …`` answers."""
    actor = who or world.alice
    return words(private_answer(await actor.slash(world.channel, f"preset {command}", **options)))


@pytest.mark.world(sandbox=BY_HAND)
async def test_a_preset_is_used_once_by_name_and_what_is_said_goes_before_it(
    world: World,
) -> None:
    told = await preset(world, "save", name="Tall", aspect_ratio="9:16", duration=6, audio=True)
    assert "Saved: **Tall**" in told
    assert "6 s · 9:16 · sound" in told

    await world.create("a fox", preset="tall", duration=4)

    [sent] = await world.at_oxen()
    assert sent.parameters["aspect_ratio"] == "9:16"
    assert sent.parameters["generate_audio"] is True
    assert sent.parameters["duration"] == 4


@pytest.mark.world(
    sandbox=BY_HAND, oxen={"models": ["*"], "model": "kling-video-o3-pro-reference-to-video"}
)
async def test_a_preset_keeps_another_model_and_what_only_it_takes(world: World) -> None:
    await world.until(lambda: len(world.app.bot.services.models.offered()) > 1)
    told = await preset(
        world, "save", name="Omni", model="kling-video-o3-omni", extra="resolution=1080p"
    )
    assert "Kling O3 Omni" in told
    refused = await preset(world, "save", name="Odd", extra="resolution=1080p")
    assert "resolution" in refused
    assert "Saved" not in refused

    await world.create("a fox", preset="Omni")

    [sent] = await world.at_oxen()
    assert sent.parameters["resolution"] == "1080p"


@pytest.mark.world(sandbox=BY_HAND)
async def test_requests_begin_with_the_preset_in_use_also_after_a_restart(world: World) -> None:
    await preset(world, "save", name="Tall", aspect_ratio="9:16")
    assert "Your requests begin with **Tall** now." in await preset(world, "use", name="Tall")
    await world.restart()

    await world.create("a fox")
    await world.create("a bear", by=world.ben)
    first, second = await world.at_oxen(2)

    assert first.parameters["aspect_ratio"] == "9:16"
    assert second.parameters["aspect_ratio"] == "16:9", "it is Alice's alone"
    assert "your requests begin with it" in await preset(world, "list")
    assert "begin with no preset now" in await preset(world, "use")
    await world.create("an owl")
    assert (await world.at_oxen(3))[-1].parameters["aspect_ratio"] == "16:9"


@pytest.mark.world(sandbox=BY_HAND)
async def test_settings_can_be_taken_from_a_video(world: World) -> None:
    await world.create("a fox", duration=7, aspect_ratio="1:1", negative_prompt="rain")
    await world.at_oxen()

    told = await preset(world, "save", name="Like the fox", from_video="#1", duration=8)

    assert "Kling O3 Pro · 8 s · 1:1 · no sound · avoids “rain”" in told


async def test_servers_presets_are_moderators_business_and_everybodys_use(world: World) -> None:
    refused = await preset(world, "save", name="House", takes=2, server=True)
    assert "Only moderators can save a preset for the server." in refused

    await preset(world, "save", who=world.mia, name="House", takes=2, server=True)

    assert "**House** · the server's" in await preset(world, "list")
    offered = await world.alice.autocomplete(world.channel, "preset use", "name", "hou")
    assert offered == [{"name": "House", "value": "House"}]
    assert "Only moderators can remove" in await preset(world, "remove", name="House")
    assert "is removed" in await preset(world, "remove", who=world.mia, name="House")
    assert "There are no presets yet." in await preset(world, "list")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "That preset holds no settings."),
        ({"aspect_ratio": "4:3"}, "The aspect ratio can be 16:9, 9:16 or 1:1; you asked for 4:3."),
        ({"duration": 20}, "A video can be 3 to 15 seconds long; you asked for 20."),
        ({"from_video": "#12"}, "There is no such video here."),
    ],
)
async def test_a_preset_that_would_not_work_is_refused_when_it_is_saved(
    world: World, options: dict[str, Any], told: str
) -> None:
    assert told in await preset(world, "save", name="Odd", **options)
    assert "There are no presets yet." in await preset(world, "list")


async def test_a_name_that_is_not_there_is_told_with_the_nearest(world: World) -> None:
    await preset(world, "save", name="Tall", takes=2)

    assert "Did you mean “tall”?" in await preset(world, "use", name="tal")
    answered = await world.create("a fox", preset="tell")
    assert "Did you mean “tall”?" in words(private_answer(answered))
    assert world.sandbox.generations == ()
