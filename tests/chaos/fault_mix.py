"""What goes wrong during the chaos, and how often: kinds that the promises must survive."""

from __future__ import annotations

from bot.sandbox.faults import Fault, parse_fault
from tests.chaos.wire_faults import Moment, WireFault

_SPELLED = (
    "lost-reply=5%",
    "lost-reply=4%:500",
    "error-500@enqueue=2%",
    "reset-before@enqueue=2%",
    "429@enqueue=3%:1",
    "error-500@list=3%",
    "reset-before@list=2%",
    "linkless-event=30%",
    "error-500@get=3%",
    "429@get=2%:1",
    "error-500@cancel=10%",
    "event-before-reply=4%",
    "lost-event=10%",
    "duplicate-event=4%",
    "drop-stream=3%",
    "half-event=2%",
    "garbage-events=3%",
    "slow-download=4%:1",
    "broken-download=5%",
    "corrupt-result=2%",
    "expired-link=3%",
    "redirect-result=10%",
    "fail-generation=5%",
)


def oxen_faults() -> tuple[Fault, ...]:
    """For the sandbox."""
    return tuple(parse_fault(text) for text in _SPELLED)


def discord_faults() -> tuple[WireFault, ...]:
    """For the stand-in; resets and 503 are what discord.py does not try again by itself."""
    after = Moment.AFTER
    return (
        WireFault("send", 503, moment=after, probability=0.04),
        WireFault("send", 502, moment=after, probability=0.03),
        WireFault("send", moment=after, probability=0.04),
        WireFault("send", 503, probability=0.03),
        WireFault("send", 500, probability=0.03),
        WireFault("send", probability=0.03),
        WireFault("send", 429, retry_after_s=0.3, probability=0.03),
        WireFault("send", delay_s=1.5, probability=0.03),
        WireFault("edit", 503, moment=after, probability=0.03),
        WireFault("edit", probability=0.03),
        WireFault("edit", 500, probability=0.02),
        WireFault("original_edit", 503, moment=after, probability=0.03),
        WireFault("original_edit", moment=after, probability=0.03),
        WireFault("callback", 502, moment=after, probability=0.02),
        WireFault("callback", moment=after, probability=0.03),
        WireFault("callback", probability=0.02),
        WireFault("callback", delay_s=1.0, probability=0.02),
        WireFault("dm", 503, probability=0.03),
        WireFault("history", 503, probability=0.05),
        WireFault("gateway_bot", 502, probability=0.02),
        WireFault("me", 503, probability=0.02),
    )
