"""The states of a generation's life as stations at which a test steps in, once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.models.generation import GenerationState
from tests.faults.hooked_channel import HookedChannel
from tests.generations.rig import Rig

STATIONS = tuple(state for state in GenerationState if not state.is_final)


async def step_in(
    rig: Rig, station: GenerationState, deed: Callable[[], Awaitable[None] | None]
) -> None:
    """Ask for one video, and do the deed when it has come to this station.

    The sandbox must render by hand: it is told to finish here. The engine is started here.
    """
    assert isinstance(rig.channel, HookedChannel)

    async def done(*_: Any) -> None:
        awaited = deed()
        if awaited is not None:
            await awaited

    async def done_at_the_post(_: Mapping[str, Any]) -> None:
        rig.queue.before_post = None
        await done()

    await rig.ask()
    if station is GenerationState.RESERVED:
        await done()
    elif station is GenerationState.SUBMITTING:
        rig.queue.before_post = done_at_the_post
    elif station is GenerationState.READY:
        rig.channel.before_choice = done
    elif station is GenerationState.POSTING:
        rig.channel.before_post = done
    await rig.engine.start()
    await rig.sandbox.changes.until(lambda: len(rig.sandbox.generations) > 0)
    if station is GenerationState.RENDERING:
        await rig.reached(GenerationState.RENDERING)
        await done()
    (generation,) = rig.sandbox.generations
    await rig.sandbox.finish(generation.id)
