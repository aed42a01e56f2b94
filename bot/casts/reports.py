"""Likenesses that somebody asked moderators to remove."""

from __future__ import annotations

import structlog

from bot.casts.ports import CastStore, PictureKeeper
from bot.casts.service import CastService
from bot.errors import InvalidRequestError, NotAllowedError, NotFoundError
from bot.models.cast import CastMember, CastReport, CastScope, NewReport, Viewer
from bot.models.clock import Clock

SHOWN = 5
"""Reports on one card: each takes five of the 40 components that Discord allows."""

_log = structlog.get_logger(__name__)
_SETTLED = "Somebody has settled that report already."


class CastReports:
    """Reports of cast members. Everything raises ``UserError`` with words for the person."""

    def __init__(
        self, store: CastStore, cast: CastService, pictures: PictureKeeper, *, clock: Clock
    ) -> None:
        self._store = store
        self._cast = cast
        self._pictures = pictures
        self._clock = clock

    async def report(self, member_id: int, reason: str, viewer: Viewer) -> CastReport:
        """Ask the moderators of this server to remove a member that is shared here."""
        member = await self._cast.member(member_id, viewer)
        if member.sharing.scope is CastScope.PRIVATE or viewer.guild_id is None:
            raise InvalidRequestError(
                "That one is private: nobody else sees it. Remove it with /cast remove."
            )
        now_ms = self._clock()
        new = NewReport(member.id, viewer.guild_id, viewer.user_id, reason.strip())
        report_id = await self._store.report(new, now_ms=now_ms)
        _log.info("cast.reported", member=member.id, report=report_id)
        return CastReport(report_id, member, viewer.user_id, new.reason, now_ms)

    async def waiting(self, viewer: Viewer) -> tuple[tuple[CastReport, ...], int]:
        """The oldest reports in this server that wait, and how many there are; for moderators."""
        return await self._store.open_reports(_moderated_guild(viewer), SHOWN)

    async def keep(self, report_id: int, viewer: Viewer) -> CastMember:
        """Leave the member as it is and close the report; the member."""
        found = await self._open(report_id, viewer)
        settled = await self._store.keep_reported(
            found.id, moderator_id=viewer.user_id, now_ms=self._clock()
        )
        if not settled:
            raise NotFoundError(_SETTLED)
        _log.info("cast.report_kept", report=report_id)
        return found.member

    async def remove(self, report_id: int, viewer: Viewer) -> CastMember:
        """Take the member out of the cast, which settles every report about it; the member."""
        found = await self._open(report_id, viewer)
        gone = await self._store.remove_reported(
            found.member.id, moderator_id=viewer.user_id, now_ms=self._clock()
        )
        if not gone:
            raise NotFoundError(_SETTLED)
        await self._pictures.let_go([image.sha256 for image in found.member.details.images])
        _log.info("cast.report_removed", report=report_id, member=found.member.id)
        return found.member

    async def _open(self, report_id: int, viewer: Viewer) -> CastReport:
        found = await self._store.open_report(report_id, _moderated_guild(viewer))
        if found is None:
            raise NotFoundError(_SETTLED)
        return found


def _moderated_guild(viewer: Viewer) -> int:
    if viewer.guild_id is None or not viewer.is_moderator:
        raise NotAllowedError("Only moderators of this server can do that.")
    return viewer.guild_id
