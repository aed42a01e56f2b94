"""``/video storyboard``: shots put together by hand, kept, rendered."""

from __future__ import annotations

import base64
from typing import Any

import discord
import pytest
from simcord import InteractionResult, MemberActor

from bot.media.probe import probe_video
from bot.ui.custom_ids import Pair, pair_id
from tests.world import World, button, form, picture, private_answer, words

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
