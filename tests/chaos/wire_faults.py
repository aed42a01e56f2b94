"""Discord's own failures on demand: for one endpoint, by number or by seeded chance."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum

ENDPOINTS = (
    "me",
    "application",
    "gateway_bot",
    "commands",
    "callback",
    "original_get",
    "original_edit",
    "original_delete",
    "followup",
    "send",
    "edit",
    "delete",
    "message",
    "history",
    "dm",
    "user",
    "cdn",
)


class Moment(StrEnum):
    """When a fault strikes, in relation to the work."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class WireFault:
    """What goes wrong with a call to an endpoint."""

    endpoint: str
    status: int = 0
    """HTTP status of the answer; 0 resets the connection, or just delays where ``delay_s`` is."""
    code: int = 0
    """Discord's own code in the body."""
    moment: Moment = Moment.BEFORE
    delay_s: float = 0.0
    """The answer takes so long; without a status it is the true answer."""
    retry_after_s: float = 0.5
    """For 429."""
    times: int | None = None
    probability: float = 1.0

    def __post_init__(self) -> None:
        if self.endpoint not in ENDPOINTS:
            raise ValueError(f"no endpoint {self.endpoint!r}")

    @property
    def only_slow(self) -> bool:
        """Whether the call is answered truly, though late."""
        return self.status == 0 and self.delay_s > 0

    @property
    def name(self) -> str:
        """For the account at the end."""
        what = "slow" if self.only_slow else str(self.status or "reset")
        return f"{self.endpoint} {what} {self.moment}"


class WireFaults:
    """The faults that are armed."""

    def __init__(self, *, seed: int = 0) -> None:
        self._armed: list[WireFault] = []
        self._chance = random.Random(seed)
        self.struck: Counter[str] = Counter()

    def arm(self, *faults: WireFault) -> None:
        """Let these strike from now on."""
        self._armed.extend(faults)

    def disarm(self) -> None:
        """All is well from now on."""
        self._armed.clear()

    def strike(self, endpoint: str) -> WireFault | None:
        """The fault that strikes this call, used up by one."""
        for index, fault in enumerate(self._armed):
            if fault.endpoint != endpoint or fault.times == 0:
                continue
            if self._chance.random() >= fault.probability:
                continue
            if fault.times is not None:
                self._armed[index] = replace(fault, times=fault.times - 1)
            self.struck[fault.name] += 1
            return fault
        return None
