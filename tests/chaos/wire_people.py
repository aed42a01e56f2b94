"""What people do: slash commands with pictures, and presses of buttons."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import Any

from tests.chaos.wire_books import WireInteraction, WireMessage
from tests.chaos.wire_gateway import Gateway
from tests.chaos.wire_interactions import InteractionDesk
from tests.chaos.wire_messages import MessageDesk
from tests.chaos.wire_places import BOT_ID, CHANNEL_ID, GUILD_ID, member_json, message_json

_COMMAND, _BUTTON = 2, 3
_SUBCOMMAND, _TEXT, _NUMBER, _FLAG, _FILE = 1, 3, 4, 5, 11
_LIMIT_BYTES = 10 * 2**20
_COMMAND_ID = "100000000000000900"


@dataclass(frozen=True, slots=True)
class Attached:
    """A picture that goes with a command."""

    name: str
    data: bytes
    content_type: str = "image/png"


class People:
    """Sends interactions through the gateway; each is in the books, answered or not."""

    def __init__(self, gateway: Gateway, desk: InteractionDesk, messages: MessageDesk) -> None:
        self._gateway = gateway
        self._desk = desk
        self._messages = messages

    async def create(
        self, user_id: int, prompt: str, *, pictures: tuple[Attached, ...] = (), **options: Any
    ) -> WireInteraction:
        """``/video create``."""
        resolved: dict[str, Any] = {}
        given = [
            {"name": "prompt", "type": _TEXT, "value": prompt},
            *(
                {"name": name, "type": _option_type(value), "value": value}
                for name, value in options.items()
            ),
        ]
        for number, picture in enumerate(pictures, start=1):
            file = self._messages.keep_file(picture.name, picture.content_type, picture.data)
            resolved[str(file.id)] = file.as_json()
            given.append({"name": f"image{number}", "type": _FILE, "value": str(file.id)})
        interaction = self._new(_COMMAND, user_id, CHANNEL_ID, prompt)
        interaction.takes = int(options.get("takes", 1))
        await self._happen(
            interaction,
            {
                "id": _COMMAND_ID,
                "name": "video",
                "type": 1,
                "options": [{"name": "create", "type": _SUBCOMMAND, "options": given}],
                "resolved": {"attachments": resolved},
            },
        )
        return interaction

    async def press(self, user_id: int, message: WireMessage, custom_id: str) -> WireInteraction:
        """Press a button of a message."""
        interaction = self._new(_BUTTON, user_id, message.channel_id, custom_id)
        await self._happen(
            interaction, {"custom_id": custom_id, "component_type": 2}, message=message
        )
        return interaction

    def _new(self, kind: int, user_id: int, channel_id: int, label: str) -> WireInteraction:
        return WireInteraction(
            id=self._messages.books.new_id(),
            token=uuid.uuid4().hex,
            kind=kind,
            user_id=user_id,
            channel_id=channel_id,
            at_s=time.monotonic(),
            label=label,
        )

    async def _happen(
        self,
        interaction: WireInteraction,
        data: dict[str, Any],
        *,
        message: WireMessage | None = None,
    ) -> None:
        self._desk.expect(interaction)
        member = member_json(interaction.user_id)
        payload: dict[str, Any] = {
            "id": str(interaction.id),
            "application_id": str(BOT_ID),
            "type": interaction.kind,
            "token": interaction.token,
            "version": 1,
            "channel_id": str(interaction.channel_id),
            "locale": "en-GB",
            "app_permissions": member["permissions"],
            "entitlements": [],
            "attachment_size_limit": _LIMIT_BYTES,
            "data": data,
        }
        if interaction.channel_id == CHANNEL_ID:
            payload |= {
                "guild_id": str(GUILD_ID),
                "guild": {"id": str(GUILD_ID), "locale": "en-GB", "features": []},
                "guild_locale": "en-GB",
                "channel": {"id": str(CHANNEL_ID), "type": 0, "name": "videos"},
                "member": member,
                "context": 0,
                "authorizing_integration_owners": {"0": str(GUILD_ID)},
            }
        else:
            payload |= {
                "channel": {"id": str(interaction.channel_id), "type": 1},
                "user": member["user"],
                "context": 1,
                "authorizing_integration_owners": {"0": "0"},
            }
        if message is not None:
            payload["message"] = message_json(message)
        interaction.delivered_to_bot = await self._gateway.dispatch("INTERACTION_CREATE", payload)


def _option_type(value: Any) -> int:
    if isinstance(value, bool):
        return _FLAG
    return _NUMBER if isinstance(value, int) else _TEXT
