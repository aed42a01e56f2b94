"""Make reel: the scenes of a line, joined into one video that costs nothing."""

import io
import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import discord
import pytest

from bot.media.animatic import AnimaticRequest
from bot.media.probe import probe_video
from bot.models.generation import GenerationState
from tests.world import (
    World,
    button,
    form,
    more,
    press_behind_more,
    private_answer,
    renumber,
    words,
)

# The videos are joined by a program of its own, which has to start on a busy machine.
pytestmark = pytest.mark.simcord(settle_timeout=60)


async def continued(world: World, result: discord.Message, prompt: str, **by: Any) -> Any:
    """Continue a video; the next scene's message."""
    who = by.get("by", world.alice)
    shown = await who.click(result, label="Continue")
    await who.submit_modal(shown, form(shown) | {"prompt": prompt, "duration": ["3"]})
    return await world.delivered()


def length_ms(world: World, message: discord.Message, tmp_path: Path) -> int:
    (tmp_path / "posted.mp4").write_bytes(world.file(message))
    return probe_video(tmp_path / "posted.mp4").duration_ms


def packets(data: bytes) -> list[bytes]:
    with av.open(io.BytesIO(data), "r") as film:
        return [bytes(p) for p in film.demux(film.streams.video[0]) if p.dts is not None]


async def test_the_scenes_of_a_line_become_one_public_video_once(
    world: World, tmp_path: Path
) -> None:
    await world.create("a walk", duration=4)
    first = await world.delivered()
    second = await continued(world, first, "a rest", by=world.ben)
    third = await continued(world, second, "a dance")
    used = await world.used(world.alice), await world.used(world.ben)
    before = len(world.messages())

    await world.ben.click(await more(world.ben, third), label="Make reel")

    assert len(world.messages()) == before + 1
    reel = world.messages()[-1]
    told = words(reel)
    assert f"### Reel of 3 scenes · 10 s for {world.ben.mention}" in told
    for number, scene, prompt in (
        (1, first, "a walk"),
        (2, second, "a rest"),
        (3, third, "a dance"),
    ):
        assert f"[Scene {number}](https://discord.com/channels/" in told
        assert f"/{scene.id}) · {prompt}" in told
    assert "costs nothing" in told
    assert length_ms(world, reel, tmp_path) == pytest.approx(10_000, abs=5)
    joined = [p for scene in (first, second, third) for p in packets(world.file(scene))]
    assert packets(world.file(reel)) == joined, "nothing is encoded anew"
    assert (await world.used(world.alice), await world.used(world.ben)) == used

    told_kindly = private_answer(await world.alice.click(reel, label="Remove"))
    assert f"Only {world.ben.mention}, who posted this, or a moderator can." in words(told_kindly)
    await world.mia.click(reel, label="Remove")
    assert len(world.messages()) == before


async def test_only_a_scene_that_continues_another_offers_it(world: World) -> None:
    await world.create("a walk")
    first = await world.delivered()
    assert "[Make reel]" not in words(await more(world.alice, first))
    number = button(first, "More…").rpartition(":")[2]
    renumber(world, first, button(first, "More…"), f"clap:reel:{number}")

    told = await world.alice.click(world.messages()[-1], label="More…")

    assert "This is the first scene of its line" in words(private_answer(told))
    assert len(world.messages()) == 2


async def test_another_attempt_at_a_scene_stands_in_its_place(world: World) -> None:
    await world.create("a walk")
    first = await world.delivered()
    second = await continued(world, first, "a rest")
    await world.ben.click(second, label="Again")
    again = await world.delivered()

    await world.ben.click(await more(world.ben, again), label="Make reel")

    told = words(world.messages()[-1])
    assert "### Reel of 2 scenes · 8 s" in told
    assert f"/{first.id}) · a walk" in told
    assert f"/{again.id}) · a rest" in told


async def test_a_lost_file_is_fetched_before_and_a_full_disk_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.create("a walk")
    second = await continued(world, await world.delivered(), "a rest")
    for file in (world.folder / "videos").glob("*.mp4"):
        file.unlink()
    reels = world.folder / "videos" / "reels"
    reels.symlink_to("/dev/full")
    before = len(world.messages())

    told = await press_behind_more(world.alice, second, "Make reel")

    assert "my disk may be full" in words(told)
    assert len(world.messages()) == before
    world.troubles.expect("disk.takes_no_more")
    reels.unlink()
    await world.alice.click(await more(world.alice, second), label="Make reel")
    assert "### Reel of 2 scenes" in words(world.messages()[-1])


async def test_without_oxen_a_lost_scene_is_told_and_nothing_is_posted(world: World) -> None:
    await world.create("a walk")
    second = await continued(world, await world.delivered(), "a rest")
    for file in (world.folder / "videos").glob("*.mp4"):
        file.unlink()
    world.sandbox.faults.arm("error-500", route="get")
    before = len(world.messages())

    told = await press_behind_more(world.alice, second, "Make reel")

    assert "is not answering. Try again in a minute." in words(told)
    assert len(world.messages()) == before


def noisy_video(request: AnimaticRequest, path: Path) -> None:
    """Large for its length, so that there is something to save."""
    frames = int(sum(shot.duration_s for shot in request.shots) * 10)
    with av.open(path, "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=10, options={"preset": "ultrafast", "crf": "18"})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for number in range(frames):
            frame = av.VideoFrame(320, 180, "gray")
            frame.planes[0].update(os.urandom(frame.planes[0].buffer_size))
            frame = frame.reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))


@pytest.mark.world(sandbox={"renderer": noisy_video})
async def test_what_discord_finds_too_large_is_made_smaller(world: World) -> None:
    await world.create("a walk", duration=3)
    second = await continued(world, await world.delivered(), "a rest")
    behind = await more(world.alice, second)
    world.env.inject_error(
        "PATCH", "/webhooks/*/*/messages/@original", status=413, code=40005, times=2
    )

    await world.alice.click(behind, label="Make reel")

    reel = world.messages()[-1]
    assert "made smaller to fit this channel" in words(reel)
    scenes = [len(world.file(m)) for m in world.messages() if "### Video for" in words(m)]
    assert len(world.file(reel)) <= 0.8 * sum(scenes)


async def test_a_private_line_is_joined_in_private(world: World) -> None:
    await world.create("a secret", private=True)
    await world.at_rest()
    direct = world.alice.user.dm_channel
    first = [m for m in direct.history() if "### Video for" in words(m)][-1]
    shown = await world.alice.user.click(first, label="Continue")
    await world.alice.user.submit_modal(shown, form(shown) | {"prompt": "another"})
    await world.at_rest()
    second = [m for m in direct.history() if "> another" in words(m)][-1]

    await world.alice.user.click(await more(world.alice.user, second), label="Make reel")

    assert "### Reel of 2 scenes" in words(direct.history()[-1])
    assert world.messages() == []


async def test_a_private_line_stays_private_wherever_it_is_joined(world: World) -> None:
    await world.create("a secret", private=True)
    await world.at_rest()
    first = (await world.request()).request.id
    shown = private_answer(await world.alice.slash(world.channel, "video show", id=str(first)))
    opened = await world.alice.click(shown, label="Continue")
    await world.alice.submit_modal(opened, form(opened) | {"prompt": "another"})
    await world.at_rest()
    second = (await world.request()).request
    assert second.private
    shown = private_answer(await world.alice.slash(world.channel, "video show", id=str(second.id)))

    told = await press_behind_more(world.alice, shown, "Make reel")

    assert "### Reel of 2 scenes" in words(told)
    assert world.file(told)
    assert world.messages() == []
    copy = await press_behind_more(world.alice, shown, "Send again")
    assert "[Post here]" not in words(copy)


async def test_a_scene_of_a_channel_that_one_cannot_read_is_not_joined(world: World) -> None:
    jury = world.guild.create_text_channel(
        "jury",
        overwrites={
            world.guild.default_role: discord.PermissionOverwrite(view_channel=False),
            world.alice: discord.PermissionOverwrite(view_channel=True),
        },
    )
    await world.alice.slash(jury, "video create", prompt="a secret", duration=3)
    await world.reached(GenerationState.DELIVERED)
    await world.at_rest()
    opened = await world.alice.slash(world.channel, "video show", id="1")
    shown = await world.alice.click(private_answer(opened), label="Continue")
    await world.alice.submit_modal(shown, form(shown) | {"prompt": "a rest", "duration": ["3"]})
    second = await world.delivered()

    told = await press_behind_more(world.ben, second, "Make reel")

    assert "a channel that you cannot read" in words(told)


async def test_a_scene_that_was_deleted_is_joined_for_its_owner_alone(world: World) -> None:
    await world.create("a walk", duration=3)
    first = await world.delivered()
    second = await continued(world, first, "a rest")
    await world.mia.delete(first)
    before = len(world.messages())

    hers = await press_behind_more(world.alice, second, "Make reel")
    his = await press_behind_more(world.ben, second, "Make reel")

    assert "### Reel of 2 scenes" in words(hers)
    assert world.file(hers)
    assert "A scene of this line was deleted" in words(his)
    assert len(world.messages()) == before
