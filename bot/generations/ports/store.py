"""What is remembered: requests, generations and their ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

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


class GenerationStore(Protocol):
    """Requests, generations and their ledger. Every method is one transaction.

    State changes name the state they expect and raise ``StaleStateError`` when the row has moved
    on; the ledger entry that belongs to a change is written in the same transaction.
    """

    async def reserve(
        self,
        new: NewRequest,
        *,
        windows: Sequence[QuotaWindow],
        check: Callable[[Usage], None],
        now_ms: int,
    ) -> RequestWithTakes:
        """Write request, references, one row and one ``reserve`` entry per take.

        ``check`` sees the person's usage under a lock that serialises the person's requests and
        raises to refuse; then nothing is written. A request whose interaction id is there already
        is returned as it stands, unchecked.
        """
        ...

    async def usage(self, user_id: int, windows: Sequence[QuotaWindow]) -> Usage:
        """What a person has used in each window, and has in flight."""
        ...

    async def set_placeholder(self, request_id: int, message_id: int) -> None:
        """Remember which message shows the state of the request."""
        ...

    async def request(self, request_id: int) -> RequestWithTakes | None:
        """A request with all its takes."""
        ...

    async def request_of_draft(self, draft_id: int) -> RequestWithTakes | None:
        """The request that a draft has become."""
        ...

    async def choice(self, request_id: int) -> Choice:
        """How far the takes of a request are chosen among."""
        ...

    async def request_of(self, generation_id: int) -> RequestWithTakes | None:
        """The request that a generation is a take of."""
        ...

    async def generation(self, generation_id: int) -> Generation | None:
        """One generation."""
        ...

    async def by_oxen_id(self, oxen_id: str) -> Generation | None:
        """The generation that Oxen knows by this id."""
        ...

    async def known_oxen_ids(self, oxen_ids: Sequence[str]) -> frozenset[str]:
        """Those of the given ids that belong to a generation of ours."""
        ...

    async def in_states(self, *states: GenerationState) -> tuple[Generation, ...]:
        """All generations in these states, oldest first: only for states that few are in."""
        ...

    async def ids_in_states(self, *states: GenerationState) -> tuple[int, ...]:
        """The ids of all generations in these states, oldest first."""
        ...

    async def rendering(self) -> tuple[Rendering, ...]:
        """All that Oxen has, oldest first."""
        ...

    async def cards_to_check(self, limit: int) -> tuple[int, ...]:
        """Requests whose placeholder may be behind, the ended ones first.

        All whose end it does not show yet, and ``limit`` of those under way: the latest to change.
        """
        ...

    async def placeholder_settled(self, request_id: int) -> None:
        """The placeholder shows the final state: nothing more will be edited."""
        ...

    async def next_turns(
        self, limit: int, *, most_at_oxen: int, passed_over: Sequence[int] = ()
    ) -> tuple[Turn, ...]:
        """Whose turn it is, fair between users, as far as there are places free at Oxen.

        Order: a user's n-th waiting generation comes after everybody's (n-1)-th, counting what the
        user already has at Oxen; within a rank, whose last turn is longest ago, then first come.
        Those that are ``passed_over`` keep their place, and are not given.
        """
        ...

    async def line(self) -> tuple[int, ...]:
        """The request of everything in ``reserved``, in the order of ``next_turns``."""
        ...

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
        ...

    async def attempt_not_begun(
        self, generation_id: int, *, now_ms: int, counts: bool = True
    ) -> Generation:
        """``submitting`` to ``reserved``: Oxen did not begin it.

        ``counts`` is false where that is proven, not only told from its absence: the attempt then
        does not count among ``attempts``. The row becomes ``cancelled``, and is released, when a
        person has asked for that meanwhile.
        """
        ...

    async def count_absence(self, generation_id: int, *, now_ms: int) -> Generation:
        """One more complete sweep did not find the attempt at Oxen (stays ``submitting``)."""
        ...

    async def accept(self, generation_id: int, *, oxen_id: str, now_ms: int) -> Generation:
        """``submitting`` (or ``reserved``, for an orphan) to ``rendering``."""
        ...

    async def store_result(
        self, generation_id: int, *, result: StoredVideo, now_ms: int
    ) -> Generation:
        """``rendering`` to ``ready``."""
        ...

    async def lose_result(self, generation_id: int, *, now_ms: int) -> Generation:
        """``ready`` or ``posting`` back to ``rendering``: the file on disk is gone or damaged."""
        ...

    async def adopt_late(self, generation_id: int, *, oxen_id: str, now_ms: int) -> Generation:
        """``failed`` without a remote generation to ``rendering``: the lost one has turned up.

        Its reservation was released and stays so: it costs the user nothing.
        """
        ...

    async def record_orphan(self, oxen_id: str, *, generation_id: int, now_ms: int) -> None:
        """Remember whose a remote generation is, beside the one that its row stands for."""
        ...

    async def possible_parents(self, since_ms: int) -> tuple[Generation, ...]:
        """Generations whose POST may have begun another remote one than they stand for.

        They ended without a remote one, or were sent twice; first attempted since that time.
        """
        ...

    async def open_since(self, before_ms: int) -> tuple[Generation, ...]:
        """Generations asked for before a time that have not ended, oldest first."""
        ...

    async def hanging(
        self,
        guild_id: int,
        *,
        before_ms: Mapping[GenerationState, int],
        undelivered_since_ms: int,
        limit: int,
    ) -> tuple[tuple[tuple[RequestWithTakes, Generation], ...], int]:
        """What hangs in a server, the oldest ``limit``, and how many there are in all.

        That is what is in a state since before its time, and what was made but has no place, where
        it ended since ``undelivered_since_ms``.
        """
        ...

    async def lost(self, since_ms: int) -> tuple[Rendering, ...]:
        """What failed as lost since a time although Oxen had it, and was not taken up again yet."""
        ...

    async def take_up_again(self, generation_id: int, *, now_ms: int) -> Generation:
        """One of the ``lost`` back to ``rendering``: Oxen finished it all the same.

        Its reservation was released and stays so: it costs the user nothing.
        """
        ...

    async def reopen(self, generation_id: int, *, now_ms: int) -> Generation:
        """``failed`` for want of a place back to where it can be posted; it stays released.

        Where a send is on record that may be visible, it can only be there.
        """
        ...

    async def begin_posting(
        self, generation_id: int, *, nonce: str, surface: Surface, now_ms: int
    ) -> Generation:
        """``ready`` to ``posting``: nonce, surface and time are on record before the send.

        From ``posting`` again it keeps the nonce and renews the time.
        """
        ...

    async def deliver(self, generation_id: int, *, message_id: int, now_ms: int) -> Generation:
        """``posting`` to ``delivered``; the reservation becomes a charge (``capture``)."""
        ...

    async def fail(
        self, generation_id: int, *, failure: Failure, now_ms: int, counts: bool = True
    ) -> Generation:
        """Any state that is not final to ``failed``; the reservation is released.

        ``counts`` as in ``attempt_not_begun``.
        """
        ...

    async def nowhere_to_post(self, generation_id: int, *, now_ms: int) -> Generation:
        """``posting`` to ``failed``: every place refused, so that it is visible in none."""
        ...

    async def ask_to_cancel(self, generation_id: int, *, now_ms: int) -> Generation:
        """Note the wish; a row in ``reserved`` becomes ``cancelled`` at once and is released."""
        ...

    async def cancel(self, generation_id: int, *, now_ms: int) -> Generation:
        """``submitting`` or ``rendering`` to ``cancelled``; the reservation is released."""
        ...

    async def recent_render_ms(self, model: str, duration_s: int, limit: int) -> tuple[int, ...]:
        """Times from acceptance to the result, of the latest generations like this one."""
        ...
