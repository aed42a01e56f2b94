"""``/cast`` through the simulated Discord: who plays in the videos, and who may use them."""

import base64
import os
from typing import Any

import discord
import pytest
from simcord import InteractionResult, MemberActor

from bot.app import Application
from bot.config import DiscordSection
from bot.models.generation import GenerationState
from tests.world import World, button, config, form, picture, private_answer, words

LUNA = picture(colour="navy")
LUNA_SIDE = picture(colour="blue")
REX = picture(colour="orange", kind="JPEG")
DAY_MS = 24 * 3_600_000


def file_of(address: str) -> bytes:
    return base64.b64decode(address.partition(",")[2])


async def added(
    world: World, name: str, by: MemberActor | None = None, **options: Any
) -> discord.Message:
    """Add a character or object and give the word; the card that then stands there."""
    who = by or world.alice
    options = {"front": (f"{name}.png", LUNA), **options}
    asked = await who.slash(world.channel, "cast add", name=name, **options)
    card = private_answer(asked)
    if "They agree, add" in words(card):
        await who.click(card, label="They agree, add")
        card = private_answer(asked)
    return card


async def cast_of(world: World, who: MemberActor) -> str:
    return words(private_answer(await who.slash(world.channel, "cast list")))


async def refused(world: World, prompt: str, **how: Any) -> str:
    return words(private_answer(await world.create(prompt, **how)))


async def test_a_character_with_two_views_plays_in_a_video_by_name(world: World) -> None:
    asked = await world.alice.slash(
        world.channel,
        "cast add",
        name="luna",
        front=("luna.png", LUNA),
        angle2=("side.png", LUNA_SIDE),
    )
    question = private_answer(asked)
    assert "### Add @luna?" in words(question)
    assert "the name and 2 pictures" in words(question)
    assert "**Can use it**: you alone." in words(question)
    assert "nobody in the cast has that name" in await refused(world, "@luna walks")

    await world.alice.click(question, label="They agree, add")

    assert "Added to the cast." in words(private_answer(asked))
    await added(world, "rex", kind="object", front=("rex.jpg", REX))
    await world.create("@Rex looks for @luna near @Image1", image1=("moon.png", picture()))
    result = await world.delivered()
    (generation,) = world.sandbox.generations
    assert generation.parameters["prompt"] == "@Element1 looks for @Element2 near @Image1"
    rex, luna = generation.parameters["elements"]
    assert file_of(rex["frontal_image_url"]) == REX
    assert file_of(luna["frontal_image_url"]) == LUNA
    assert [file_of(angle) for angle in luna["reference_image_urls"]] == [LUNA_SIDE]
    assert "@Rex looks for @luna near @Image1" in words(result)


async def test_an_object_needs_no_word(world: World) -> None:
    card = await added(world, "bike", kind="object")

    assert "An object needs nobody's agreement." in words(card)
    assert "An object, for you alone." in words(card)


async def test_an_unknown_name_is_refused_with_the_nearest_and_nothing_is_lost(
    world: World,
) -> None:
    await added(world, "luna")

    answer = private_answer(await world.create("@lunna and @zorro"))

    assert (
        "@lunna is in the prompt, but nobody in the cast has that name. Did you mean @luna?"
        in words(answer)
    )
    assert "@zorro is in the prompt" in words(answer)
    opened = await world.alice.click(answer, label="Edit")
    assert form(opened)["prompt"] == "@lunna and @zorro"
    assert world.messages() == []
    assert await world.used(world.alice) == (0, 0)


async def test_what_is_private_shows_to_nobody_else(world: World) -> None:
    await added(world, "luna")

    assert "@luna" in await cast_of(world, world.alice)
    for who in (world.ben, world.mia):
        assert "Nobody in the cast yet" in await cast_of(world, who)
        shown = await who.slash(world.channel, "cast show", name="luna")
        assert "Nobody in the cast is called that. See who" in words(private_answer(shown))
        assert await who.autocomplete(world.channel, "cast show", "name", "lu") == []
        told = await refused(world, "@lunna and @luna", by=who)
        assert "Did you mean" not in told
        assert "@luna is in the prompt, but nobody" in told


async def test_a_team_is_those_with_the_role(world: World) -> None:
    role = world.guild.create_role("Actors")
    anna = world.guild.add_member(world.env.create_user("anna"), roles=[role])
    await added(world, "luna", anna, share="team", team=role)

    told = await refused(world, "@luna", by=world.ben)
    assert "nobody in the cast has that name" in told
    assert "Nobody" in await cast_of(world, world.ben)
    assert f"For everyone with <@&{role.id}>" in await cast_of(world, world.mia)
    carl = world.guild.add_member(world.env.create_user("carl"), roles=[role])
    await world.create("@luna", by=carl)
    await world.reached(GenerationState.DELIVERED)
    outsider = private_answer(
        await world.ben.slash(
            world.channel, "cast add", name="rex", front=("r.jpg", REX), share="team", team=role
        )
    )
    assert "you do not have that role" in words(outsider)


async def test_who_moderates_one_channel_decides_nothing_for_the_whole_server(
    world: World,
) -> None:
    secret = world.guild.create_role("Secret team")
    anna = world.guild.add_member(world.env.create_user("anna"), roles=[secret])
    corner = world.guild.create_text_channel(
        "corner", overwrites={world.ben: discord.PermissionOverwrite(manage_messages=True)}
    )
    await added(world, "luna", share="server")
    await added(world, "rex", anna, share="team", team=secret)

    listed = words(private_answer(await world.ben.slash(corner, "cast list")))
    removing = await world.ben.slash(corner, "cast remove", name="luna")
    reports = await world.ben.slash(corner, "cast reports")
    saving = await world.ben.slash(corner, "preset save", name="House", takes=2, server=True)
    hanging = await world.ben.slash(corner, "unsettled")

    assert "@luna" in listed
    assert "@rex" not in listed
    for refusal in (removing, reports, saving, hanging):
        assert "moderator" in words(private_answer(refusal))
    assert "@rex" in await cast_of(world, world.mia)


async def test_the_servers_cast_is_everybodys_and_its_keepers_are_owner_and_moderators(
    world: World,
) -> None:
    await added(world, "luna", share="server")
    await added(world, "luna", world.ben, front=("mine.jpg", REX))

    await world.create("@luna", by=world.ben)
    await world.reached(GenerationState.DELIVERED)
    (generation,) = world.sandbox.generations
    (element,) = generation.parameters["elements"]
    assert file_of(element["frontal_image_url"]) == REX, "one's own comes first"

    suggested = await world.ben.autocomplete(world.channel, "cast show", "name", "lu")
    mine, everybodys = [choice["value"] for choice in suggested]
    assert mine == "luna"
    card = private_answer(await world.ben.slash(world.channel, "cast show", name=everybodys))
    assert "for everyone in this server" in words(card)
    assert "[Report]" in words(card)
    assert "[Remove]" not in words(card)
    not_his = await world.ben.slash(world.channel, "cast remove", name=everybodys)
    assert f"Only {world.alice.mention}, who added @luna, or a moderator can" in words(
        private_answer(not_his)
    )

    removing = await world.mia.slash(world.channel, "cast remove", name="luna")
    await world.mia.click(private_answer(removing), label="Remove")
    assert "@luna is out of the cast" in words(private_answer(removing))
    assert "nobody in the cast has that name" in await refused(world, "@luna")


@pytest.mark.world(sandbox={"render_seconds": None})
async def test_a_video_shows_nobody_the_pictures_of_a_private_cast(world: World) -> None:
    await added(world, "luna")
    await world.create("@luna walks")
    (generation,) = await world.at_oxen()
    card = await world.shows("### Rendering for", "@luna walks")
    assert card.attachments == []
    await world.sandbox.finish(generation.id)
    result = await world.delivered()

    for who, pictures in ((world.ben, 0), (world.alice, 1)):
        behind = private_answer(await who.click(result, label="More…"))
        assert "**Cast** @luna" in words(behind)
        assert len(behind.attachments) == pictures
        call = private_answer(await who.click(behind, label="API call"))
        program = world.file(call, ".py").decode()
        assert "@Element1 walks" in program
        assert base64.b64encode(LUNA).decode()[:40] not in program


async def test_somebody_elses_cast_does_not_come_along_with_their_video(world: World) -> None:
    await added(world, "luna")
    await world.create("@luna walks")
    result = await world.delivered()

    again = await world.ben.click(result, label="Again")

    assert "@luna is in the prompt, but belongs to somebody else" in words(private_answer(again))
    await added(world, "luna", world.ben, front=("mine.jpg", REX))
    await world.ben.click(result, label="Again")
    await world.reached(GenerationState.DELIVERED)
    (element,) = world.sandbox.generations[-1].parameters["elements"]
    assert file_of(element["frontal_image_url"]) == REX


async def test_ones_own_cast_is_there_in_direct_messages_and_the_servers_is_not(
    world: World,
) -> None:
    await added(world, "luna")
    await added(world, "rex", share="server", front=("rex.jpg", REX))
    here = world.alice.user

    listed = words(private_answer(await here.slash("cast list")))
    assert "For you alone" in listed
    assert "For people in another server" in listed, "it is hers to edit and remove"
    no_server = await here.slash("cast add", name="x", front=("x.png", LUNA), share="server")
    assert "There is no server here to share with." in words(private_answer(no_server))
    told = await here.slash("video create", prompt="@luna and @rex")
    assert "@rex is in the prompt, but nobody" in words(private_answer(told))
    assert "@luna is" not in words(private_answer(told))
    await here.slash("video create", prompt="@luna")
    await world.reached(GenerationState.DELIVERED)
    (element,) = world.sandbox.generations[-1].parameters["elements"]
    assert file_of(element["frontal_image_url"]) == LUNA


async def test_a_video_made_again_says_that_its_cast_is_gone(world: World) -> None:
    await added(world, "luna")
    await world.create("@luna walks")
    result = await world.delivered()
    removing = await world.alice.slash(world.channel, "cast remove", name="luna")
    await world.alice.click(private_answer(removing), label="Remove")

    again = await world.alice.click(result, label="Again")

    assert "@luna is in the prompt and was in the cast" in words(private_answer(again))
    assert await world.used(world.alice) == (1, 5)


async def test_a_question_that_waits_survives_a_restart_and_is_answered_once(
    world: World,
) -> None:
    asked = await world.alice.slash(
        world.channel, "cast add", name="luna", front=("luna.png", LUNA)
    )
    question = private_answer(asked)

    await world.restart()
    await world.alice.click(question, label="They agree, add")

    assert "[Edit]" in words(private_answer(asked))
    assert "@luna" in await cast_of(world, world.alice)


async def test_cancelling_adds_nobody_and_a_question_expires_kindly(world: World) -> None:
    first, second = [
        await world.alice.slash(world.channel, "cast add", name=name, front=("luna.png", LUNA))
        for name in ("luna", "moon")
    ]
    await world.alice.click(private_answer(first), label="Cancel")
    assert "@luna was not added." in words(private_answer(first))

    world.clock.ahead_ms += DAY_MS + 1
    await world.alice.click(private_answer(second), label="They agree, add")

    assert "waited longer than a day" in words(private_answer(second))
    assert "Nobody in the cast yet" in await cast_of(world, world.alice)


async def test_a_name_that_cannot_be_is_mended_without_attaching_again(world: World) -> None:
    asked = await world.alice.slash(
        world.channel, "cast add", name="image2", front=("luna.png", LUNA), kind="object"
    )
    assert "@image2 means something else already." in words(private_answer(asked))

    opened = await world.alice.click(private_answer(asked), label="Edit")
    filled = form(opened)
    assert filled["name"] == "image2"
    for file in (world.folder / "pictures").iterdir():
        os.utime(file, (0, 0))
    done = await world.alice.submit_modal(
        opened, {"name": "luna", "sharing": filled["sharing"], "front": [], "angles": []}
    )

    assert "Added to the cast." in words(private_answer(done))
    await world.create("@luna")
    await world.reached(GenerationState.DELIVERED)


async def test_a_form_that_was_open_meanwhile_brings_no_picture_back_that_is_gone(
    world: World,
) -> None:
    card = await added(world, "bike", kind="object")
    opened = await world.alice.click(card, label="Edit")
    for file in (world.folder / "pictures").iterdir():
        os.utime(file, (0, 0))
    await world.alice.slash(world.channel, "cast edit", name="bike", front=("rex.jpg", REX))

    sharing = form(opened)["sharing"]
    await world.alice.submit_modal(
        opened, {"name": "cycle", "sharing": sharing, "front": [], "angles": []}
    )
    await world.create("@cycle")
    await world.reached(GenerationState.DELIVERED)

    (generation,) = world.sandbox.generations
    (element,) = generation.parameters["elements"]
    assert file_of(element["frontal_image_url"]) == REX


async def test_a_picture_that_cannot_be_used_is_refused_by_its_name(world: World) -> None:
    small = ("small.png", picture(size=(200, 200)))
    nothing = await world.alice.slash(world.channel, "cast add", name="luna", front=small)
    kept = await world.alice.slash(
        world.channel, "cast add", name="luna", front=("luna.png", LUNA), angle3=small
    )

    assert "both sides must be at least 300 px" in words(private_answer(nothing))
    assert "[Edit]" not in words(private_answer(nothing))
    assert "angle3 is 200" in words(private_answer(kept))
    assert "[Edit]" in words(private_answer(kept))
    assert "Nobody in the cast yet" in await cast_of(world, world.alice)


async def test_new_pictures_and_wider_sharing_ask_again_and_a_new_name_does_not(
    world: World,
) -> None:
    await added(world, "luna", angle1=("side.png", LUNA_SIDE))
    edit = "cast edit"
    renamed = await world.alice.slash(world.channel, edit, name="luna", new_name="Selene")
    assert "Changed." in words(private_answer(renamed))
    assert "### @Selene" in words(private_answer(renamed))

    wider = await world.alice.slash(world.channel, edit, name="selene", share="server")
    assert "### Change @Selene?" in words(private_answer(wider))
    assert "Nobody" in await cast_of(world, world.ben)
    await world.alice.click(private_answer(wider), label="They agree, change")
    assert "@Selene" in await cast_of(world, world.ben)

    card = private_answer(await world.alice.slash(world.channel, "cast show", name="SELENE"))
    opened = await world.alice.click(card, label="Edit")
    filled = form(opened)
    assert filled["name"] == "Selene"
    changed = await world.alice.submit_modal(
        opened,
        {
            "name": "Selene",
            "sharing": filled["sharing"],
            "front": [("new.jpg", REX)],
            "angles": [],
        },
    )
    assert "### Change @Selene?" in words(private_answer(changed))
    await world.alice.click(private_answer(changed), label="They agree, change")
    fewer = await world.alice.slash(world.channel, edit, name="selene", remove_angles=True)
    assert "It has 1 picture, which leaves room for 3 more" in words(private_answer(fewer))

    await world.create("@selene")
    await world.reached(GenerationState.DELIVERED)
    (element,) = world.sandbox.generations[-1].parameters["elements"]
    assert file_of(element["frontal_image_url"]) == REX
    assert element.get("reference_image_urls", []) == []


async def test_a_name_is_taken_once_in_its_place(world: World) -> None:
    await added(world, "luna", share="server")

    taken = await added(world, "LUNA", world.ben, share="server")

    assert "@LUNA is taken in this server's cast." in words(taken)


async def reported(world: World, *, by: MemberActor) -> InteractionResult:
    card = private_answer(await by.slash(world.channel, "cast show", name="luna"))
    opened = await by.click(card, label="Report")
    return await by.submit_modal(opened, {"reason": "that is **me**, and nobody asked"})


async def test_anybody_can_ask_for_removal_and_moderators_decide(world: World) -> None:
    await added(world, "luna", share="server")
    await added(world, "rex", share="server", front=("rex.jpg", REX))

    told = await reported(world, by=world.ben)

    assert "The moderators of this server decide whether @luna stays" in words(private_answer(told))
    not_hers = await world.alice.slash(world.channel, "cast reports")
    assert "Only moderators of this server" in words(private_answer(not_hers))
    listed = await world.mia.slash(world.channel, "cast reports")
    assert "### 1 likeness is reported" in words(private_answer(listed))
    assert r"that is \*\*me\*\*, and nobody asked" in words(private_answer(listed))
    await world.mia.click(private_answer(listed), label="Keep")
    assert "Nothing is reported" in words(private_answer(listed))
    assert "@luna" in await cast_of(world, world.ben)

    await reported(world, by=world.ben)
    listed = await world.mia.slash(world.channel, "cast reports")
    await world.mia.click(private_answer(listed), label="Remove")
    assert "Nothing is reported" in words(private_answer(listed))
    assert "@luna is in the prompt, but nobody" in await refused(world, "@luna")
    assert "@rex" in await cast_of(world, world.ben)


async def test_a_configured_channel_is_told_and_its_card_settles_the_report(world: World) -> None:
    office = world.guild.create_text_channel("moderators")
    settings = config(world.sandbox.base_url, world.folder).model_copy(
        update={"discord": DiscordSection(moderators_channel=office.id)}
    )
    world.build = lambda: Application(settings, clock=world.clock)
    await world.restart()
    await added(world, "luna", share="server")
    await added(world, "bike", kind="object", front=("rex.jpg", REX))
    await reported(world, by=world.ben)

    (card,) = office.history()
    assert "### A likeness is reported" in words(card)
    assert "nobody asked" in words(card)
    denied = await world.ben.click(card, label="Remove")
    assert "Only moderators of this server" in words(private_answer(denied))
    long_kept = [file for file in (world.folder / "pictures").iterdir() if file.is_file()]
    assert sorted(file.read_bytes() for file in long_kept) == sorted([LUNA, REX])
    for file in long_kept:
        os.utime(file, (0, 0))
    await world.mia.click(card, label="Remove")

    (card,) = office.history()
    assert f"@luna was removed from the cast by {world.mia.mention}." in words(card)
    (left,) = (world.folder / "pictures").iterdir()
    assert left.read_bytes() == REX, "her bytes are gone"
    assert "@luna is in the prompt, but nobody" in await refused(world, "@luna")


async def test_completion_names_whom_the_person_can_use(world: World) -> None:
    await added(world, "luna")
    await added(world, "lucy", share="server")
    await added(world, "rex", world.ben)

    assert [
        choice["name"]
        for choice in await world.alice.autocomplete(world.channel, "cast show", "name", "@LU")
    ] == ["luna · character · private", "lucy · character · server"]
    names = [
        choice["value"]
        for choice in await world.ben.autocomplete(world.channel, "cast edit", "name", "")
    ]
    assert names == ["rex"], "what others added is not his to edit"


async def test_the_option_completes_names_and_adds_those_that_the_prompt_lacks(
    world: World,
) -> None:
    await added(world, "luna")
    await added(world, "rex", kind="object", front=("rex.jpg", REX))
    await added(world, "lucy", world.ben)

    async def offered(typed: str) -> list[str]:
        found = await world.alice.autocomplete(world.channel, "video create", "cast", typed)
        return [choice["value"] for choice in found]

    assert await offered("") == ["luna", "rex"]
    assert await offered("@LU") == ["luna"]
    assert await offered("luna, ") == ["luna rex"]
    await world.create("a duel with @Luna", cast="luna, @rex")
    await world.reached(GenerationState.DELIVERED)
    (generation,) = world.sandbox.generations
    assert generation.parameters["prompt"] == "a duel with @Element1 @Element2"
    assert "Did you mean @luna?" in await refused(world, "a walk", cast="lun")
    assert "A name begins with a letter" in await refused(world, "a walk", cast="7up")


async def test_the_list_turns_its_pages(world: World) -> None:
    for number in range(7):
        await added(world, f"bike{number}", kind="object")

    listed = await world.alice.slash(world.channel, "cast list")
    assert "### The cast · 7\n-# Page 1 of 2" in words(private_answer(listed))
    await world.alice.click(private_answer(listed), label="Next")

    second = private_answer(listed)
    assert "Page 2 of 2" in words(second)
    assert "@bike6" in words(second)
    assert "@bike4" not in words(second)
    opened = await world.alice.click(second, custom_id=button(second, "@bike6"))
    assert "### @bike6" in words(private_answer(opened))
