"""First responses to interactions, each taken once and in time, and what follows through them."""

from __future__ import annotations

import time
from typing import Any

from aiohttp import web

from tests.chaos.wire_answers import (
    ALREADY_ACKNOWLEDGED,
    INVALID_WEBHOOK_TOKEN,
    UNKNOWN_INTERACTION,
    UNKNOWN_WEBHOOK,
    Refused,
    shown,
)
from tests.chaos.wire_bodies import Body, read_body
from tests.chaos.wire_books import WireInteraction, WireMessage
from tests.chaos.wire_messages import MessageDesk
from tests.chaos.wire_places import message_json

_FIRST_RESPONSE_S = 3.0
_TOKEN_LIFETIME_S = 15 * 60
_MESSAGE, _DEFERRED_MESSAGE, _DEFERRED_UPDATE, _MODAL = 4, 5, 6, 9


class InteractionDesk:
    """Callbacks and the webhook of each interaction's token."""

    def __init__(self, messages: MessageDesk) -> None:
        self._messages = messages
        self._books = messages.books
        self._by_token: dict[str, WireInteraction] = {}

    def add_to(self, app: web.Application) -> None:
        """Register the routes."""
        app.router.add_post(
            "/api/v10/interactions/{id}/{token}/callback", self._callback, name="callback"
        )
        webhook = "/api/v10/webhooks/{application}/{token}"
        original = f"{webhook}/messages/@original"
        app.router.add_get(original, self._original, name="original_get")
        app.router.add_patch(original, self._edit_original, name="original_edit")
        app.router.add_delete(original, self._delete_original, name="original_delete")
        app.router.add_post(webhook, self._follow_up, name="followup")

    def expect(self, interaction: WireInteraction) -> None:
        """An interaction has happened: answers to it are taken from now on."""
        self._books.interactions[interaction.id] = interaction
        self._by_token[interaction.token] = interaction

    async def _callback(self, request: web.Request) -> web.Response:
        body = await read_body(request)
        interaction = self._books.interactions.get(int(request.match_info["id"]))
        now_s = time.monotonic()
        if interaction is None:
            raise Refused(404, UNKNOWN_INTERACTION)
        if interaction.answered:
            raise Refused(400, ALREADY_ACKNOWLEDGED)
        if now_s - interaction.at_s > _FIRST_RESPONSE_S:
            raise Refused(404, UNKNOWN_INTERACTION)
        interaction.answered_at_s = now_s
        kind = body.payload["type"]
        told: dict[str, Any] = {"id": str(interaction.id), "type": interaction.kind}
        resource: dict[str, Any] = {"type": kind}
        if kind in {_MESSAGE, _DEFERRED_MESSAGE}:
            message = self._first_message(interaction, body)
            told |= {
                "response_message_id": str(message.id),
                "response_message_loading": message.loading,
                "response_message_ephemeral": message.ephemeral,
            }
            resource["message"] = message_json(message)
        return shown({"interaction": told, "resource": resource})

    def _first_message(self, interaction: WireInteraction, body: Body) -> WireMessage:
        message = self._messages.of_bot(
            interaction.channel_id,
            interaction_id=interaction.id,
            asked_by=interaction.user_id,
            loading=body.payload["type"] == _DEFERRED_MESSAGE,
        )
        self._messages.write(message, Body(body.payload.get("data") or {}, body.uploads))
        interaction.response_id = message.id
        return message

    def _interaction(self, request: web.Request) -> WireInteraction:
        interaction = self._by_token.get(request.match_info["token"])
        if interaction is None or time.monotonic() - interaction.at_s > _TOKEN_LIFETIME_S:
            raise Refused(401, INVALID_WEBHOOK_TOKEN)
        return interaction

    def _response(self, request: web.Request) -> WireMessage:
        response_id = self._interaction(request).response_id
        if response_id is None:
            raise Refused(404, UNKNOWN_WEBHOOK)
        return self._messages.standing(response_id)

    async def _original(self, request: web.Request) -> web.Response:
        return shown(message_json(self._response(request)))

    async def _edit_original(self, request: web.Request) -> web.Response:
        body = await read_body(request)
        message = self._response(request)
        message.loading = False
        message.edits += 1
        self._messages.write(message, body)
        self._note_refusal(self._interaction(request), message)
        return shown(message_json(message))

    async def _delete_original(self, request: web.Request) -> web.Response:
        self._response(request).deleted = True
        return web.Response(status=204)

    async def _follow_up(self, request: web.Request) -> web.Response:
        body = await read_body(request)
        interaction = self._interaction(request)
        message = self._messages.of_bot(
            interaction.channel_id, interaction_id=interaction.id, asked_by=interaction.user_id
        )
        self._messages.write(message, body)
        self._note_refusal(interaction, message)
        return shown(message_json(message))

    @staticmethod
    def _note_refusal(interaction: WireInteraction, message: WireMessage) -> None:
        drafts = (str(item.get("custom_id", "")) for item in message.items())
        if any(name.startswith("clap:draft:") for name in drafts):
            interaction.refused = True
