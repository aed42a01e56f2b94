"""The Discord client: gateway settings, the commands, and where their errors end."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Protocol

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.casts.service import CastService
from bot.generations.choosing import ChoosingService
from bot.generations.drafting import DraftService
from bot.generations.history import HistoryService
from bot.generations.lineage import LineageService
from bot.generations.model_book import ModelBook
from bot.generations.oversight import Oversight
from bot.generations.reels import ReelService
from bot.generations.scenes import SceneService
from bot.generations.service import GenerationService
from bot.generations.shelf import VideoShelf
from bot.generations.showing_again import ShowingAgain
from bot.posting.answering import answer_error
from bot.posting.cast_showing import CastShowing
from bot.posting.casting import Casting
from bot.posting.form_desk import FormDesk
from bot.posting.intake import Intake
from bot.posting.looking_back import LookingBack
from bot.posting.storyboard_desk import StoryboardDesk
from bot.posting.strips import Strips
from bot.presets.service import PresetService
from bot.quotas.service import QuotaService

_log = structlog.get_logger(__name__)

EXTENSIONS = (
    "cogs.video",
    "cogs.video_buttons",
    "cogs.more",
    "cogs.reels",
    "cogs.lineage_button",
    "cogs.draft_buttons",
    "cogs.history_buttons",
    "cogs.takes_buttons",
    "cogs.storyboard_buttons",
    "cogs.lost_forms",
    "cogs.preset",
    "cogs.message_menu",
    "cogs.cast",
    "cogs.cast_buttons",
    "cogs.quota",
    "cogs.moderation",
)
_SYNCED_COMMANDS = "discord.synced_commands"


class Facts(Protocol):
    """Small things to remember between starts."""

    async def get(self, key: str) -> str | None:
        """The text under a key."""
        ...

    async def put(self, key: str, value: str) -> None:
        """Remember a text."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """What the cogs call."""

    generations: GenerationService
    drafts: DraftService
    history: HistoryService
    choosing: ChoosingService
    presets: PresetService
    quotas: QuotaService
    intake: Intake
    forms: FormDesk
    looking_back: LookingBack
    cast: CastService
    casting: Casting
    cast_showing: CastShowing
    oversight: Oversight
    shelf: VideoShelf
    scenes: SceneService
    reels: ReelService
    showing_again: ShowingAgain
    lineage: LineageService
    strips: Strips
    storyboards: StoryboardDesk
    models: ModelBook
    model: str
    """The model that ``/video create`` uses."""


class ClapperboardTree(app_commands.CommandTree["ClapperboardBot"]):
    """The application commands; every error of theirs ends in one place."""

    async def on_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /
    ) -> None:
        """Answer the person with what went wrong."""
        original = error.__cause__ if isinstance(error, app_commands.CommandInvokeError) else None
        await answer_error(interaction, original or error)


class ClapperboardBot(commands.AutoShardedBot):
    """The bot as Discord sees it. No privileged intent, no message cache, no member cache."""

    services: Services

    def __init__(self, facts: Facts) -> None:
        # The bot never speaks; the warnings about missing voice libraries would only puzzle.
        discord.VoiceClient.warn_nacl = False
        discord.VoiceClient.warn_dave = False
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True),
            tree_cls=ClapperboardTree,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        self._facts = facts

    def serve(self, services: Services) -> None:
        """Take what the cogs call; before the bot logs in."""
        self.services = services

    async def setup_hook(self) -> None:
        """Load the cogs, and register the commands where they have changed."""
        for extension in EXTENSIONS:
            await self.load_extension(extension)
        digest = self._commands_digest()
        if await self._facts.get(_SYNCED_COMMANDS) == digest:
            return
        await self.tree.sync()
        await self._facts.put(_SYNCED_COMMANDS, digest)
        _log.info("discord.commands_registered")

    async def on_message(self, message: discord.Message, /) -> None:
        """Ignore messages: the bot knows application commands only."""

    def _commands_digest(self) -> str:
        payload = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        text = json.dumps([self.application_id, payload], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()
