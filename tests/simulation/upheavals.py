"""What moderators, owners, permissions and clocks do meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from tests.simulation.channel import Channel
from tests.simulation.process import Process
from tests.simulation.timeline import Timeline

Spawn: TypeAlias = Callable[[Callable[[Process], Coroutine[Any, Any, object]]], bool]

_HOUR_MS = 3_600_000
_JUMPS_MS = (
    *(-72 * _HOUR_MS, -_HOUR_MS, -30_000),
    *(30_000, 500_000, 3 * _HOUR_MS, 72 * _HOUR_MS),
)


def upheave(what: str, timeline: Timeline, channel: Channel, spawn: Spawn) -> None:
    """Do what the plan says, if there is anything to do it to."""
    timeline.note("world", what)
    if what == "clock jumps":
        timeline.clock_offset_ms = timeline.random.choice(_JUMPS_MS)
    elif what == "clock is corrected":
        timeline.clock_offset_ms = 0
    elif what == "break the stream":
        spawn(_break_stream)
    elif what.startswith("a moderator"):
        spawn(lambda process: process.settle_by_hand(what))
    elif what.startswith(("delete a", "owner")):
        _take_away(what, timeline, channel, spawn)
    else:
        _change_rights(what, channel)


def _take_away(what: str, timeline: Timeline, channel: Channel, spawn: Spawn) -> None:
    standing = [message for message in channel.messages.values() if not message.deleted]
    shown = [message.shows for message in standing if message.shows is not None]
    if what == "delete a message" and standing:
        channel.delete(timeline.random.choice(standing).id)
    elif shown:
        spawn(lambda process: process.delete(shown[-1]))


def _change_rights(what: str, channel: Channel) -> None:
    match what:
        case "get all rights back":
            channel.may_view = channel.may_send = channel.may_read = True
            channel.takes_direct = True
            return
        case "lose sight of the channel":
            channel.may_view = False
        case "lose the right to send":
            channel.may_send = False
        case "lose the right to read":
            channel.may_read = False
        case "close direct messages":
            channel.takes_direct = False
        case "delete the channel":
            channel.delete_all()
        case _:
            raise ValueError(what)
    channel.disturbed = True


async def _break_stream(process: Process) -> None:
    process.oxen.break_stream()
