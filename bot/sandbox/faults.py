"""Faults on demand: what can go wrong between a client and Oxen, by documented kinds."""

from __future__ import annotations

import difflib
import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

FAULT_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "drop-stream": "the event stream is cut in place of an event, which is lost",
        "lost-event": "an event is not sent",
        "duplicate-event": "an event is sent twice",
        "linkless-event": "an event that tells of a success has no link to the result",
        "garbage-events": "nonsense comes before an event: bytes, broken JSON, missing fields",
        "huge-event": "a monstrous event comes first (:MiB, default 8)",
        "half-event": "the stream is cut in the middle of an event",
        "foreign-events": "a burst of events of other kinds comes first (:number, default 50)",
        "slow-stream": "events trickle in a few bytes at a time (:seconds an event, default 2)",
        "event-before-reply": "the event is sent before the enqueue is answered",
        "slow-download": "a result takes its time (:seconds, default 10)",
        "broken-download": "the connection is reset half-way through a result",
        "corrupt-result": "a result is not a video",
        "huge-result": "a result is very large (:MiB, default 1024)",
        "expired-link": "a result link has expired when it is used",
        "redirect-result": "a result link redirects to another origin",
        "error-500": "a call is answered 500 before anything is done",
        "reset-before": "the connection is reset before anything is done",
        "lost-reply": "an enqueue is accepted, then the connection is reset (:500, answered 500)",
        "429": "a call is answered 429 (:seconds, sent as Retry-After)",
        "unauthorised": "a call is answered 401",
        "slow-list": "a list takes its time (:seconds, default 5)",
        "fail-generation": "a generation fails while it runs (:the text)",
        "no-credits": "an enqueue is refused for lack of credits",
        "no-credits-running": "a generation fails for lack of credits while it runs",
        "never-finish": "a generation stays in processing for ever",
        "forget": "an accepted generation is not known any more",
    }
)
"""Every kind of fault and what it does; the text after a colon is what ``detail`` means."""

ROUTES = (
    "models",
    "enqueue",
    "list",
    "get",
    "cancel",
    "events",
    "generate",
    "upload",
    "file",
    "result",
    "storage",
)
"""Names of the calls to which a fault may be limited with ``@``."""

SPELLING = "KIND[@ROUTE][=WHEN][:DETAIL]"
_PATTERN = re.compile(
    r"(?P<kind>[^@=:]+)(?:@(?P<route>[^=:]+))?(?:=(?P<when>[^:]*))?(?::(?P<detail>.*))?", re.DOTALL
)


class FaultSpellingError(ValueError):
    """A fault cannot be understood; the message names what would be right."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault and when it strikes."""

    kind: str
    probability: float = 1.0
    """Chance of striking at each occasion."""
    times: int | None = None
    """How often at most; ``None`` is without end."""
    detail: str = ""
    """What the kind's description says: seconds, a size, a text."""
    route: str | None = None
    """Limits a fault of calls to one of ``ROUTES``; ``None``: every call but downloads."""

    def __post_init__(self) -> None:
        """Raise ``FaultSpellingError`` for a kind, route or figure that does not exist."""
        _check_known("fault", self.kind, FAULT_KINDS)
        if self.route is not None:
            _check_known("route", self.route, ROUTES)
        if not 0 <= self.probability <= 1:
            raise FaultSpellingError(f"A probability is 0 to 1, not {self.probability}.")
        if self.times is not None and self.times < 0:
            raise FaultSpellingError(f"A number of times is not negative: {self.times}.")
        if self.kind in _NUMERIC_DETAIL and self.detail:
            self.number(0)

    def number(self, default: float) -> float:
        """The detail as a number; raises ``FaultSpellingError`` if it is none."""
        if not self.detail:
            return default
        try:
            number = float(self.detail)
        except ValueError:
            number = -1.0
        if not 0 <= number <= _LARGEST_DETAIL:
            raise FaultSpellingError(
                f"{self.kind} takes a number after the colon, not {self.detail!r}."
            )
        return number


_NUMERIC_DETAIL = frozenset(
    {
        "huge-event",
        "foreign-events",
        "slow-stream",
        "slow-download",
        "huge-result",
        "429",
        "slow-list",
    }
)
_LARGEST_DETAIL = 1_000_000.0


def parse_fault(text: str) -> Fault:
    """Read ``KIND[@ROUTE][=WHEN][:DETAIL]``, as the command line has it.

    WHEN is a whole number (the next so many times), a chance (``0.2`` or ``20%``) or ``always``,
    which is the default. Raises ``FaultSpellingError`` with the nearest known kind.
    """
    match = _PATTERN.fullmatch(text.strip())
    if match is None:
        raise FaultSpellingError(f"{text!r} is not a fault; write {SPELLING}.")
    fault = Fault(kind=match["kind"], route=match["route"], detail=match["detail"] or "")
    when = match["when"]
    if when is None or when == "always":
        return fault
    if when.isascii() and when.isdigit():
        return replace(fault, times=int(when))
    try:
        chance = float(when.removesuffix("%")) / (100 if when.endswith("%") else 1)
    except ValueError:
        raise FaultSpellingError(
            f"{when!r} does not say when {fault.kind} strikes; "
            "write a number of times (3), a chance (0.2 or 20%), or always."
        ) from None
    return replace(fault, probability=chance)


def _check_known(what: str, name: str, known: Iterable[str]) -> None:
    names = list(known)
    if name in names:
        return
    near = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(names)}."
    raise FaultSpellingError(f"There is no {what} {name!r}; {hint}")


class Faults:
    """The faults that are armed, and how often each kind has struck."""

    def __init__(self, faults: Iterable[Fault] = (), *, seed: int = 0) -> None:
        self._armed = list(faults)
        self._chance = random.Random(seed)  # noqa: S311  reproducible faults, no secrets
        self.struck: Counter[str] = Counter()

    def arm(
        self,
        kind: str,
        *,
        times: int | None = None,
        probability: float = 1.0,
        detail: str = "",
        route: str | None = None,
    ) -> None:
        """Let a fault strike from now on, until ``times`` is used up or it is disarmed."""
        self._armed.append(Fault(kind, probability, times, detail, route))

    def disarm(self, kind: str | None = None) -> None:
        """Take back one kind of fault, or all."""
        self._armed = [f for f in self._armed if kind is not None and f.kind != kind]

    def strike(self, kind: str, route: str | None = None) -> Fault | None:
        """The fault that strikes at this occasion, used up by one; ``None`` if all goes well."""
        for index, fault in enumerate(self._armed):
            if fault.kind != kind or not _concerns(fault, route):
                continue
            if fault.times == 0 or self._chance.random() >= fault.probability:
                continue
            if fault.times is not None:
                self._armed[index] = replace(fault, times=fault.times - 1)
            self.struck[kind] += 1
            return fault
        return None


def _concerns(fault: Fault, route: str | None) -> bool:
    if route is None:
        return True
    if fault.route is None:
        return route not in {"result", "storage"}
    return fault.route == route
