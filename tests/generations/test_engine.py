from __future__ import annotations

from bot.models.generation import GenerationState
from tests.generations.rig import Rig

DELIVERED = GenerationState.DELIVERED


async def test_a_request_becomes_a_video_in_the_channel(rig: Rig) -> None:
    await rig.engine.start()

    asked = await rig.ask(takes=2)
    first, second = await rig.at_rest()

    assert (first.state, second.state) == (DELIVERED, DELIVERED)
    assert [len(rig.channel.visible(g.id)) for g in asked.generations] == [1, 1]
    assert len(rig.sandbox.generations) == 2
    assert await rig.ledger_breaches() == []
