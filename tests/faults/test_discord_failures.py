"""Every failure of Discord at every call that the bot makes, on real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator

import discord
import pytest

from bot.errors import PostError
from bot.generations.actor import Actor
from bot.models.generation import GenerationState, Surface
from tests.chaos.discord_on_the_wire import DiscordOnTheWire
from tests.chaos.wire_faults import WireFault
from tests.chaos.wire_places import CHANNEL_ID
from tests.faults.conftest import RigMaker
from tests.faults.discord_failures import ALL, PASSING, REFUSALS
from tests.faults.verdict import at_rest, ended_well, hold_to_promises
from tests.faults.wire_channel import PERSON, WireChannel, ask, pointed_at
from tests.generations.rig import Rig

DELIVERED = GenerationState.DELIVERED
ANSWERS_TO_A_DELETION = [
    name for name in REFUSALS if name[:5] in {"10003", "10008", "50013", "50001"}
]


@pytest.fixture
async def wire() -> AsyncIterator[DiscordOnTheWire]:
    async with DiscordOnTheWire() as running:
        yield running


@pytest.fixture
async def posting(rig_maker: RigMaker, wire: DiscordOnTheWire) -> AsyncIterator[Rig]:
    """The services with the real discord.py."""
    with pointed_at(wire):
        async with discord.Client(intents=discord.Intents.none()) as client:
            await client.login("token")
            yield await rig_maker(places=WireChannel(client, wire))


@pytest.mark.parametrize("name", ALL)
async def test_a_card_that_could_not_be_edited_costs_no_video(
    posting: Rig, wire: DiscordOnTheWire, name: str
) -> None:
    wire.faults.arm(ALL[name].at("edit"))
    asked = await ask(posting, wire)

    await posting.engine.start()
    await ended_well(posting)

    assert sum(wire.faults.struck.values()) == 1
    assert "Done for" in asked.card.words(), "its later states are shown all the same"


@pytest.mark.parametrize("name", ALL)
async def test_a_send_that_fails_once_ends_in_one_post(
    posting: Rig, wire: DiscordOnTheWire, name: str
) -> None:
    wire.faults.arm(ALL[name].at("send"))
    await ask(posting, wire)

    await posting.engine.start()
    (row,) = await at_rest(posting)

    assert row.state is DELIVERED
    if name == "10008 unknown message":
        # To a send with a nonce it says: that message was there, and somebody has deleted it.
        assert posting.channel.visible(row.id) == []
        assert await posting.ledger_breaches() == []
        return
    await hold_to_promises(posting, [row])
    surface = Surface.PLACEHOLDER if name in REFUSALS else Surface.REPLY
    assert row.surface is surface


@pytest.mark.parametrize("name", {n: f for n, f in REFUSALS.items() if f.code != 10008})
async def test_a_send_that_is_refused_for_ever_ends_on_the_card(
    posting: Rig, wire: DiscordOnTheWire, name: str
) -> None:
    wire.faults.arm(ALL[name].at("send", times=None))
    asked = await ask(posting, wire)

    await posting.engine.start()
    (row,) = await ended_well(posting)

    assert row.posted_message_id == asked.card.id


@pytest.mark.parametrize("name", ALL)
async def test_the_last_way_by_direct_message_is_tried_until_it_is_settled(
    posting: Rig, wire: DiscordOnTheWire, name: str
) -> None:
    wire.places.channels[CHANNEL_ID].exists = False
    wire.faults.arm(ALL[name].at("dm"))
    await ask(posting, wire)

    await posting.engine.start()
    rows = await at_rest(posting)

    await hold_to_promises(posting, rows)
    (row,) = rows
    settled = GenerationState.FAILED if name in REFUSALS else DELIVERED
    assert row.state is settled


@pytest.mark.parametrize("name", [*REFUSALS, *PASSING])
async def test_a_direct_message_that_fails_is_there_once_or_explained(
    posting: Rig, wire: DiscordOnTheWire, name: str
) -> None:
    wire.places.channels[CHANNEL_ID].exists = False
    # The first send goes to the channel, which is gone.
    wire.faults.arm(WireFault("send", 404, 10003, times=1), ALL[name].at("send"))
    await ask(posting, wire)

    await posting.engine.start()
    (row,) = await at_rest(posting)

    assert await posting.ledger_breaches() == []
    visible = posting.channel.visible(row.id)
    if name == "10008 unknown message":
        assert (row.state, visible) == (DELIVERED, [])
    elif name in REFUSALS:
        assert (row.state, visible) == (GenerationState.FAILED, [])
    else:
        assert row.state is DELIVERED
        assert [message.id for message in visible] == [row.posted_message_id]


@pytest.mark.parametrize("name", [*ANSWERS_TO_A_DELETION, *PASSING])
async def test_a_deletion_happens_or_is_said_not_to_have(
    posting: Rig, wire: DiscordOnTheWire, name: str
) -> None:
    await ask(posting, wire)
    await posting.engine.start()
    (row,) = await ended_well(posting)
    wire.faults.arm(ALL[name].at("delete"))
    owner = Actor(PERSON, None)

    is_told_done = True
    try:
        await posting.service.delete_result(row.id, owner)
    except PostError:
        is_told_done = False

    is_gone = posting.channel.visible(row.id) == []
    if is_told_done and ALL[name].status != 404:
        assert is_gone, "the person is told that it is gone"
    wire.faults.disarm()
    await posting.service.delete_result(row.id, owner)
    assert posting.channel.visible(row.id) == []
