"""Nobody is surprised by a price: the question before spending, and a button that works once."""

from dataclasses import replace

import discord
import pytest
from simcord import InteractionResult

from bot.generations.actor import Actor
from bot.models.generation import GenerationState
from bot.store.generations import SqlGenerationStore
from bot.ui.custom_ids import Action, custom_id
from tests.cogs.test_refusals import nothing_happened
from tests.world import World, button, form, picture, private_answer, renumber, words

FOX = picture(colour="orange")
asked_always = pytest.mark.world(quote={"confirm": "always"})


def draft_of(card: discord.Message) -> int:
    """Which draft a card is about."""
    return int(button(card, "Edit").rpartition(":")[2])


def stays_open(world: World, card: discord.Message) -> None:
    """Let Discord refuse to take the buttons off a card."""
    path = f"/webhooks/*/*/messages/{card.id}"
    world.env.inject_error("PATCH", path, status=404, code=10008, times=None)


async def forged(
    world: World, label: str, draft_id: int, *, preview: bool = False
) -> InteractionResult:
    """Ben presses a button of a card of his own that he made speak of another draft."""
    card = private_answer(await world.create("ben's", by=world.ben, preview=preview))
    before = button(card, label)
    renumber(world, card, before, custom_id(Action(before.split(":")[1]), draft_id))
    return await world.ben.click(card, label=label)


@asked_always
async def test_the_question_says_what_decides_and_its_button_makes_the_video_after_a_restart(
    world: World,
) -> None:
    asked = await world.create(
        "@Image1 smiles", image1=("fox.png", FOX), duration=6, takes=3, audio=True
    )

    card = private_answer(asked)
    for told in (
        "### Render this for $4.03?",
        "> @Image1 smiles",
        "3 takes at $1.34 each.",
        "Usually there in about 3 min.",
        "Leaves 17 of 20 videos and 182 of 200 s today,",
        "57 of 60 videos and 482 of 500 s this month.",
        "Kling O3 Pro · 6 s · 16:9 · sound · 3 takes · $4.03",
    ):
        assert told in words(card)
    assert world.file(card, ".webp")
    await nothing_happened(world)

    await world.restart()
    await world.alice.click(card, label="Render for $4.03")

    await world.delivered(take=3)
    closed = words(private_answer(asked))
    assert closed.startswith("Begun. [See how far it is.](")
    assert f"/{world.channel.id}/{world.messages()[0].id})" in closed
    assert [len(g.parameters["input_image"]) for g in world.sandbox.generations] == [1, 1, 1]
    assert await world.used(world.alice) == (3, 18)


@pytest.mark.world(quote={"confirm": "above"})
async def test_by_default_only_what_costs_more_than_one_video_asks(world: World) -> None:
    await world.create(duration=15)
    await world.delivered()

    asked = await world.create(duration=15, takes=4)

    assert "### Render this for $13.44?" in words(private_answer(asked))
    assert len(world.sandbox.generations) == 1


@pytest.mark.parametrize("private", [False, True])
@asked_always
async def test_a_confirm_button_works_once_and_then_tells_where_the_video_is(
    world: World, *, private: bool
) -> None:
    card = private_answer(await world.create(private=private))
    stays_open(world, card)

    await world.alice.click(card, label="Render for $1.12")
    await world.reached(GenerationState.DELIVERED)
    await world.restart()
    late = await world.alice.click(card, label="Render for $1.12")

    assert len(world.sandbox.generations) == 1
    assert await world.used(world.alice) == (1, 5)
    told = words(private_answer(late))
    assert "That has begun already, so nothing more was charged." in told
    request = (await world.request()).request
    assert f"/{request.channel_id}/{request.placeholder_message_id})" in told
    assert len(world.messages()) == (0 if private else 2)


@pytest.mark.parametrize("private", [False, True])
@asked_always
async def test_of_two_presses_at_the_same_time_one_begins(
    world: World, monkeypatch: pytest.MonkeyPatch, *, private: bool
) -> None:
    async def too_early(*_: object) -> None:
        """What the second sees that looks before the first has written."""

    card = private_answer(await world.create(private=private))
    stays_open(world, card)
    await world.alice.click(card, label="Render for $1.12")
    await world.reached(GenerationState.DELIVERED)
    messages = len(world.messages())
    monkeypatch.setattr(SqlGenerationStore, "request_of_draft", too_early)

    second = await world.alice.click(card, label="Render for $1.12")

    assert "That has begun already" in words(private_answer(second))
    assert len(world.sandbox.generations) == 1
    assert await world.used(world.alice) == (1, 5)
    assert len(world.messages()) == messages
    if private:
        direct = world.alice.user.dm_channel.history()
        assert [m for m in direct if "Preparing" in words(m)] == []


@pytest.mark.world(quote={"confirm": "always"}, quota={"generations_per_day": 1})
async def test_the_quota_refuses_at_the_question_and_at_the_press_and_keeps_the_draft(
    world: World,
) -> None:
    first = private_answer(await world.create("the first"))
    second = private_answer(await world.create("the second"))
    await world.alice.click(first, label="Render for $1.12")
    await world.delivered()

    refused = private_answer(await world.alice.click(second, label="Render for $1.12"))
    third = private_answer(await world.create("the third"))

    for card, prompt in ((refused, "the second"), (third, "the third")):
        assert "You have used 1 of 1 video today" in words(card)
        shown = await world.alice.click(card, label="Edit")
        assert form(shown)["prompt"] == prompt
    assert await world.used(world.alice) == (1, 5)
    assert len(world.messages()) == 2


@asked_always
async def test_edit_opens_the_form_and_asks_anew_in_the_same_place(world: World) -> None:
    asked = await world.create("@Image1 smiles", image1=("fox.png", FOX))
    shown = await world.alice.click(private_answer(asked), label="Edit")

    await world.alice.submit_modal(shown, form(shown) | {"duration": ["10"]})

    card = private_answer(asked)
    assert "### Render this for $2.24?" in words(card)
    assert "Render for $1.12" not in words(card)
    await world.alice.click(card, label="Render for $2.24")
    await world.delivered()
    (generation,) = world.sandbox.generations
    assert generation.parameters["duration"] == 10
    assert len(generation.parameters["input_image"]) == 1


@asked_always
async def test_discard_forgets_the_draft_and_costs_nothing(world: World) -> None:
    asked = await world.create()
    draft_id = draft_of(private_answer(asked))

    await world.alice.click(private_answer(asked), label="Discard")

    assert words(private_answer(asked)) == "Discarded. Nothing was charged."
    late = await forged(world, "Render for $1.12", draft_id)
    assert "That was discarded" in words(private_answer(late))
    await nothing_happened(world)


@asked_always
async def test_a_draft_that_expired_says_so_and_begins_nothing(world: World) -> None:
    card = private_answer(await world.create())
    world.clock.ahead_ms += 8 * 24 * 3_600_000

    late = await world.alice.click(card, label="Render for $1.12")

    assert "That was discarded" in words(private_answer(late))
    await nothing_happened(world)


@asked_always
async def test_somebody_else_s_draft_is_neither_begun_nor_discarded(world: World) -> None:
    hers = private_answer(await world.create("alice's"))

    told = await forged(world, "Render for $1.12", draft_of(hers))
    assert "That was discarded" in words(private_answer(told))
    told = await forged(world, "Preview", draft_of(hers))
    assert "That was discarded" in words(private_answer(told))
    await forged(world, "Discard", draft_of(hers))
    await nothing_happened(world)

    await world.alice.click(hers, label="Render for $1.12")
    await world.delivered()
    late = await forged(world, "Render for $1.12", draft_of(hers))
    assert "That draft is somebody else's" in words(private_answer(late))
    assert await world.used(world.ben) == (0, 0)


@asked_always
async def test_nothing_is_begun_at_another_price_than_the_button_says(world: World) -> None:
    card = private_answer(await world.create(duration=10))
    await world.app.bot.services.drafts.change(
        draft_of(card), Actor(world.alice.id, world.guild.id), lambda draft: replace(draft, takes=3)
    )

    told = private_answer(await world.alice.click(card, label="Render for $2.24"))

    assert "### Render this for $6.72?" in words(told)
    await nothing_happened(world)
    await world.alice.click(told, label="Render for $6.72")
    await world.delivered(take=3)
    assert await world.used(world.alice) == (3, 30)


@asked_always
async def test_again_asks_as_well(world: World) -> None:
    card = private_answer(await world.create())
    await world.alice.click(card, label="Render for $1.12")
    result = await world.delivered()

    asked = await world.ben.click(result, label="Again")

    assert "### Render this for $1.12?" in words(private_answer(asked))
    assert len(world.sandbox.generations) == 1


@pytest.mark.world(quote={"confirm": "above"}, oxen={"model": "no-price-model"})
async def test_a_price_that_is_not_known_is_said_and_asked_about(world: World) -> None:
    card = private_answer(await world.create())

    assert "### Render this, at a price that is not known?" in words(card)
    assert "price unknown" in words(card)
    assert button(card, "Render")


@asked_always
async def test_the_question_is_asked_in_direct_messages_too(world: World) -> None:
    asked = await world.alice.user.slash("video create", prompt="a fox")

    card = private_answer(asked)
    assert "### Render this for $1.12?" in words(card)
    await world.alice.user.click(card, label="Render for $1.12")
    await world.reached(GenerationState.DELIVERED)
    await world.at_rest()
    assert words(private_answer(asked)).startswith("Begun.")
    assert world.messages() == []
