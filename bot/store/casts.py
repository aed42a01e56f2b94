"""The cast, as ``bot.casts.ports.CastStore`` wants it."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.models.cast import CastDetails, CastMember, CastReport, NewReport, Proposal, Viewer
from bot.store import cast_members, cast_proposals, cast_reports
from bot.store.database import Database


class SqlCast:
    """Every method is one transaction; raises ``NameTakenError`` and other ``StoreError``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def around(self, viewer: Viewer) -> tuple[CastMember, ...]:
        """The viewer's own, and everybody's in the server that they look from, oldest first."""
        return await self._database.run(cast_members.around, viewer)

    async def member(self, member_id: int) -> CastMember | None:
        """One member."""
        return await self._database.run(cast_members.by_id, member_id)

    async def add(self, owner_id: int, details: CastDetails, *, now_ms: int) -> CastMember:
        """Write a new member."""
        return await self._database.run(cast_members.add, owner_id, details, now_ms)

    async def change(self, member_id: int, details: CastDetails, *, now_ms: int) -> CastMember:
        """Give a member new details; raises ``StaleStateError`` if it is gone."""
        return await self._database.run(cast_members.change, member_id, details, now_ms)

    async def remove(self, member_id: int) -> bool:
        """Delete a member and forget its pictures; whether it was there."""
        return await self._database.run(cast_members.remove, member_id)

    async def propose(self, proposal: Proposal, *, now_ms: int) -> int:
        """Write down what waits for a confirmation; its id."""
        return await self._database.run(cast_proposals.propose, proposal, now_ms)

    async def proposal(self, proposal_id: int, user_id: int, *, now_ms: int) -> Proposal | None:
        """A person's proposal that still waits."""
        return await self._database.run(cast_proposals.proposal_of, proposal_id, user_id, now_ms)

    async def accept(self, proposal_id: int, viewer: Viewer, *, now_ms: int) -> CastMember:
        """Make a person's proposal true, once; raises ``StaleStateError`` if it waits no more."""
        return await self._database.run(cast_proposals.accept, proposal_id, viewer, now_ms)

    async def withdraw(self, proposal_id: int, user_id: int, *, now_ms: int) -> Proposal | None:
        """Drop a person's proposal, if it still waits."""
        return await self._database.run(cast_proposals.take_proposal, proposal_id, user_id, now_ms)

    async def proposals_of(self, user_id: int, *, now_ms: int) -> int:
        """How many proposals of a person wait."""
        return await self._database.run(cast_proposals.proposals_of, user_id, now_ms)

    async def lapse(self, *, now_ms: int) -> None:
        """Let go of the proposals that nobody answered in time."""
        await self._database.run(cast_proposals.lapse, now_ms)

    async def cast_of_request(self, request_id: int) -> tuple[int, tuple[str, ...]] | None:
        """Who asked for a request, and the names of the cast that it was made with."""
        return await self._database.run(cast_members.cast_of_request, request_id)

    async def report(self, new: NewReport, *, now_ms: int) -> int:
        """Write a report down, once for a person and member; its id."""
        return await self._database.run(cast_reports.report, new, now_ms)

    async def open_reports(self, guild_id: int, limit: int) -> tuple[tuple[CastReport, ...], int]:
        """The oldest reports of a server that wait, and how many there are in all."""
        return await self._database.run(cast_reports.open_reports, guild_id, limit)

    async def open_report(self, report_id: int, guild_id: int) -> CastReport | None:
        """One report of a server, if it still waits."""
        return await self._database.run(cast_reports.open_report, report_id, guild_id)

    async def keep_reported(self, report_id: int, *, moderator_id: int, now_ms: int) -> bool:
        """Close a report and leave its member as it is; whether it was open."""
        return await self._database.run(cast_reports.settle, report_id, moderator_id, now_ms)

    async def remove_reported(self, member_id: int, *, moderator_id: int, now_ms: int) -> bool:
        """Delete a member and close every report about it; whether it was there."""

        def work(connection: Connection) -> bool:
            # The member first, as a report does: or each would wait for the other.
            was_there = cast_members.remove(connection, member_id)
            cast_reports.settle_all_of(connection, member_id, moderator_id, now_ms)
            return was_there

        return await self._database.run(work)
