"""Messages in channels: sending with Discord's nonce rule, editing, deleting, history."""

from __future__ import annotations

import time
from typing import Any

from aiohttp import web

from tests.chaos.wire_answers import (
    CANNOT_MESSAGE_USER,
    MISSING_PERMISSIONS,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    Refused,
    shown,
)
from tests.chaos.wire_bodies import Body, read_body
from tests.chaos.wire_books import WireBooks, WireFile, WireMessage
from tests.chaos.wire_places import BOT_ID, Place, Places, direct_json, message_json

_OLDEST_FIRST_LIMIT = 50


class MessageDesk:
    """The messages of all channels; answers to interactions are written here too."""

    def __init__(self, books: WireBooks, places: Places, *, nonce_window_s: float) -> None:
        self.books = books
        self.places = places
        self.nonce_window_s = nonce_window_s
        self.files: dict[str, tuple[str, bytes]] = {}
        self.origin = ""

    def add_to(self, app: web.Application) -> None:
        """Register the routes."""
        channel = "/api/v10/channels/{channel}/messages"
        app.router.add_post(channel, self._send, name="send")
        app.router.add_get(channel, self._history, name="history")
        app.router.add_patch(f"{channel}/{{message}}", self._edit, name="edit")
        app.router.add_delete(f"{channel}/{{message}}", self._delete, name="delete")
        app.router.add_get(f"{channel}/{{message}}", self._message, name="message")
        app.router.add_post("/api/v10/users/@me/channels", self._direct, name="dm")
        app.router.add_get("/attachments/{id}/{name}", self._file, name="cdn")

    def keep_file(self, name: str, content_type: str, data: bytes) -> WireFile:
        """Put a file onto the stand-in's CDN."""
        file_id = self.books.new_id()
        path = f"/attachments/{file_id}/{name}"
        self.files[path] = (content_type, data)
        return WireFile(file_id, name, content_type, len(data), f"{self.origin}{path}")

    def write(self, message: WireMessage, body: Body) -> WireMessage:
        """Give a message what a body says; files that it does not name any more go."""
        payload = body.payload
        if "content" in payload:
            message.content = payload["content"] or ""
        if "components" in payload:
            message.components = payload["components"] or []
        if "flags" in payload:
            message.flags |= payload["flags"] or 0
        if body.uploads or "attachments" in payload:
            named = {str(file["id"]) for file in payload.get("attachments", ())}
            message.files = [file for file in message.files if str(file.id) in named]
            message.files += [
                self.keep_file(upload.name, upload.content_type, upload.data)
                for _, upload in sorted(body.uploads.items())
            ]
        self.books.messages[message.id] = message
        return message

    def of_bot(self, channel_id: int, **facts: Any) -> WireMessage:
        """A new message of the bot, not yet in the books."""
        return WireMessage(
            id=self.books.new_id(),
            channel_id=channel_id,
            author_id=BOT_ID,
            at_s=time.monotonic(),
            **facts,
        )

    def standing(self, message_id: int) -> WireMessage:
        """A message that is there; raises ``Refused``."""
        message = self.books.messages.get(message_id)
        if message is None or message.deleted:
            raise Refused(404, UNKNOWN_MESSAGE)
        return message

    def _place(self, request: web.Request) -> Place:
        place = self.places.channels.get(int(request.match_info["channel"]))
        if place is None or not place.exists:
            raise Refused(404, UNKNOWN_CHANNEL)
        return place

    async def _send(self, request: web.Request) -> web.Response:
        body = await read_body(request)
        place = self._place(request)
        if place.recipient_id in self.places.closed_to_direct:
            raise Refused(403, CANNOT_MESSAGE_USER)
        if not place.may_send:
            raise Refused(403, MISSING_PERMISSIONS)
        nonce = body.payload.get("nonce")
        if nonce is not None and body.payload.get("enforce_nonce"):
            known = self._by_nonce(str(nonce))
            if known is not None:
                self.books.nonce_hits[str(nonce)] += 1
                if known.deleted:
                    raise Refused(404, UNKNOWN_MESSAGE)
                return shown(message_json(known))
        reference = (body.payload.get("message_reference") or {}).get("message_id")
        message = self.of_bot(
            place.id,
            nonce=None if nonce is None else str(nonce),
            reply_to=self._reply_to(reference, body),
        )
        return shown(message_json(self.write(message, body)))

    def _reply_to(self, reference: Any, body: Body) -> int | None:
        if reference is None:
            return None
        found = self.books.messages.get(int(reference))
        if found is not None and not found.deleted:
            return found.id
        if body.payload["message_reference"].get("fail_if_not_exists", True):
            raise Refused(400, 50035)
        return None

    def _by_nonce(self, nonce: str) -> WireMessage | None:
        oldest_s = time.monotonic() - self.nonce_window_s
        for message in self.books.messages.values():
            if message.nonce == nonce and message.at_s >= oldest_s:
                return message
        return None

    async def _edit(self, request: web.Request) -> web.Response:
        body = await read_body(request)
        self._place(request)
        message = self.standing(int(request.match_info["message"]))
        if message.ephemeral:
            raise Refused(404, UNKNOWN_MESSAGE)
        message.loading = False
        message.edits += 1
        return shown(message_json(self.write(message, body)))

    async def _delete(self, request: web.Request) -> web.Response:
        self._place(request)
        self.standing(int(request.match_info["message"])).deleted = True
        return web.Response(status=204)

    async def _message(self, request: web.Request) -> web.Response:
        self._place(request)
        return shown(message_json(self.standing(int(request.match_info["message"]))))

    async def _history(self, request: web.Request) -> web.Response:
        place = self._place(request)
        if not place.may_read_history:
            return shown([])
        after = int(request.query.get("after", 0))
        before = int(request.query.get("before", 1 << 63))
        limit = int(request.query.get("limit", _OLDEST_FIRST_LIMIT))
        found = [
            message
            for message in self.books.visible()
            if message.channel_id == place.id
            and after < message.id < before
            and not message.ephemeral
        ]
        chosen = found[:limit] if "after" in request.query else found[-limit:]
        # Discord lists the newest first, whichever end it counts from.
        return shown([message_json(message) for message in reversed(chosen)])

    async def _direct(self, request: web.Request) -> web.Response:
        body = await read_body(request)
        place = self.places.direct(int(body.payload["recipient_id"]), self.books.new_id())
        return shown(direct_json(place))

    async def _file(self, request: web.Request) -> web.Response:
        kept = self.files.get(request.path)
        if kept is None:
            return web.Response(status=404)
        return web.Response(body=kept[1], content_type=kept[0])
