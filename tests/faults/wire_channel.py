"""The services' places on the real discord.py, against Discord on the wire."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import discord

from bot.models.generation import Generation, NewRequest, RequestWithTakes, VideoSettings
from bot.models.video_model import DEFAULT_MODEL
from bot.posting.placeholders import DiscordPlaceholders
from bot.posting.results import DiscordResults
from tests.chaos.discord_on_the_wire import DiscordOnTheWire
from tests.chaos.wire_books import WireMessage
from tests.chaos.wire_places import BOT_ID, CHANNEL_ID, GUILD_ID, person_id
from tests.generations.rig import Rig

PERSON = person_id(1)
_interactions = itertools.count(10)


class WireChannel(DiscordResults):
    """Both ports of the services in one, as the rig takes them."""

    def __init__(self, client: discord.Client, wire: DiscordOnTheWire) -> None:
        super().__init__(client, display_name=str)
        self.wire = wire
        self.show_progress = DiscordPlaceholders(
            client, _NoStrips(), _NoStrips(), display_name=str
        ).show_progress

    def visible(self, generation_id: int) -> list[WireMessage]:
        """The posts of a generation that people see."""
        found = self.wire.books.bearing(f"clap:more:{generation_id}")
        return [message for message in found if not message.deleted]


class _NoStrips:
    async def strip(self, sha256s: Any, height_px: int) -> bytes:
        raise AssertionError("the requests of these tests have no pictures")

    async def poster_strip(self, videos: Any, height_px: int) -> bytes:
        raise AssertionError("the requests of these tests have one take")


@contextmanager
def pointed_at(wire: DiscordOnTheWire) -> Iterator[None]:
    """Let discord.py talk to the stand-in."""
    before = discord.http.Route.BASE
    discord.http.Route.BASE = f"{wire.origin}/api/v10"
    try:
        yield
    finally:
        discord.http.Route.BASE = before


@dataclass(slots=True)
class Asked:
    """A request and its card."""

    request: RequestWithTakes
    card: WireMessage

    @property
    def generation(self) -> Generation:
        return self.request.generations[0]


async def ask(rig: Rig, wire: DiscordOnTheWire) -> Asked:
    """Reserve a video whose card stands in the channel."""
    card = WireMessage(wire.books.new_id(), CHANNEL_ID, BOT_ID, at_s=0.0)
    wire.books.messages[card.id] = card
    number = next(_interactions)
    request = await rig.service.create(
        NewRequest(
            interaction_id=card.id - 1,
            user_id=PERSON,
            user_name="Mona",
            guild_id=GUILD_ID,
            channel_id=CHANNEL_ID,
            private=False,
            settings=VideoSettings(DEFAULT_MODEL, f"walk number {number}", "16:9", 3),
            references=(),
            takes=1,
            price_microusd=None,
            placeholder_message_id=card.id,
        )
    )
    return Asked(request, card)
