"""``/cast``: named characters and objects that prompts call by ``@name``."""

from __future__ import annotations

from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import ClapperboardBot
from bot.errors import InvalidRequestError
from bot.models.cast import PRIVATE, CastKind, CastScope, Sharing, Viewer, as_typed
from bot.posting.answering import Interaction, acknowledge, mistakes_told
from bot.posting.casting import Views
from bot.posting.completing import member_choices
from bot.posting.viewing import viewer_of

_NAME = "Letters, digits, _ and -; prompts write it with an @ before it"
_WHO = "A name of the cast; they are shown while you type"
_TYPED_CHARS = 100
"""More than a name can have: what is too long is answered with by how much."""
_SHARES = [
    app_commands.Choice(name="private: only you, everywhere", value="private"),
    app_commands.Choice(name="server: everyone in this server", value="server"),
    app_commands.Choice(name="team: everyone with one role", value="team"),
]
_KINDS = [
    app_commands.Choice(name="character: a person, an animal, anybody", value="character"),
    app_commands.Choice(name="object: a thing or a place", value="object"),
]


class CastCog(commands.GroupCog, group_name="cast", group_description="Who plays in your videos"):
    """The commands around the cast."""

    def __init__(self, bot: ClapperboardBot) -> None:
        self._bot = bot

    @app_commands.command(description="Add a character or an object that prompts call by @name")
    @app_commands.describe(
        name=_NAME,
        front="The view from the front: JPEG, PNG or WebP",
        angle1="Another view, such as from the side",
        angle2="Another view",
        angle3="Another view",
        kind="A person shown must agree, and you are asked; character if left out",
        share="Who can use it: private if left out",
        team="The role whose members can use it; share may be left out then",
    )
    @app_commands.choices(kind=_KINDS, share=_SHARES)
    async def add(
        self,
        interaction: Interaction,
        *,
        name: app_commands.Range[str, 1, _TYPED_CHARS],
        front: discord.Attachment,
        angle1: discord.Attachment | None = None,
        angle2: discord.Attachment | None = None,
        angle3: discord.Attachment | None = None,
        kind: str = "character",
        share: str | None = None,
        team: discord.Role | None = None,
    ) -> None:
        """Add a member, or ask first whether the person shown agrees."""
        async with mistakes_told(interaction):
            sharing = _sharing(share, team, viewer_of(interaction)) or PRIVATE
            await acknowledge(interaction, public=False)
            await self._bot.services.casting.add(
                interaction,
                name=as_typed(name),
                kind=CastKind(kind),
                sharing=sharing,
                views=Views(front, (angle1, angle2, angle3)),
            )

    @app_commands.command(name="list", description="Whom your prompts can name here")
    async def list_(self, interaction: Interaction) -> None:
        """Show the first page, to the person alone."""
        async with mistakes_told(interaction):
            await acknowledge(interaction, public=False)
            await self._bot.services.cast_showing.page(interaction, 0)

    @app_commands.command(description="Show one of the cast: pictures, and who can use it")
    @app_commands.describe(name=_WHO)
    async def show(self, interaction: Interaction, name: str) -> None:
        """Show one member, to the person alone."""
        services = self._bot.services
        async with mistakes_told(interaction):
            await acknowledge(interaction, public=False)
            member = await services.cast.find(name, viewer_of(interaction))
            await services.cast_showing.one(interaction, member)

    @app_commands.command(description="Change the name, the pictures or the sharing")
    @app_commands.describe(
        name=_WHO,
        new_name=_NAME,
        front="A new view from the front",
        angle1="A new further view; new ones take the place of all old ones",
        angle2="Another new view",
        angle3="Another new view",
        remove_angles="Keep the front view only",
        share="Who can use it",
        team="The role whose members can use it; share may be left out then",
    )
    @app_commands.choices(share=_SHARES)
    async def edit(
        self,
        interaction: Interaction,
        *,
        name: str,
        new_name: app_commands.Range[str, 1, _TYPED_CHARS] | None = None,
        front: discord.Attachment | None = None,
        angle1: discord.Attachment | None = None,
        angle2: discord.Attachment | None = None,
        angle3: discord.Attachment | None = None,
        remove_angles: bool = False,
        share: str | None = None,
        team: discord.Role | None = None,
    ) -> None:
        """Change a member, or ask first whether the person shown agrees."""
        services, viewer = self._bot.services, viewer_of(interaction)
        async with mistakes_told(interaction):
            sharing = _sharing(share, team, viewer)
            await acknowledge(interaction, public=False)
            found = await services.cast.find(name, viewer)
            member = await services.cast.kept(found.id, viewer, "change it")
            details = member.details
            changed = replace(
                details,
                name=as_typed(new_name or details.name),
                sharing=sharing or details.sharing,
                angles=() if remove_angles else details.angles,
            )
            views = Views(front, (angle1, angle2, angle3))
            await services.casting.change(interaction, member.id, changed, views)

    @app_commands.command(description="Take one out of the cast, after asking once")
    @app_commands.describe(name=_WHO)
    async def remove(self, interaction: Interaction, name: str) -> None:
        """Ask once, to the person alone."""
        services = self._bot.services
        async with mistakes_told(interaction):
            await acknowledge(interaction, public=False)
            member = await services.cast.find(name, viewer_of(interaction))
            await services.cast_showing.ask_to_remove(interaction, member.id)

    @app_commands.command(description="For moderators: whose likeness shall be removed")
    async def reports(self, interaction: Interaction) -> None:
        """List what waits, to the moderator alone."""
        async with mistakes_told(interaction):
            await acknowledge(interaction, public=False)
            await self._bot.services.cast_showing.reports(interaction)

    @show.autocomplete("name")
    async def _visible(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        viewer = viewer_of(interaction)
        visible = await self._bot.services.cast.visible(viewer)
        return member_choices(visible, visible, typed, viewer)

    @edit.autocomplete("name")
    @remove.autocomplete("name")
    async def _kept(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        viewer = viewer_of(interaction)
        visible = await self._bot.services.cast.visible(viewer)
        kept = tuple(member for member in visible if member.is_kept_by(viewer))
        return member_choices(kept, visible, typed, viewer)


def _sharing(share: str | None, team: discord.Role | None, viewer: Viewer) -> Sharing | None:
    """What was chosen, ``None`` if nothing was; a team alone says enough."""
    if team is not None and share in {None, "team"}:
        return Sharing(CastScope.TEAM, viewer.guild_id, team.id)
    if team is not None:
        raise InvalidRequestError(
            f"team goes with share: team, and you chose share: {share}. Leave one of them out."
        )
    if share is None:
        return None
    scope = CastScope(share)
    if scope is CastScope.TEAM:
        raise InvalidRequestError("A team is a role of this server: choose it as team.")
    return PRIVATE if scope is CastScope.PRIVATE else Sharing(scope, viewer.guild_id)


async def setup(bot: ClapperboardBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(CastCog(bot))
