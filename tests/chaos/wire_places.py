"""The small world of the stand-in: one guild, its channels, the bot and the people, as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.chaos.wire_books import WireFile, WireMessage

BOT_ID = 100_000_000_000_000_001
GUILD_ID = 100_000_000_000_000_002
CHANNEL_ID = 100_000_000_000_000_003
_OWNER_ID = 100_000_000_000_000_004
_FIRST_PERSON_ID = 100_000_000_000_001_000
_PERMISSIONS = "274878024704"
"""What the bot asks for: view, send, send in threads, embed, attach, read history."""
_SINCE = "2026-01-01T00:00:00+00:00"


@dataclass(slots=True)
class Place:
    """A channel, and what the bot may do there."""

    id: int
    recipient_id: int | None = None
    """Set for direct messages."""
    may_send: bool = True
    may_read_history: bool = True
    exists: bool = True


@dataclass(slots=True)
class Places:
    """The channels there are; direct messages come into being when they are opened."""

    channels: dict[int, Place] = field(default_factory=lambda: {CHANNEL_ID: Place(CHANNEL_ID)})
    closed_to_direct: set[int] = field(default_factory=set)
    """People who take no direct messages."""

    def direct(self, user_id: int, new_id: int) -> Place:
        """The direct messages with a person."""
        for place in self.channels.values():
            if place.recipient_id == user_id:
                return place
        place = Place(new_id, recipient_id=user_id)
        self.channels[new_id] = place
        return place


def person_id(number: int) -> int:
    """The id of the n-th person."""
    return _FIRST_PERSON_ID + number


def user_json(user_id: int) -> dict[str, Any]:
    """A user."""
    name = "clapperboard" if user_id == BOT_ID else f"person{user_id % 1000}"
    return {
        "id": str(user_id),
        "username": name,
        "discriminator": "0",
        "global_name": None,
        "avatar": None,
        "bot": user_id == BOT_ID,
    }


def member_json(user_id: int) -> dict[str, Any]:
    """A member of the guild, without any role."""
    return {
        "user": user_json(user_id),
        "roles": [],
        "joined_at": _SINCE,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "permissions": _PERMISSIONS,
    }


def application_json() -> dict[str, Any]:
    """The bot's application."""
    return {
        "id": str(BOT_ID),
        "name": "clapperboard",
        "description": "",
        "icon": None,
        "bot_public": False,
        "bot_require_code_grant": False,
        "owner": user_json(_OWNER_ID),
        "verify_key": "",
        "flags": 0,
    }


def channel_json() -> dict[str, Any]:
    """The one text channel."""
    return {
        "id": str(CHANNEL_ID),
        "type": 0,
        "name": "videos",
        "guild_id": str(GUILD_ID),
        "position": 0,
        "permission_overwrites": [],
        "parent_id": None,
        "permissions": _PERMISSIONS,
        "nsfw": False,
    }


def direct_json(place: Place) -> dict[str, Any]:
    """A channel of direct messages."""
    return {
        "id": str(place.id),
        "type": 1,
        "last_message_id": None,
        "recipients": [user_json(place.recipient_id or 0)],
    }


def guild_json() -> dict[str, Any]:
    """The guild as GUILD_CREATE tells of it."""
    everyone = {
        "id": str(GUILD_ID),
        "name": "@everyone",
        "permissions": _PERMISSIONS,
        "position": 0,
        "color": 0,
        "hoist": False,
        "managed": False,
        "mentionable": False,
    }
    empty: tuple[str, ...] = (
        "emojis",
        "features",
        "threads",
        "presences",
        "voice_states",
        "stage_instances",
        "guild_scheduled_events",
        "stickers",
        "soundboard_sounds",
    )
    return {
        "id": str(GUILD_ID),
        "name": "Moonlight Studio",
        "owner_id": str(_OWNER_ID),
        "unavailable": False,
        "member_count": 3,
        "premium_tier": 0,
        "roles": [everyone],
        "channels": [channel_json()],
        "members": [member_json(BOT_ID)],
        **{name: [] for name in empty},
    }


def message_json(message: WireMessage) -> dict[str, Any]:
    """A message as the API shows it."""
    shown = {
        "id": str(message.id),
        "channel_id": str(message.channel_id),
        "author": user_json(message.author_id),
        "content": message.content,
        "timestamp": _SINCE,
        "edited_timestamp": _SINCE if message.edits else None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [file.as_json() for file in message.files],
        "embeds": [],
        "pinned": False,
        "type": 19 if message.reply_to else 0,
        "flags": message.flags | (1 << 7 if message.loading else 0),
        "components": [_component(item, message.files) for item in message.components],
    }
    if message.asked_by is not None:
        shown["interaction_metadata"] = {
            "id": str(message.interaction_id),
            "type": 2,
            "user": user_json(message.asked_by),
            "authorizing_integration_owners": {"0": str(GUILD_ID)},
        }
    if message.nonce is not None:
        shown["nonce"] = message.nonce
    if message.reply_to is not None:
        shown["message_reference"] = {
            "message_id": str(message.reply_to),
            "channel_id": str(message.channel_id),
        }
    return shown


def _component(item: dict[str, Any], files: list[WireFile]) -> dict[str, Any]:
    """A component as it comes back: addresses instead of ``attachment://``."""
    shown = dict(item)
    if "components" in shown:
        shown["components"] = [_component(inner, files) for inner in shown["components"]]
    if "items" in shown:
        shown["items"] = [
            {**inner, "media": _media(inner.get("media", {}), files)} for inner in shown["items"]
        ]
    return shown


def _media(media: dict[str, Any], files: list[WireFile]) -> dict[str, Any]:
    for file in files:
        if media.get("url") == f"attachment://{file.filename}":
            return {"url": file.url, "proxy_url": file.url, "attachment_id": str(file.id)}
    return media
