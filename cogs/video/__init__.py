"""``/video``: one command group, a file for each family of commands."""

from __future__ import annotations

from discord.ext import commands

from bot.client import ClapperboardBot
from cogs.video.creating import CreateCommand
from cogs.video.history import HistoryCommands
from cogs.video.lineage import LineageCommand
from cogs.video.storyboarding import StoryboardCommand


class VideoCog(
    CreateCommand,
    HistoryCommands,
    LineageCommand,
    StoryboardCommand,
    commands.GroupCog,
    group_name="video",
    group_description="Make videos",
):
    """The commands around a person's videos."""

    def __init__(self, bot: ClapperboardBot) -> None:
        self._bot = bot


async def setup(bot: ClapperboardBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(VideoCog(bot))
