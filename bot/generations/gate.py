"""The gate to Oxen: closed for a while after it did not answer, so that nobody hammers at it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from bot.errors import OxenError

_log = structlog.get_logger(__name__)

_FIRST_PAUSE_S = 2.0
_LONGEST_PAUSE_S = 120.0
_LONGEST_WISH_S = 3_600.0
"""A ``Retry-After`` of more is a mistake rather than a wish."""
_AWAY_AFTER_FAILURES = 2
"""One failure is a hiccup; from the second in a row on, people are told."""


class OxenGate:
    """A circuit breaker over the POSTs: failures in a row double the pause, a success opens it.

    While it is closed nothing is sent and nothing is lost: requests stay ``reserved``. Sweeps that
    fail or go through tell of Oxen's health too, but only POSTs close the gate.
    """

    def __init__(
        self,
        *,
        on_change: Callable[[], None],
        monotonic: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._on_change = on_change
        self._monotonic = monotonic
        self._jitter = jitter
        self._failures = 0
        self._failed_sweeps = 0
        self._closed_until_s = 0.0
        self._wished_until_s = 0.0

    @property
    def is_away(self) -> bool:
        """Whether people should be told that Oxen is not answering."""
        return max(self._failures, self._failed_sweeps) >= _AWAY_AFTER_FAILURES

    def remaining_s(self) -> float:
        """Seconds until the next POST may be tried; 0 when the gate is open."""
        until_s = max(self._closed_until_s, self._wished_until_s)
        return max(0.0, until_s - self._monotonic())

    async def passage(self) -> None:
        """Wait until a POST may be tried."""
        while (remaining_s := self.remaining_s()) > 0:  # noqa: ASYNC110  only time opens it
            await asyncio.sleep(remaining_s)

    def failed(self, *, retry_after_s: float | None = None) -> None:
        """Oxen did not take a POST; ``retry_after_s`` is its own wish, honoured as a minimum.

        POSTs that were under way together fail together: that counts as one failure.
        """
        now_s, is_closed = self._monotonic(), self.remaining_s() > 0
        wished_s = min(retry_after_s or 0.0, _LONGEST_WISH_S)
        self._wished_until_s = max(self._wished_until_s, now_s + wished_s)
        if is_closed:
            return
        with self._telling_of_change():
            self._failures += 1
            doubled_s = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** min(self._failures - 1, 10))
            self._closed_until_s = now_s + doubled_s * (0.5 + self._jitter() / 2)
        _log.warning(
            "oxen.gate_closed", failures=self._failures, pause_s=round(self.remaining_s(), 1)
        )

    def succeeded(self) -> None:
        """Oxen answered a POST, which may have been sent before it asked for a pause."""
        with self._telling_of_change():
            self._failures = 0
            self._closed_until_s = 0.0

    def swept(self, error: OxenError | None) -> None:
        """A sweep went through, or failed with ``error``."""
        with self._telling_of_change():
            self._failed_sweeps = 0 if error is None else self._failed_sweeps + 1

    @contextmanager
    def _telling_of_change(self) -> Iterator[None]:
        was_away = self.is_away
        yield
        if self.is_away is not was_away:
            _log.info("oxen.away" if self.is_away else "oxen.back")
            self._on_change()
