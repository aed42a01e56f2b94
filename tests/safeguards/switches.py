"""Each safeguard with a way to switch it off, at its seam in the product.

What is switched off is what the safeguard does, not the code around it: the rest must go on, or the
simulation would notice only that something is broken.
"""

from __future__ import annotations

import secrets
from contextlib import nullcontext
from copy import copy
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.generations import board, deliverer, listener, sweeper
from bot.generations.ports import FinishedVideo
from bot.models.generation import Generation, GenerationState
from bot.oxen.server_clock import ServerClock
from bot.oxen.wire import OxenWire
from bot.store import transitions
from bot.store.generations import SqlGenerationStore


def no_durable_intent(patch: pytest.MonkeyPatch) -> None:
    """The POST goes out, and only its answer is written down."""

    async def not_written(
        self: SqlGenerationStore, generation_id: int, *, fingerprint: str, now_ms: int, **_: int
    ) -> Generation:
        generation = await self.generation(generation_id)
        assert generation is not None
        return replace(
            generation,
            state=GenerationState.SUBMITTING,
            attempts=generation.attempts + 1,
            attempt_fingerprint=fingerprint,
            attempted_at_ms=now_ms,
        )

    patch.setattr(SqlGenerationStore, "begin_attempt", not_written)


def no_settling_time(patch: pytest.MonkeyPatch) -> None:
    """A POST whose answer was lost is sent again as soon as two sweeps do not find it."""
    real = sweeper.Sweeper.__init__

    def hasty(self: sweeper.Sweeper, *args: Any, **kwargs: Any) -> None:
        real(self, *args, **(kwargs | {"settle_s": 0.0}))

    patch.setattr(sweeper.Sweeper, "__init__", hasty)


def one_settling_time_for_both_attempts(patch: pytest.MonkeyPatch) -> None:
    """The second attempt is given up as soon as two sweeps do not find it."""
    real = sweeper.Sweeper._note_absence

    async def note_absence(self: sweeper.Sweeper, generation: Generation) -> None:
        since_s = self._absent_since_s.get(generation.id)
        await real(self, generation)
        if since_s is not None:
            self._absent_since_s.setdefault(generation.id, since_s)

    patch.setattr(sweeper.Sweeper, "_note_absence", note_absence)


def no_stable_nonce(patch: pytest.MonkeyPatch) -> None:
    """A send that is repeated has a nonce of its own."""
    real = deliverer.Deliverer._post

    async def post(
        self: deliverer.Deliverer, finished: FinishedVideo, *args: Any, **how: Any
    ) -> Any:
        renamed = replace(finished.generation, nonce=secrets.token_hex(12))
        return await real(self, replace(finished, generation=renamed), *args, **how)

    patch.setattr(deliverer.Deliverer, "_post", post)


def no_history_search(patch: pytest.MonkeyPatch) -> None:
    """However long ago a send was, the nonce is relied on."""

    def always(_self: deliverer.Deliverer, generation: Generation) -> bool:
        return generation.state is GenerationState.POSTING

    patch.setattr(deliverer.Deliverer, "_within_nonce_window", always)


def no_time_by_oxens_clock(patch: pytest.MonkeyPatch) -> None:
    """An attempt is put on record, and looked for, by a clock that may be hours ahead."""

    def by_this_machines(self: sweeper.Sweeper, generation: Generation) -> int:
        attempted_ms = generation.first_attempted_at_ms or 0
        return min(attempted_ms, self._clock()) - sweeper._CLOCK_SKEW_MS

    patch.setattr(ServerClock, "__call__", lambda self: self._clock())
    patch.setattr(sweeper.Sweeper, "_earliest_ms", by_this_machines)


def no_adoption(patch: pytest.MonkeyPatch) -> None:
    """No generation at Oxen is recognised by its fingerprint."""
    patch.setattr(OxenWire, "matches", lambda *_: False)


def no_memory_of_early_events(patch: pytest.MonkeyPatch) -> None:
    """An event that comes before the answer to its POST is forgotten."""
    patch.setattr(listener.Listener, "accepted", lambda *_: None)


def no_compare_and_set(patch: pytest.MonkeyPatch) -> None:
    """A state is changed whatever it was."""
    real = transitions.Transition.carry_out

    def carry_out(self: transitions.Transition, *args: Any, **given: Any) -> Generation:
        blind = copy(self)
        blind._statement = self._statement._generate()
        # The first condition says which row; the others are about its state.
        blind._statement._where_criteria = self._statement._where_criteria[:1]
        return real(blind, *args, **given)

    patch.setattr(transitions.Transition, "carry_out", carry_out)


def no_chosen_surface(patch: pytest.MonkeyPatch) -> None:
    """Where a video appears is decided anew each time."""
    real = deliverer.Deliverer._see_to

    async def see_to(
        self: deliverer.Deliverer, request: Any, generation: Generation, result: Any
    ) -> Any:
        return await real(self, request, replace(generation, surface=None), result)

    patch.setattr(deliverer.Deliverer, "_see_to", see_to)


def no_record_of_late_orphans(patch: pytest.MonkeyPatch) -> None:
    """What turns up beside the generation of a row is not written down."""

    async def forget(self: SqlGenerationStore, *_: object, **__: object) -> None:
        return None

    patch.setattr(SqlGenerationStore, "record_orphan", forget)


def no_lock_on_cards(patch: pytest.MonkeyPatch) -> None:
    """Progress and video are drawn on one card at the same time."""
    patch.setattr(board.ProgressBoard, "card", lambda *_: nullcontext())


def deliveries_repeated_blindly(patch: pytest.MonkeyPatch) -> None:
    """Each delivery is written twice, as after a commit whose outcome is not known.

    Without the comparison of states, only the ledger's indexes stand against a second charge.
    """
    no_compare_and_set(patch)
    real = SqlGenerationStore.deliver

    async def twice(self: SqlGenerationStore, generation_id: int, **how: Any) -> Generation:
        await real(self, generation_id, **how)
        return await real(self, generation_id, **how)

    patch.setattr(SqlGenerationStore, "deliver", twice)


def no_unique_settlement(connection: Connection) -> None:
    """Have the ledger take any entry, as if it had no unique indexes."""
    connection.exec_driver_sql("ALTER TABLE ledger RENAME TO strict_ledger")
    connection.exec_driver_sql("CREATE TABLE ledger AS SELECT * FROM strict_ledger WHERE FALSE")
    connection.exec_driver_sql("DROP TABLE strict_ledger")


def nothing(_patch: pytest.MonkeyPatch) -> None:
    """Everything stays on."""
