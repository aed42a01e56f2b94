"""Continue: the last frame of a finished video is the first of the next scene."""

import base64
import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from bot.media.animatic import AnimaticRequest
from bot.models.generation import GenerationState, OriginKind
from bot.models.references import ReferenceRole
from tests.world import World, button, form, picture, private_answer, renumber, words

FOX = picture(colour="orange")
NAVY, GOLD = (0, 0, 128), (255, 215, 0)


def golden_ending(request: AnimaticRequest, path: Path) -> None:
    """A small navy video whose very last frame is golden."""
    frames = int(sum(shot.duration_s for shot in request.shots) * 4)
    with av.open(path, "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=4, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for number in range(frames):
            colour = GOLD if number == frames - 1 else NAVY
            image = Image.new("RGB", (64, 36), colour)
            frame = av.VideoFrame.from_image(image)  # type: ignore[no-untyped-call]
            frame.pts, frame.time_base = number, Fraction(1, 4)
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))


def opened(data_uri: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(data_uri.partition("base64,")[2])))


def looks_golden(image: Image.Image) -> bool:
    pixel: Any = image.convert("RGB").getpixel((image.width // 2, image.height // 2))
    return all(abs(a - b) < 30 for a, b in zip(pixel, GOLD, strict=True))


@pytest.mark.world(sandbox={"renderer": golden_ending})
async def test_the_next_scene_begins_where_the_video_ends_and_keeps_the_rest(world: World) -> None:
    await world.create(
        "@Image1 dances",
        image1=("fox.png", FOX),
        start_frame=("moon.png", picture(colour="navy")),
        end_frame=("sun.png", picture(colour="yellow")),
        negative_prompt="rain",
        aspect_ratio="9:16",
        duration=4,
        audio=True,
    )
    first = await world.delivered()
    made = await world.reached(GenerationState.DELIVERED)

    shown = await world.alice.click(first, label="Continue")

    assert form(shown) == {
        "prompt": "",
        "negative_prompt": "rain",
        "duration": ["4"],
        "aspect_ratio": ["9:16"],
        "audio": True,
    }
    assert "After: @Image1 dances" in str(shown.modal)
    await world.alice.submit_modal(shown, form(shown) | {"prompt": "@Image1 bows"})
    second = await world.delivered()

    assert "> @Image1 bows" in words(second)
    before, after = (dict(one.parameters) for one in world.sandbox.generations)
    frame = opened(after["start_image_url"])
    assert looks_golden(frame)
    assert min(frame.size) >= 300, "a small frame is made as large as the model wants it"
    assert frame.width * 36 == pytest.approx(frame.height * 64, rel=0.01)
    assert "tail_image_url" not in after
    kept = ("input_image", "negative_prompt", "aspect_ratio", "generate_audio", "duration")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    asked = (await world.request()).request
    assert asked.origin is not None
    assert asked.origin.kind is OriginKind.CONTINUE
    assert (asked.origin.request_id, asked.origin.generation_id) == (made.request_id, made.id)


async def test_anybody_may_continue_a_public_video_and_it_is_theirs(world: World) -> None:
    await world.create("a walk")
    result = await world.delivered()

    shown = await world.ben.click(result, label="Continue")
    await world.ben.submit_modal(shown, form(shown) | {"prompt": "a rest"})

    assert f"### Video for {world.ben.mention}" in words(await world.delivered())
    assert await world.used(world.alice) == (1, 5)
    assert await world.used(world.ben) == (1, 5)


async def test_nobody_else_continues_a_private_video(world: World) -> None:
    await world.create("a secret", private=True)
    secret = await world.reached(GenerationState.DELIVERED)
    await world.create("in public", by=world.ben)
    public = await world.delivered()
    renumber(world, public, button(public, "Continue"), f"clap:continue:{secret.id}")

    told = await world.ben.click(world.messages()[-1], label="Continue")

    assert "There is no such video here." in words(private_answer(told))


async def test_the_very_take_is_continued(world: World) -> None:
    await world.create("a walk", takes=2)
    await world.delivered(take=1)
    second_take = await world.delivered(take=2)
    made = await world.reached(GenerationState.DELIVERED, take=2)
    await world.at_rest()

    shown = await world.alice.click(second_take, label="Continue")
    await world.alice.submit_modal(shown, form(shown) | {"prompt": "a rest"})

    await world.delivered()
    origin = (await world.request()).request.origin
    assert origin is not None
    assert origin.generation_id == made.id


async def test_a_file_that_is_gone_is_fetched_anew(world: World) -> None:
    await world.create("a walk")
    result = await world.delivered()
    (file,) = (world.folder / "videos").glob("*.mp4")
    file.unlink()

    shown = await world.alice.click(result, label="Continue")
    await world.alice.submit_modal(shown, form(shown) | {"prompt": "a rest"})

    await world.delivered()
    assert (await world.request()).request.frame(ReferenceRole.START_FRAME)


async def test_while_oxen_is_away_what_was_typed_is_kept_for_later(world: World) -> None:
    await world.create("a walk")
    result = await world.delivered()
    (file,) = (world.folder / "videos").glob("*.mp4")
    file.unlink()
    world.sandbox.faults.arm("error-500", route="get")
    shown = await world.alice.click(result, label="Continue")
    told = private_answer(
        await world.alice.submit_modal(shown, form(shown) | {"prompt": "a long rest"})
    )
    assert "is not answering. Try again in a minute." in words(told)
    assert await world.used(world.alice) == (1, 5)
    world.sandbox.faults.disarm()

    shown = await world.alice.click(told, label="Edit")
    assert form(shown)["prompt"] == "a long rest"
    await world.alice.submit_modal(shown, form(shown))

    await world.delivered()
    assert (await world.request()).request.frame(ReferenceRole.START_FRAME)


async def test_a_prompt_that_is_too_long_loses_neither_its_words_nor_its_frame(
    world: World,
) -> None:
    await world.create("a walk")
    result = await world.delivered()
    shown = await world.alice.click(result, label="Continue")

    told = private_answer(
        await world.alice.submit_modal(shown, form(shown) | {"prompt": "x" * 540})
    )

    assert "28 too many" in words(told)
    shown = await world.alice.click(told, label="Edit")
    await world.alice.submit_modal(shown, form(shown) | {"prompt": "shorter"})
    await world.delivered()
    asked = (await world.request()).request
    assert asked.frame(ReferenceRole.START_FRAME)
    assert asked.origin is not None
    assert asked.origin.kind is OriginKind.CONTINUE


async def test_a_storyboard_goes_on_with_a_single_scene(world: World) -> None:
    opened = await world.alice.slash(world.channel, "video storyboard")
    for prompt, seconds in (("it wakes", "6"), ("it yawns", "2")):
        shown = await world.alice.click(private_answer(opened), label="Add shot")
        known = {name: value for name, value in form(shown).items() if value}
        await world.alice.submit_modal(shown, known | {"prompt": prompt, "duration": [seconds]})
    await world.alice.click(private_answer(opened), label="Render for $1.79")
    result = await world.delivered()

    shown = await world.alice.click(result, label="Continue")

    filled = form(shown)
    assert (filled["prompt"], filled["duration"]) == ("", ["3"]), "as its last shot, if that may be"
    assert "After: it wakes / it yawns" in str(shown.modal)
    await world.alice.submit_modal(shown, filled | {"prompt": "it sleeps"})
    await world.delivered()
    asked = world.sandbox.generations[1].parameters
    assert asked["prompt"] == "it sleeps"
    assert "multi_prompt" not in asked


async def test_the_cast_of_the_next_scene_is_whom_its_own_prompt_names(world: World) -> None:
    added = await world.alice.slash(world.channel, "cast add", name="luna", front=("luna.png", FOX))
    await world.alice.click(private_answer(added), label="They agree, add")
    await world.create("@luna walks")
    result = await world.delivered()

    shown = await world.alice.click(result, label="Continue")
    await world.alice.submit_modal(shown, form(shown) | {"prompt": "@luna rests"})
    await world.delivered()
    theirs = await world.ben.click(result, label="Continue")
    told = await world.ben.submit_modal(theirs, form(theirs) | {"prompt": "@luna runs"})

    assert world.sandbox.generations[1].parameters["prompt"] == "@Element1 rests"
    assert len(world.sandbox.generations[1].parameters["elements"]) == 1
    assert "belongs to somebody else" in words(private_answer(told))
    assert len(world.sandbox.generations) == 2
