"""Every video knows what it came from, and everybody sees of the tree what is theirs to see."""

import discord
import pytest

from bot.models.generation import GenerationState, OriginKind
from tests.world import World, form, press_behind_more, private_answer, words


async def test_again_edit_fork_and_continue_name_what_they_came_from(world: World) -> None:
    await world.create("a walk")
    first = await world.delivered()
    link = f"https://discord.com/channels/{world.guild.id}/{world.channel.id}/{first.id}"

    async def origin_after(who: object) -> tuple[OriginKind, discord.Message]:
        result = await world.delivered()
        asked = (await world.request()).request
        assert asked.origin is not None
        return asked.origin.kind, result

    await world.alice.click(first, label="Again")
    kind, again = await origin_after(world.alice)
    assert kind is OriginKind.AGAIN
    assert f"-# once more, after [alice’s video]({link})" in words(again)  # noqa: RUF001

    shown = await world.alice.click(first, label="Edit")
    await world.alice.submit_modal(shown, form(shown) | {"prompt": "a run"})
    kind, edited = await origin_after(world.alice)
    assert kind is OriginKind.EDIT
    assert f"-# edited from [alice’s video]({link})" in words(edited)  # noqa: RUF001

    shown = await world.ben.click(first, label="Edit")
    await world.ben.submit_modal(shown, form(shown) | {"prompt": "a jump"})
    kind, forked = await origin_after(world.ben)
    assert kind is OriginKind.FORK
    assert f"-# forked from [alice’s video]({link})" in words(forked)  # noqa: RUF001

    shown = await world.ben.click(forked, label="Continue")
    await world.ben.submit_modal(shown, form(shown) | {"prompt": "a fall"})
    kind, continued = await origin_after(world.ben)
    assert kind is OriginKind.CONTINUE
    assert "-# continues [ben’s video](" in words(continued)  # noqa: RUF001
    assert f"/{forked.id})" in words(continued)


@pytest.mark.world(sandbox={"render_seconds": None})
async def test_the_card_that_waits_names_it_too(world: World) -> None:
    await world.create("a walk")
    (generation,) = await world.at_oxen()
    await world.sandbox.finish(generation.id)
    first = await world.delivered()

    await world.alice.click(first, label="Again")

    waiting = await world.shows("Rendering for", card=2)
    assert f"/{first.id})" in words(waiting)


async def test_the_tree_from_a_result_and_by_number(world: World) -> None:
    await world.create("a walk")
    first = await world.delivered()
    shown = await world.ben.click(first, label="Continue")
    await world.ben.submit_modal(shown, form(shown) | {"prompt": "a rest"})
    second = await world.delivered()
    await world.alice.click(first, label="Again")
    third = await world.delivered()
    number = (await world.request()).request.id

    card = await press_behind_more(world.mia, second, "Lineage")

    told = words(card).splitlines()
    assert told[0] == "### Lineage"
    assert told[1].startswith("alice · [a walk](https://discord.com/channels/")
    assert told[1].endswith(f"/{first.id})")
    assert told[2].startswith("\u2003↳ ▸ **continued by ben · [a rest](")
    assert told[2].endswith(f"/{second.id})**")
    assert told[3].startswith("\u2003↳ again by alice · [a walk](")
    assert told[3].endswith(f"/{third.id})")

    typed = await world.mia.autocomplete(world.channel, "video lineage", "id", "rest")
    assert [choice["name"] for choice in typed] == [f"#{number - 1} · done · a rest"]
    by_number = await world.mia.slash(world.channel, "video lineage", id=f"#{number}")
    assert "▸ **again by alice" in words(private_answer(by_number))
    assert len(world.messages()) == 6, "nothing of it is public"


async def test_private_ones_of_others_are_not_there(world: World) -> None:
    await world.create("a walk")
    first = await world.delivered()
    await world.create("a secret", by=world.ben, private=True)
    await world.reached(GenerationState.DELIVERED)
    secret = (await world.request()).request.id

    typed = await world.alice.autocomplete(world.channel, "video lineage", "id", "")
    told = private_answer(await world.alice.slash(world.channel, "video lineage", id=str(secret)))
    alone = await press_behind_more(world.alice, first, "Lineage")

    assert [choice["name"].split(" · ")[2] for choice in typed] == ["a walk"]
    assert "There is no such video here." in words(told)
    assert "Nothing came before it" in words(alone)


async def test_what_happens_in_a_channel_that_one_cannot_read_stays_there(world: World) -> None:
    hidden = world.guild.create_text_channel(
        "hidden",
        overwrites={
            world.guild.default_role: discord.PermissionOverwrite(view_channel=False),
            world.mia: discord.PermissionOverwrite(view_channel=True),
        },
    )
    await world.mia.slash(hidden, "video create", prompt="a plan")
    await world.reached(GenerationState.DELIVERED)
    await world.at_rest()
    plan = (await world.request()).request.id

    for who, told in ((world.ben, "There is no such video here."), (world.mia, "a plan")):
        shown = await who.slash(world.channel, "video lineage", id=str(plan))
        assert told in words(private_answer(shown))
