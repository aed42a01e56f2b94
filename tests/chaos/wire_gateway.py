"""The gateway: HELLO, heartbeats, IDENTIFY, RESUME and dispatched events, compressed or not."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
import zlib
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.chaos.wire_books import WireBooks
from tests.chaos.wire_places import BOT_ID, GUILD_ID, guild_json, user_json

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT = 0, 1, 2, 6, 7
INVALID_SESSION, HELLO, HEARTBEAT_ACK = 9, 10, 11
_HEARTBEAT_MS = 41_250
"""Discord's own figure."""


@dataclass(slots=True, eq=False)
class Connection:
    """One WebSocket, with the one compressed stream that belongs to it."""

    socket: web.WebSocketResponse
    compressor: Any
    """``None`` where the bot asked for no compression."""

    async def send(self, payload: dict[str, Any]) -> None:
        """Send one payload; a socket that is gone is no failure here."""
        text = json.dumps(payload)
        try:
            if self.compressor is None:
                await self.socket.send_str(text)
            else:
                squeezed = self.compressor.compress(text.encode())
                await self.socket.send_bytes(squeezed + self.compressor.flush(zlib.Z_SYNC_FLUSH))
        except ConnectionError:
            return


@dataclass(slots=True, eq=False)
class Session:
    """What RESUME goes on with: every event that was sent, in order."""

    id: str
    sent: list[dict[str, Any]] = field(default_factory=list)
    connection: Connection | None = None


class Gateway:
    """Serves ``/gateway``; ``dispatch`` reaches the bot when it is there."""

    def __init__(self, books: WireBooks) -> None:
        self._books = books
        self._sessions: dict[str, Session] = {}
        self._current: Session | None = None
        self._connections: set[Connection] = set()
        self._ready = asyncio.Event()
        self.url = ""

    def add_to(self, app: web.Application) -> None:
        """Register the route."""
        app.router.add_get("/gateway", self._serve, name="gateway")

    @property
    def is_connected(self) -> bool:
        """Whether the bot has identified on a connection that stands."""
        return self._current is not None and self._current.connection is not None

    async def connected(self) -> None:
        """Wait until the bot has identified (again)."""
        await self._ready.wait()

    async def dispatch(self, event: str, data: dict[str, Any]) -> bool:
        """Send an event to the present session; whether there is one that stands."""
        session = self._current
        if session is None:
            return False
        payload = {"op": DISPATCH, "t": event, "s": len(session.sent) + 1, "d": data}
        session.sent.append(payload)
        connection = session.connection
        if connection is None:
            return False
        await connection.send(payload)
        return True

    async def close_connections(self, code: int = 1001) -> None:
        """Close every WebSocket, as Discord does now and then; sessions can be resumed."""
        for connection in tuple(self._connections):
            await connection.socket.close(code=code)

    def forget_sessions(self) -> None:
        """The next RESUME is answered with INVALID_SESSION."""
        self._sessions.clear()

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        squeezed = request.query.get("compress") == "zlib-stream"
        connection = Connection(socket, zlib.compressobj() if squeezed else None)
        self._connections.add(connection)
        try:
            await connection.send({"op": HELLO, "d": {"heartbeat_interval": _HEARTBEAT_MS}})
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._hear(connection, json.loads(message.data))
        finally:
            self._connections.discard(connection)
            self._left(connection)
        return socket

    def _left(self, connection: Connection) -> None:
        for session in self._sessions.values():
            if session.connection is connection:
                session.connection = None
        if not self.is_connected:
            self._ready.clear()

    async def _hear(self, connection: Connection, payload: dict[str, Any]) -> None:
        match payload["op"]:
            case 1:
                await connection.send({"op": HEARTBEAT_ACK})
            case 2:
                await self._identify(connection)
            case 6:
                await self._resume(connection, payload["d"])

    async def _identify(self, connection: Connection) -> None:
        self._books.identified_at_s.append(time.monotonic())
        session = Session(uuid.uuid4().hex, connection=connection)
        self._sessions[session.id] = session
        self._current = session
        await self.dispatch(
            "READY",
            {
                "v": 10,
                "user": user_json(BOT_ID),
                "session_id": session.id,
                "resume_gateway_url": self.url,
                "guilds": [{"id": str(GUILD_ID), "unavailable": True}],
                "application": {"id": str(BOT_ID), "flags": 0},
                "shard": [0, 1],
            },
        )
        await self.dispatch("GUILD_CREATE", guild_json())
        self._ready.set()

    async def _resume(self, connection: Connection, data: dict[str, Any]) -> None:
        session = self._sessions.get(data["session_id"])
        if session is None:
            await connection.send({"op": INVALID_SESSION, "d": False})
            return
        self._books.resumed += 1
        session.connection = connection
        self._current = session
        for payload in session.sent[int(data["seq"] or 0) :]:
            await connection.send(payload)
        await self.dispatch("RESUMED", {})
        self._ready.set()
