"""Requests, generations and their ledger, as ``bot.generations.ports.GenerationStore`` wants."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.models.choice import Choice
from bot.models.generation import (
    Failure,
    Generation,
    GenerationState,
    NewRequest,
    Rendering,
    RequestWithTakes,
    Surface,
    Turn,
)
from bot.models.quota import QuotaWindow, Usage
from bot.models.video import StoredVideo
from bot.store import changing, looking, recovering, waiting
from bot.store.accounting import person_usage
from bot.store.choosing import load_choice
from bot.store.database import Database
from bot.store.reserving import request_of_draft, reserve
from bot.store.rows import load_request, request_of


class SqlGenerationStore:
    """Every method is one transaction; raises ``StaleStateError`` and other ``StoreError``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def reserve(
        self,
        new: NewRequest,
        *,
        windows: Sequence[QuotaWindow],
        check: Callable[[Usage], None],
        now_ms: int,
    ) -> RequestWithTakes:
        """Write request, references, one row and one ``reserve`` entry per take, once.

        ``check`` is called inside the transaction, so it must be quick and may be called again
        after a deadlock; what it raises reaches the caller and nothing is written.
        """
        return await self._database.run(reserve, new, windows, check, now_ms)

    async def usage(self, user_id: int, windows: Sequence[QuotaWindow]) -> Usage:
        """What a person has used in each window, and has in flight."""
        return await self._database.run(person_usage, user_id, windows)

    async def set_placeholder(self, request_id: int, message_id: int) -> None:
        """Remember which message shows the state of the request."""
        await self._database.run(changing.set_placeholder, request_id, message_id)

    async def request(self, request_id: int) -> RequestWithTakes | None:
        """A request with all its takes."""
        return await self._database.run(load_request, request_id)

    async def request_of_draft(self, draft_id: int) -> RequestWithTakes | None:
        """The request that a draft has become."""
        return await self._database.run(request_of_draft, draft_id)

    async def choice(self, request_id: int) -> Choice:
        """How far the takes of a request are chosen among."""
        return await self._database.run(load_choice, request_id)

    async def request_of(self, generation_id: int) -> RequestWithTakes | None:
        """The request that a generation is a take of, with all its takes."""
        return await self._database.run(request_of, generation_id)

    async def generation(self, generation_id: int) -> Generation | None:
        """One generation."""
        return await self._database.run(looking.by_id, generation_id)

    async def by_oxen_id(self, oxen_id: str) -> Generation | None:
        """The generation that Oxen knows by this id."""
        return await self._database.run(looking.by_oxen_id, oxen_id)

    async def known_oxen_ids(self, oxen_ids: Sequence[str]) -> frozenset[str]:
        """Those of the given ids that belong to a generation of ours."""
        return await self._database.run(looking.known_oxen_ids, oxen_ids)

    async def in_states(self, *states: GenerationState) -> tuple[Generation, ...]:
        """All generations in these states, oldest first."""
        return await self._database.run(looking.in_states, states)

    async def ids_in_states(self, *states: GenerationState) -> tuple[int, ...]:
        """The ids of all generations in these states, none of them final, oldest first."""
        return await self._database.run(looking.ids_in_states, states)

    async def rendering(self) -> tuple[Rendering, ...]:
        """All that Oxen has, oldest first."""
        return await self._database.run(looking.rendering)

    async def cards_to_check(self, limit: int) -> tuple[int, ...]:
        """Requests whose placeholder may be behind, the ended ones first; see the protocol."""
        return await self._database.run(looking.cards_to_check, limit)

    async def placeholder_settled(self, request_id: int) -> None:
        """The placeholder shows the final state: nothing more will be edited."""
        await self._database.run(changing.placeholder_settled, request_id)

    async def next_turns(
        self, limit: int, *, most_at_oxen: int, passed_over: Sequence[int] = ()
    ) -> tuple[Turn, ...]:
        """Whose turn it is, fair between users, as far as there are places free at Oxen."""
        return await self._database.run(waiting.next_turns, limit, most_at_oxen, tuple(passed_over))

    async def line(self) -> tuple[int, ...]:
        """The request of everything in ``reserved``, in the order of ``next_turns``."""
        return await self._database.run(waiting.line)

    async def begin_attempt(
        self,
        generation_id: int,
        *,
        fingerprint: str,
        now_ms: int,
        attempted_at_ms: int | None = None,
    ) -> Generation:
        """``reserved`` to ``submitting``: the intent is on record before the POST.

        ``attempted_at_ms`` is the same moment by Oxen's clock, by which orphans are recognised.
        """
        return await self._database.run(
            changing.begin_attempt,
            generation_id,
            fingerprint,
            now_ms if attempted_at_ms is None else attempted_at_ms,
            now_ms,
        )

    async def attempt_not_begun(
        self, generation_id: int, *, now_ms: int, counts: bool = True
    ) -> Generation:
        """``submitting`` to ``reserved``: Oxen did not begin it; see the protocol for ``counts``.

        It becomes ``cancelled``, and is released, when a person has asked for that meanwhile.
        The attempt's fingerprint and time stay, by which a late orphan is recognised.
        """
        return await self._database.run(
            recovering.attempt_not_begun, generation_id, now_ms, counts=counts
        )

    async def count_absence(self, generation_id: int, *, now_ms: int) -> Generation:
        """One more complete sweep did not find the attempt at Oxen (stays ``submitting``)."""
        return await self._database.run(recovering.count_absence, generation_id, now_ms)

    async def accept(self, generation_id: int, *, oxen_id: str, now_ms: int) -> Generation:
        """``submitting`` (or ``reserved``, for an orphan) to ``rendering``.

        Raises ``StaleStateError`` also when another generation has this id already.
        """
        return await self._database.run(changing.accept, generation_id, oxen_id, now_ms)

    async def store_result(
        self, generation_id: int, *, result: StoredVideo, now_ms: int
    ) -> Generation:
        """``rendering`` to ``ready``."""
        return await self._database.run(changing.store_result, generation_id, result, now_ms)

    async def lose_result(self, generation_id: int, *, now_ms: int) -> Generation:
        """``ready`` or ``posting`` back to ``rendering``: the file is gone or damaged."""
        return await self._database.run(recovering.lose_result, generation_id, now_ms)

    async def adopt_late(self, generation_id: int, *, oxen_id: str, now_ms: int) -> Generation:
        """``failed`` without a remote generation to ``rendering``; it costs the user nothing."""
        return await self._database.run(recovering.adopt_late, generation_id, oxen_id, now_ms)

    async def record_orphan(self, oxen_id: str, *, generation_id: int, now_ms: int) -> None:
        """Remember whose a remote generation is, beside the one that its row stands for."""
        await self._database.run(recovering.record_orphan, oxen_id, generation_id, now_ms)

    async def possible_parents(self, since_ms: int) -> tuple[Generation, ...]:
        """Generations whose POST may have begun another remote one than they stand for."""
        return await self._database.run(looking.possible_parents, since_ms)

    async def open_since(self, before_ms: int) -> tuple[Generation, ...]:
        """Generations asked for before a time that have not ended, oldest first."""
        return await self._database.run(looking.open_since, before_ms)

    async def hanging(
        self,
        guild_id: int,
        *,
        before_ms: Mapping[GenerationState, int],
        undelivered_since_ms: int,
        limit: int,
    ) -> tuple[tuple[tuple[RequestWithTakes, Generation], ...], int]:
        """What hangs in a server, the oldest ``limit``, and how many there are in all."""
        return await self._database.run(
            looking.hanging,
            guild_id,
            before_ms,
            undelivered_since_ms=undelivered_since_ms,
            limit=limit,
        )

    async def lost(self, since_ms: int) -> tuple[Rendering, ...]:
        """What failed as lost since a time although Oxen had it, and was not taken up again yet."""
        return await self._database.run(looking.lost, since_ms)

    async def take_up_again(self, generation_id: int, *, now_ms: int) -> Generation:
        """One of the ``lost`` back to ``rendering``; it costs the user nothing."""
        return await self._database.run(recovering.take_up_again, generation_id, now_ms)

    async def reopen(self, generation_id: int, *, now_ms: int) -> Generation:
        """``failed`` for want of a place back to where it can be posted; it stays released."""
        return await self._database.run(recovering.reopen, generation_id, now_ms)

    async def begin_posting(
        self, generation_id: int, *, nonce: str, surface: Surface, now_ms: int
    ) -> Generation:
        """``ready`` to ``posting``; from ``posting`` it keeps the nonce and renews the time."""
        return await self._database.run(
            changing.begin_posting, generation_id, nonce, surface, now_ms
        )

    async def deliver(self, generation_id: int, *, message_id: int, now_ms: int) -> Generation:
        """``posting`` to ``delivered``; the reservation becomes a charge (``capture``)."""
        return await self._database.run(changing.deliver, generation_id, message_id, now_ms)

    async def fail(
        self, generation_id: int, *, failure: Failure, now_ms: int, counts: bool = True
    ) -> Generation:
        """Any state that is not final to ``failed``; the reservation is released.

        ``counts`` as in ``attempt_not_begun``.
        """
        return await self._database.run(
            changing.fail, generation_id, failure, now_ms, counts=counts
        )

    async def nowhere_to_post(self, generation_id: int, *, now_ms: int) -> Generation:
        """``posting`` to ``failed``: every place refused, so that it is visible in none."""
        return await self._database.run(changing.nowhere_to_post, generation_id, now_ms)

    async def ask_to_cancel(self, generation_id: int, *, now_ms: int) -> Generation:
        """Note the wish; a row in ``reserved`` becomes ``cancelled`` at once and is released.

        The first wish's time stays. Raises ``StaleStateError`` when the generation has ended.
        """
        return await self._database.run(changing.ask_to_cancel, generation_id, now_ms)

    async def cancel(self, generation_id: int, *, now_ms: int) -> Generation:
        """``submitting`` or ``rendering`` to ``cancelled``; the reservation is released."""
        return await self._database.run(changing.cancel, generation_id, now_ms)

    async def recent_render_ms(self, model: str, duration_s: int, limit: int) -> tuple[int, ...]:
        """Times from acceptance to the result, of the latest generations like this one."""
        return await self._database.run(looking.recent_render_ms, model, duration_s, limit)
