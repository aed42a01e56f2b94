"""Shows the cast: a page of it, one member, and what is reported."""

from __future__ import annotations

from bot.casts.reports import CastReports
from bot.casts.service import CastService
from bot.models.cast import CastMember, Viewer
from bot.posting.answering import Interaction, answer
from bot.posting.cast_pictures import CastPictures
from bot.posting.moderators import ModeratorsChannel
from bot.posting.viewing import viewer_of
from bot.ui.cast_card import PAGE_MEMBERS, list_view, member_view, remove_view, removed_view
from bot.ui.cast_reports_card import report_view, reported_view, reports_view, settled_view


class CastShowing:
    """Answers acknowledged interactions, always to the person alone but for settled reports."""

    def __init__(
        self,
        cast: CastService,
        reports: CastReports,
        pictures: CastPictures,
        moderators: ModeratorsChannel,
    ) -> None:
        self._cast = cast
        self._reports = reports
        self._pictures = pictures
        self._moderators = moderators

    async def page(self, interaction: Interaction, number: int) -> None:
        """A page of those whom the person may know of, from 0; the last one if there are fewer."""
        viewer = viewer_of(interaction)
        members = await self._cast.visible(viewer)
        number = min(number, max(0, (len(members) - 1) // PAGE_MEMBERS))
        shown = members[number * PAGE_MEMBERS : (number + 1) * PAGE_MEMBERS]
        files, names = await self._pictures.tiles({one.id: one.details.front for one in shown})
        card = list_view(shown, viewer, number, total=len(members), thumbnails=names)
        await answer(interaction, card, files=files)

    async def one(self, interaction: Interaction, member: CastMember) -> None:
        """One member, with what the person can do."""
        files = await self._pictures.strip(member.details.images)
        strip = files[0].filename if files else None
        card = member_view(member, viewer_of(interaction), strip=strip)
        await answer(interaction, card, files=files)

    async def ask_to_remove(self, interaction: Interaction, member_id: int) -> None:
        """Ask once."""
        viewer = viewer_of(interaction)
        member = await self._cast.kept(member_id, viewer, "remove it")
        files = await self._pictures.strip(member.details.images)
        strip = files[0].filename if files else None
        await answer(interaction, remove_view(member, viewer, strip=strip), files=files)

    async def remove(self, interaction: Interaction, member_id: int) -> None:
        """Take a member out of the cast."""
        member = await self._cast.remove(member_id, viewer_of(interaction))
        await answer(interaction, removed_view(member))

    async def report(self, interaction: Interaction, member_id: int, reason: str) -> None:
        """Ask the moderators to remove a member."""
        viewer = viewer_of(interaction)
        report = await self._reports.report(member_id, reason, viewer)
        await answer(interaction, reported_view(report.member))
        files, names = await self._pictures.tiles({report.id: report.member.details.front})
        card = report_view(report, thumbnail=names.get(report.id))
        await self._moderators.tell(viewer.guild_id or 0, card, files)

    async def reports(self, interaction: Interaction) -> None:
        """What waits for the moderators of this server."""
        await self._show_reports(interaction, viewer_of(interaction))

    async def settle(self, interaction: Interaction, report_id: int, *, remove: bool) -> None:
        """Remove or keep; the card that held the button says what became of it."""
        viewer = viewer_of(interaction)
        decide = self._reports.remove if remove else self._reports.keep
        member = await decide(report_id, viewer)
        message = interaction.message
        if message is not None and message.flags.ephemeral:
            await self._show_reports(interaction, viewer)
            return
        card = settled_view(member, viewer.user_id, removed=remove)
        await interaction.edit_original_response(view=card, attachments=[])

    async def _show_reports(self, interaction: Interaction, viewer: Viewer) -> None:
        shown, total = await self._reports.waiting(viewer)
        files, names = await self._pictures.tiles(
            {report.id: report.member.details.front for report in shown}
        )
        await answer(interaction, reports_view(shown, total, thumbnails=names), files=files)
