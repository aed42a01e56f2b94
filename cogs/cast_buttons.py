"""The buttons under cards of the cast."""

from __future__ import annotations

from dataclasses import replace

import discord
from discord.ext import commands

from bot.client import ClapperboardBot
from bot.errors import NotAllowedError
from bot.models.cast import PRIVATE, CastDetails, CastScope, Sharing
from bot.posting.answering import (
    Interaction,
    acknowledge,
    acknowledge_in_place,
    answer_error,
)
from bot.posting.buttons import DynamicButton, dynamic_button
from bot.posting.casting import Views
from bot.posting.viewing import viewer_of
from bot.ui.cast_form import CastEntries, CastForm, CastSubmitted, ReportForm
from bot.ui.custom_ids import Action

_TEAMS_OFFERED = 22
"""Beside private, server and the present one, within Discord's 25 options."""
_LABEL_CHARS = 100
"""Discord's limit for an option."""


class CastButtonsCog(commands.Cog):
    """What the buttons of members, questions and reports do."""

    def __init__(self, bot: ClapperboardBot) -> None:
        self._bot = bot
        self._buttons: tuple[DynamicButton, ...] = (
            dynamic_button(Action.CAST_AGREE, self.agree),
            dynamic_button(Action.CAST_DROP, self.drop),
            dynamic_button(Action.CAST_FIX, self.fix),
            dynamic_button(Action.CAST_LIST, self.turn),
            dynamic_button(Action.CAST_SHOW, self.show),
            dynamic_button(Action.CAST_EDIT, self.edit),
            dynamic_button(Action.CAST_REMOVE, self.remove),
            dynamic_button(Action.CAST_REMOVE_YES, self.confirm_remove),
            dynamic_button(Action.CAST_REPORT, self.report),
            dynamic_button(Action.REPORT_REMOVE, self.remove_reported),
            dynamic_button(Action.REPORT_KEEP, self.keep_reported),
        )

    async def cog_load(self) -> None:
        """Register the buttons."""
        self._bot.add_dynamic_items(*self._buttons)

    async def cog_unload(self) -> None:
        """Take the buttons out again."""
        self._bot.remove_dynamic_items(*self._buttons)

    async def agree(self, interaction: Interaction, proposal_id: int) -> None:
        """Whoever is shown agrees."""
        await acknowledge_in_place(interaction)
        await self._bot.services.casting.agree(interaction, proposal_id)

    async def drop(self, interaction: Interaction, proposal_id: int) -> None:
        """Forget what was proposed."""
        await acknowledge_in_place(interaction)
        await self._bot.services.casting.drop(interaction, proposal_id)

    async def fix(self, interaction: Interaction, proposal_id: int) -> None:
        """Open the form with what was refused."""
        services = self._bot.services
        proposal = await services.cast.proposal(proposal_id, viewer_of(interaction))

        async def submitted(answered: Interaction, entries: CastEntries) -> None:
            await acknowledge_in_place(answered)
            await services.casting.fix(
                answered,
                proposal_id,
                name=entries.name,
                sharing=_chosen(entries.sharing, answered),
                views=Views(entries.front, entries.angles),
            )

        is_owner, title = True, "Add to the cast"
        if proposal.member_id is not None:
            member = await services.cast.kept(
                proposal.member_id, viewer_of(interaction), "change it"
            )
            is_owner, title = member.owner_id == interaction.user.id, "Edit cast member"
        form = _form(interaction, title, proposal.details, submitted, is_owner=is_owner)
        await interaction.response.send_modal(form)

    async def turn(self, interaction: Interaction, number: int) -> None:
        """Put another page in place of this one."""
        await acknowledge_in_place(interaction)
        await self._bot.services.cast_showing.page(interaction, number)

    async def show(self, interaction: Interaction, member_id: int) -> None:
        """Open one member below the page."""
        services = self._bot.services
        await acknowledge(interaction, public=False)
        member = await services.cast.member(member_id, viewer_of(interaction))
        await services.cast_showing.one(interaction, member)

    async def edit(self, interaction: Interaction, member_id: int) -> None:
        """Open the form with everything filled in."""
        services = self._bot.services
        member = await services.cast.kept(member_id, viewer_of(interaction), "change it")

        async def submitted(answered: Interaction, entries: CastEntries) -> None:
            await acknowledge_in_place(answered)
            # Looked up anew: what the form was opened with may have pictures that are gone since.
            now = await services.cast.kept(member_id, viewer_of(answered), "change it")
            changed = replace(
                now.details, name=entries.name, sharing=_chosen(entries.sharing, answered)
            )
            views = Views(entries.front, entries.angles)
            await services.casting.change(answered, member_id, changed, views)

        is_owner = member.owner_id == interaction.user.id
        form = _form(interaction, "Edit cast member", member.details, submitted, is_owner=is_owner)
        await interaction.response.send_modal(form)

    async def remove(self, interaction: Interaction, member_id: int) -> None:
        """Ask once."""
        await acknowledge(interaction, public=False)
        await self._bot.services.cast_showing.ask_to_remove(interaction, member_id)

    async def confirm_remove(self, interaction: Interaction, member_id: int) -> None:
        """Take it out, in place of the question."""
        await acknowledge_in_place(interaction)
        await self._bot.services.cast_showing.remove(interaction, member_id)

    async def report(self, interaction: Interaction, member_id: int) -> None:
        """Ask for the reason."""

        async def submitted(answered: Interaction, reason: str) -> None:
            await acknowledge(answered, public=False)
            await self._bot.services.cast_showing.report(answered, member_id, reason)

        await interaction.response.send_modal(ReportForm(submitted=submitted, failed=answer_error))

    async def remove_reported(self, interaction: Interaction, report_id: int) -> None:
        """Remove what was reported."""
        await self._settle(interaction, report_id, remove=True)

    async def keep_reported(self, interaction: Interaction, report_id: int) -> None:
        """Leave what was reported."""
        await self._settle(interaction, report_id, remove=False)

    async def _settle(self, interaction: Interaction, report_id: int, *, remove: bool) -> None:
        # Before the acknowledgement, which takes the card's place: others may see the card, too.
        if not viewer_of(interaction).is_moderator:
            raise NotAllowedError("Only moderators of this server can do that.")
        await acknowledge_in_place(interaction)
        await self._bot.services.cast_showing.settle(interaction, report_id, remove=remove)


def _form(
    interaction: Interaction,
    title: str,
    details: CastDetails,
    submitted: CastSubmitted,
    *,
    is_owner: bool,
) -> CastForm:
    return CastForm(
        title,
        name=details.name,
        sharing=_offered(interaction, details.sharing, is_owner=is_owner),
        chosen=_value(details.sharing),
        submitted=submitted,
        failed=answer_error,
    )


def _offered(interaction: Interaction, present: Sharing, *, is_owner: bool) -> dict[str, str]:
    """What sharing can be chosen here: values, and what people read."""
    offered = {_value(PRIVATE): "Private: you alone, everywhere"} if is_owner else {}
    guild = interaction.guild if viewer_of(interaction).guild_id else None
    if guild is not None:
        offered[_value(Sharing(CastScope.SERVER, guild.id))] = "Server: everyone in this server"
        user = interaction.user
        roles = user.roles[1:] if isinstance(user, discord.Member) else []
        for role in list(reversed(roles))[:_TEAMS_OFFERED]:
            offered[_value(Sharing(CastScope.TEAM, guild.id, role.id))] = f"Team: {role.name}"
    if _value(present) not in offered:
        role_name = guild.get_role(present.role_id or 0) if guild else None
        offered[_value(present)] = f"Team: {role_name}" if role_name else "As it is"
    return {value: label[:_LABEL_CHARS] for value, label in offered.items()}


def _value(sharing: Sharing) -> str:
    """A sharing as the value of an option."""
    return f"{sharing.scope.value}:{sharing.guild_id or 0}:{sharing.role_id or 0}"


def _chosen(value: str, interaction: Interaction) -> Sharing:
    """The sharing of an option; what it may be is checked where it is used."""
    scope, guild_id, role_id = value.split(":")
    if scope == CastScope.PRIVATE:
        return PRIVATE
    return Sharing(CastScope(scope), int(guild_id) or interaction.guild_id, int(role_id) or None)


async def setup(bot: ClapperboardBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(CastButtonsCog(bot))
