"""The outside world as the services of the cast see it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from bot.models.cast import CastDetails, CastMember, CastReport, NewReport, Proposal, Viewer


class CastStore(Protocol):
    """The cast in the database; every method is one transaction. Raises ``StoreError``."""

    async def around(self, viewer: Viewer) -> tuple[CastMember, ...]:
        """The viewer's own, and everybody's in the server that they look from, oldest first."""
        ...

    async def member(self, member_id: int) -> CastMember | None:
        """One member."""
        ...

    async def add(self, owner_id: int, details: CastDetails, *, now_ms: int) -> CastMember:
        """Write a new member; raises ``NameTakenError``."""
        ...

    async def change(self, member_id: int, details: CastDetails, *, now_ms: int) -> CastMember:
        """Give a member new details; raises ``NameTakenError``, ``StaleStateError`` if gone."""
        ...

    async def remove(self, member_id: int) -> bool:
        """Delete a member and forget its pictures; whether it was there."""
        ...

    async def propose(self, proposal: Proposal, *, now_ms: int) -> int:
        """Write down what waits for a confirmation, for a day; its id."""
        ...

    async def proposal(self, proposal_id: int, user_id: int, *, now_ms: int) -> Proposal | None:
        """A person's proposal that still waits."""
        ...

    async def accept(self, proposal_id: int, viewer: Viewer, *, now_ms: int) -> CastMember:
        """Make a person's proposal true, once.

        Raises ``StaleStateError`` if it waits no more, and ``NameTakenError``, which keeps it.
        """
        ...

    async def withdraw(self, proposal_id: int, user_id: int, *, now_ms: int) -> Proposal | None:
        """Drop a person's proposal, if it still waits."""
        ...

    async def proposals_of(self, user_id: int, *, now_ms: int) -> int:
        """How many proposals of a person wait."""
        ...

    async def cast_of_request(self, request_id: int) -> tuple[int, tuple[str, ...]] | None:
        """Who asked for a request, and the names of the cast that it was made with."""
        ...

    async def report(self, new: NewReport, *, now_ms: int) -> int:
        """Write a report down, once for a person and member; its id."""
        ...

    async def open_reports(self, guild_id: int, limit: int) -> tuple[tuple[CastReport, ...], int]:
        """The oldest reports of a server that wait, and how many there are in all."""
        ...

    async def open_report(self, report_id: int, guild_id: int) -> CastReport | None:
        """One report of a server, if it still waits."""
        ...

    async def keep_reported(self, report_id: int, *, moderator_id: int, now_ms: int) -> bool:
        """Close a report and leave its member as it is; whether it was open."""
        ...

    async def remove_reported(self, member_id: int, *, moderator_id: int, now_ms: int) -> bool:
        """Delete a member and close every report about it; whether it was there."""
        ...


class PictureKeeper(Protocol):
    """The bytes of pictures."""

    async def let_go(self, sha256s: Collection[str]) -> None:
        """Delete those that nothing means any more, now or at the next tidying; never raises."""
        ...
