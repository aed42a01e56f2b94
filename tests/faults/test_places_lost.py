"""Permissions lost, channels deleted, members gone, at each state: where the video goes then."""

from __future__ import annotations

import pytest

from bot.models.generation import FailureKind, GenerationState, Surface
from tests.faults.hooked_channel import HookedChannel
from tests.faults.stations import STATIONS, step_in
from tests.faults.verdict import ended_well
from tests.generations.rig import Rig

CLOSED = {
    "may not send": {Surface.REPLY},
    "channel deleted": {Surface.REPLY, Surface.PLACEHOLDER},
    "member left": {Surface.DIRECT},
    "nothing left": set(Surface),
}
ENDS_UP = {
    "may not send": Surface.PLACEHOLDER,
    "channel deleted": Surface.DIRECT,
    "member left": Surface.REPLY,
    "nothing left": None,
}

pytestmark = pytest.mark.world(sandbox={"render_seconds": None})


@pytest.mark.parametrize("station", STATIONS)
@pytest.mark.parametrize("lost", CLOSED)
async def test_a_place_lost_at_any_state_is_made_up_for_or_explained(
    rig: Rig, channel: HookedChannel, *, station: GenerationState, lost: str
) -> None:
    await step_in(rig, station, lambda: channel.closed.update(CLOSED[lost]))

    surface = ENDS_UP[lost]
    if surface is None:
        (failed,) = await ended_well(rig, states={GenerationState.FAILED})
        assert failed.failure is not None
        assert failed.failure.kind is FailureKind.UNDELIVERABLE
    else:
        (delivered,) = await ended_well(rig)
        assert delivered.surface is surface


async def test_what_was_lost_while_the_post_is_visible_is_not_posted_elsewhere(
    rig: Rig, channel: HookedChannel
) -> None:
    async def lose() -> None:
        channel.closed.update(Surface)
        raise ConnectionError("the answer is lost as well")

    channel.after_post = lose
    await step_in(rig, GenerationState.RESERVED, lambda: None)

    await rig.reached(GenerationState.POSTING)

    async def tried_again() -> bool:
        return sum(channel.sends.values()) > 1

    await rig.until(tried_again)
    assert len(channel.posts) == 1
    channel.closed.clear()
    await ended_well(rig)
