"""What Discord can answer, by the names that its documentation and discord.py give it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.chaos.wire_faults import Moment, WireFault


@dataclass(frozen=True, slots=True)
class DiscordFailure:
    """One answer, or none."""

    status: int = 0
    """0: the connection is reset."""
    code: int = 0
    moment: Moment = Moment.BEFORE

    def at(self, endpoint: str, *, times: int | None = 1) -> WireFault:
        """The same as a fault of the stand-in."""
        return WireFault(endpoint, self.status, self.code, self.moment, times=times)


REFUSALS = {
    "40060 already acknowledged": DiscordFailure(400, 40060),
    "10062 unknown interaction": DiscordFailure(404, 10062),
    "10003 unknown channel": DiscordFailure(404, 10003),
    "10008 unknown message": DiscordFailure(404, 10008),
    "50007 takes no direct messages": DiscordFailure(403, 50007),
    "50013 missing permissions": DiscordFailure(403, 50013),
    "50001 missing access": DiscordFailure(403, 50001),
}
TOO_LARGE = {
    "40005 too large": DiscordFailure(400, 40005),
    "413 too large": DiscordFailure(413),
}
PASSING = {
    "30046 too many edits": DiscordFailure(400, 30046),
    "30046 as 429": DiscordFailure(429, 30046),
    "429": DiscordFailure(429),
    "500": DiscordFailure(500),
    "502": DiscordFailure(502),
    "503": DiscordFailure(503),
    "504": DiscordFailure(504),
    "reset": DiscordFailure(),
    "500 after": DiscordFailure(500, moment=Moment.AFTER),
    "502 after": DiscordFailure(502, moment=Moment.AFTER),
    "503 after": DiscordFailure(503, moment=Moment.AFTER),
    "504 after": DiscordFailure(504, moment=Moment.AFTER),
    "reset after": DiscordFailure(moment=Moment.AFTER),
}
ALL = REFUSALS | TOO_LARGE | PASSING
