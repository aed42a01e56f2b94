"""``/video storyboard``: shots put together by hand, kept, rendered."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import discord
import pytest
from simcord import InteractionResult, MemberActor

from bot.media.probe import probe_video
from bot.models.cast import Proposal, Viewer
from bot.models.generation import GenerationState
from bot.ui.custom_ids import Pair, pair_id
from tests.world import World, button, form, picture, private_answer, renumber, words

FOX = picture(colour="orange")
MOON = picture(colour="navy", kind="JPEG")
SHOTS = (("@Image1 wakes up", 4), ("it yawns", 5), ("it runs away", 6))


class Board:
    """A person at the card of their storyboard."""

    def __init__(self, world: World, who: MemberActor | None = None) -> None:
        self.world = world
        self.who = who or world.alice
        self._opened: InteractionResult | None = None

    @property
    def card(self) -> discord.Message:
        """The card as it is now."""
        assert self._opened is not None
        return private_answer(self._opened)

    async def open(self, **options: Any) -> str:
        """Give the command; what the card says."""
        self._opened = await self.who.slash(self.world.channel, "video storyboard", **options)
        return words(self.card)

    async def press(self, label: str) -> InteractionResult:
        return await self.who.click(self.card, label=label)

    async def form(self, opened: InteractionResult, **entered: Any) -> str:
        """Submit a form with some fields changed; what the card says then."""
        known = {name: value for name, value in form(opened).items() if value != ""}
        await self.who.submit_modal(opened, known | entered)
        return words(self.card)

    async def add(self, prompt: str, seconds: int, **entered: Any) -> str:
        opened = await self.press("Add shot")
        return await self.form(opened, prompt=prompt, duration=[str(seconds)], **entered)

    async def edit(self, number: int, **entered: Any) -> str:
        return await self.form(await self.open_shot(number), **entered)

    async def open_shot(self, number: int) -> InteractionResult:
        draft_id = int(button(self.card, "Add shot").rsplit(":", 1)[1])
        return await self.who.click(
            self.card, custom_id=pair_id(Pair.STORYBOARD_SHOT, draft_id, number)
        )

    def shown(self) -> str:
        return words(self.card)


@pytest.fixture
def board(world: World) -> Board:
    return Board(world)


def is_ready(card: Any) -> bool:
    """Whether the button that costs money can be pressed."""
    open_items = list(card.components)
    while open_items:
        item = open_items.pop()
        if str(getattr(item, "label", "")).startswith("Render"):
            return not item.disabled
        open_items += [
            *getattr(item, "children", ()),
            *filter(None, [getattr(item, "accessory", None)]),
        ]
    raise AssertionError("there is no such button")


async def test_from_an_empty_card_to_the_delivered_video(world: World, board: Board) -> None:
    shown = await board.open()
    assert "No shots yet." in shown
    assert "together they are one video of 3 to 15 s" in shown
    assert not is_ready(board.card)

    for prompt, seconds in SHOTS:
        shown = await board.add(prompt, seconds)
    assert "### Storyboard · 15 of 15 s" in shown
    assert "**Shot 1** · 4 s · 16 of 512\n> @Image1 wakes up" in shown
    assert "@Image1 is in the prompt of shot 1, but no image is attached." in shown
    assert not is_ready(board.card)

    shown = await board.form(await board.press("Pictures"), images=[("fox.png", FOX)])
    assert "-# @Image1" in shown
    shown = await board.form(await board.press("Settings"), aspect_ratio=["1:1"])
    assert "-# Kling O3 Pro · 3 shots · 15 s · 1:1 · no sound · $3.36" in shown
    assert is_ready(board.card)

    await world.restart()
    seen = words(private_answer(await board.press("Preview")))
    assert "### Animatic, free of charge" in seen
    (sketch,) = world.sketches.drawn
    assert [(shot.prompt, shot.duration_s) for shot in sketch.shots] == list(SHOTS)
    assert (sketch.aspect_ratio, sketch.images) == ("1:1", (FOX,))
    await board.press("Render for $3.36")
    result = await world.delivered()

    (generation,) = world.sandbox.generations
    asked = dict(generation.parameters)
    (sent,) = asked.pop("input_image")
    assert base64.b64decode(sent.partition(",")[2]) == FOX
    assert asked == {
        "multi_prompt": [{"prompt": prompt, "duration": seconds} for prompt, seconds in SHOTS],
        "aspect_ratio": "1:1",
    }
    assert "> **Shot 2** · 5 s · it yawns" in words(result)
    assert "Kling O3 Pro · 3 shots · 15 s · 1:1 · no sound · $3.36" in words(result)
    video = world.folder / "delivered.mp4"
    video.write_bytes(world.file(result))
    assert probe_video(video).duration_ms == 15_000
    assert await world.used(world.alice) == (1, 15)
    assert board.shown().startswith("Begun.")


async def test_what_is_unfinished_is_there_again_until_it_is_rendered(
    world: World, board: Board
) -> None:
    await board.open()
    await board.add("a fox wakes up", 4)

    await world.restart()

    assert "**Shot 1** · 4 s · 14 of 512" in await board.open()
    assert "As you left it." in board.shown()
    await board.press("Start anew")
    assert "No shots yet." in board.shown()
    await board.form(await board.press("Pictures"), start_frame=[("moon.jpg", MOON)])
    assert "-# first frame" in await board.open(), "an empty one is picked up, too"
    assert "No shots yet." in await board.open(new=True, takes=2, private=True)
    shown = await board.add("a boat", 3)
    assert "3 s · 16:9 · no sound · 2 takes · $1.34\n-# by direct message" in shown
    await board.press("Render for $1.34")
    await world.reached(GenerationState.DELIVERED, take=2)

    shown = await board.open()
    assert "a boat" not in shown, "it has been rendered"
    assert "-# first frame" in shown
    world.clock.ahead_ms += 7 * 86_400_000 + 1
    assert "As you left it." not in await board.open(), "drafts expire"


async def test_shots_are_edited_moved_and_removed(world: World, board: Board) -> None:
    await board.open()
    for prompt, seconds in SHOTS[1:]:
        await board.add(prompt, seconds)
    opened = await board.press("Add shot")
    assert form(opened) == {"prompt": "", "duration": ["4"], "place": ["3"]}
    await board.form(opened, prompt="a fox", place=["1"])
    assert shots(board) == ["a fox", "it yawns", "it runs away"]

    await world.restart()

    opened = await board.open_shot(3)
    assert form(opened) == {
        "prompt": "it runs away",
        "duration": ["6"],
        "place": ["3"],
        "remove": False,
    }
    await board.form(opened, prompt="it runs home", duration=["2"], place=["2"])
    assert shots(board) == ["a fox", "it runs home", "it yawns"]
    assert "### Storyboard · 11 of 15 s" in board.shown()
    stale = await board.open_shot(3)
    elsewhere = Board(world)
    await elsewhere.open()
    await board.edit(1, remove=True)
    assert shots(board) == ["it runs home", "it yawns"]
    await board.form(stale, prompt="it yawns twice")
    assert shots(board) == ["it runs home", "it yawns twice"], "the very shot, though it moved"
    gone = await elsewhere.open_shot(3)
    assert gone.modal is None
    assert "That shot is not there any more" in elsewhere.shown()
    assert shots(elsewhere) == shots(board)


async def test_nothing_typed_is_lost_however_wrong_it_is(world: World, board: Board) -> None:
    await board.open()
    too_long = "x" * 540
    shown = await board.add(too_long, 15)
    assert "**Shot 1** · 15 s · **540 of 512**" in shown
    assert "**Not ready yet.** The prompt of shot 1 is 540 characters, 28 too many." in shown
    assert not is_ready(board.card)
    opened = await board.open_shot(1)
    assert form(opened)["prompt"] == too_long
    await board.form(opened, prompt="a fox and @Luna")
    assert "@Luna is in the prompt, but nobody in the cast has that name." in board.shown()
    await board.edit(1, prompt="a fox and @Image2")
    shown = await board.add("it yawns", 2)
    assert "### Storyboard · 17 of 15 s, 2 s too many" in shown
    assert "@Image2 is in the prompt of shot 1, but no image is attached." in shown

    opened = await board.press("Pictures")
    damaged = ("[fox](x).gif", b"GIF89a")
    shown = await board.form(opened, images=[("moon.jpg", MOON), damaged, ("fox.png", FOX)])
    assert "\\[fox\\](x).gif" in shown
    assert "-# @Image1 · @Image2" in shown
    assert "The shots are 17 s long together; a video can be 3 to 15 s." in shown
    await board.edit(1, duration=["13"])
    opened = await board.press("Pictures")
    shown = await board.form(opened, end_frame=[("fox.png", FOX)], take_out=["0"])
    assert "-# @Image1 · last frame" in shown
    assert "> a fox and @Image1" in shown, "the picture is the same, so its number follows"
    assert "An end frame needs a start frame beside it." in shown
    opened = await board.press("Pictures")
    await board.form(opened, images=[("moon.jpg", MOON)], take_out=["0", "1"])
    shown = await board.form(
        await board.press("Settings"), negative_prompt="rain", audio=True, takes=["3"]
    )
    assert "2 shots · 15 s · 16:9 · sound · 3 takes · $10.08\n-# Without rain" in shown
    assert is_ready(board.card)


async def test_the_cast_plays_in_every_shot_and_counts_among_the_pictures(
    world: World, board: Board
) -> None:
    views: dict[str, Any] = {"front": ("luna.png", FOX), "angle2": ("side.png", picture())}
    asked = await world.alice.slash(world.channel, "cast add", name="luna", **views)
    await world.alice.click(private_answer(asked), label="They agree, add")
    await board.open()
    await board.add("@luna looks at @Image1", 3)
    colours = ("red", "green", "blue")
    attached = [(f"{colour}.png", picture(colour=colour)) for colour in colours]
    shown = await board.form(await board.press("Pictures"), images=attached)
    assert "-# @Image1 · @Image2 · @Image3 · @luna" in shown
    assert "3 attached and @luna 2 are 5: 1 too many." in shown
    assert "**Shot 1** · 3 s · 26 of 512" in shown, "as the model reads it"
    await board.form(await board.press("Pictures"), take_out=["2"])
    await board.add("and @Luna smiles", 3)

    await board.press("Render for $1.34")

    await world.reached(GenerationState.DELIVERED)
    (generation,) = world.sandbox.generations
    assert [shot["prompt"] for shot in generation.parameters["multi_prompt"]] == [
        "@Element1 looks at @Image1",
        "and @Element1 smiles",
    ]
    (element,) = generation.parameters["elements"]
    assert len(element["reference_image_urls"]) == 1


async def test_an_older_card_renders_nothing_but_what_it_shows(world: World, board: Board) -> None:
    front: dict[str, Any] = {"front": ("luna.png", FOX)}
    await world.alice.slash(world.channel, "cast add", name="luna", kind="object", **front)
    await board.open()
    await board.add("@luna sleeps", 3)
    previewed = private_answer(await board.press("Preview"))
    elsewhere = Board(world)
    await elsewhere.open()
    await elsewhere.edit(1, prompt="@luna wakes up")

    for older in (board.card, previewed):
        told = private_answer(await world.alice.click(older, label="Render for $0.67"))
        assert "This has changed meanwhile, so nothing has begun." in words(told)
        assert "> @luna wakes up" in words(told)
    assert board.shown() == "This has changed meanwhile. It goes on in the card below."
    front["front"] = ("moon.jpg", MOON)
    await world.alice.slash(world.channel, "cast edit", name="luna", **front)
    told = private_answer(await elsewhere.press("Render for $0.67"))
    assert "This has changed meanwhile" in words(told), "she looks otherwise by now"
    assert not world.sandbox.generations

    await world.alice.click(told, label="Render for $0.67")
    assert "@luna wakes up" in words(await world.delivered())
    assert await world.used(world.alice) == (1, 3)


@pytest.mark.world(quota={"seconds_per_day": 10})
async def test_a_refusal_leads_back_to_the_card(world: World, board: Board) -> None:
    await board.open()
    for prompt, seconds in SHOTS[1:]:
        await board.add(prompt, seconds)

    refused = await board.press("Render for $2.46")
    assert "seconds" in words(private_answer(refused))
    assert "### Storyboard" not in words(private_answer(refused))

    await world.alice.click(private_answer(refused), label="Edit")
    assert "### Storyboard · 11 of 15 s" in words(private_answer(refused))
    await board.edit(1, duration=["4"])
    await board.press("Render for $2.24")
    assert "> **Shot 2** · 6 s · it runs away" in words(await world.delivered())


@pytest.mark.world(quota={"seconds_per_day": 1})
async def test_who_may_have_no_video_cannot_fill_the_disk(world: World, board: Board) -> None:
    await board.open()
    opened = await board.press("Pictures")

    told = await world.alice.submit_modal(opened, {"images": [("fox.png", FOX)]})

    (below,) = told.followups
    assert below.ephemeral
    assert "more than the limit of 1 a day" in words(below.message)
    assert "No shots yet." in board.shown(), "the card stays"
    assert not (world.folder / "pictures").exists()


@pytest.mark.world(oxen={"models": ["veo-3-1-fast"]})
async def test_only_models_that_take_shots_are_offered(world: World, board: Board) -> None:
    await world.until(lambda: len(world.app.bot.services.models.offered()) > 1)
    offered = await world.alice.autocomplete(world.channel, "video storyboard", "model", "")
    assert [one["name"] for one in offered] == ["Kling O3 Pro · $0.224 a second"]

    refused = await board.open(model="Veo 3.1 Fast")

    assert "This model makes one shot at a time, so it takes no storyboard." in refused
    assert "There is no model `veo-9` here." in await board.open(model="veo-9")
    assert "No shots yet." in await board.open(model="kling-video-o3-pro-reference-to-video")


async def test_edit_and_again_under_the_result(world: World, board: Board) -> None:
    await board.open()
    await board.add("a fox", 3)
    left_open = await board.press("Add shot")
    await board.press("Render for $0.67")
    result = await world.delivered()

    await board.form(left_open, prompt="it yawns")
    assert "That one has become a video already" in board.shown()
    assert shots(board) == ["a fox", "it yawns"]
    told = await world.ben.click(result, label="Edit")
    copied = words(private_answer(told))
    assert "> a fox" in copied
    assert "[Render for $0.67]" in copied
    await world.ben.click(result, label="Again")
    again = await world.delivered()
    assert f"### Video for {world.ben.mention}" in words(again)
    assert "> **Shot 1** · 3 s · a fox" in words(again)
    assert [g.parameters["multi_prompt"] for g in world.sandbox.generations] == [
        [{"prompt": "a fox", "duration": 3}]
    ] * 2


async def test_a_storyboard_is_its_authors_own(world: World, board: Board) -> None:
    await board.open()
    await board.add("a fox", 3)
    own = button(board.card, "Add shot")
    bens = Board(world, world.ben)
    await bens.open()
    renumber(world, bens.card, button(bens.card, "Add shot"), own)

    told = await bens.press("Add shot")

    assert told.modal is None
    assert "That was discarded, or left alone for too long." in words(private_answer(told))
    assert shots(board) == ["a fox"]


def shots(board: Board) -> list[str]:
    """What the card quotes."""
    return [line[2:] for line in board.shown().splitlines() if line.startswith("> ")]


async def test_a_whole_crowd_in_the_shots_is_told_of_on_the_card_rather_than_breaking_it(
    board: Board,
) -> None:
    world, who = board.world, board.who
    await who.slash(world.channel, "cast add", name="extra", front=("x.png", FOX), kind="object")
    cast, viewer = world.app.bot.services.cast, Viewer(who.id)
    extra = await cast.find("extra", viewer)
    names = [f"extra-{number}" for number in range(1, 42)]
    for name in names:
        await cast.submit(Proposal(who.id, replace(extra.details, name=name)), viewer)
    await board.open()

    told = await board.add(" ".join(f"@{name}" for name in names), 5)

    assert "**Shot 1**" in told
    assert "The model takes 4 images in all" in told
    assert len(board.card.attachments) <= 10
