"""A small stand-in for Discord: real sockets, only what the bot uses, books of everything.

It outlives the bot's process. ``faults`` makes calls go wrong, ``watch`` is told of each call as it
arrives and once it is carried out, before the answer goes out: the moments at which to kill.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.connections import reset
from tests.chaos.wire_answers import Refused, refusal, shown
from tests.chaos.wire_books import WireBooks, WireRequest
from tests.chaos.wire_faults import Moment, WireFault, WireFaults
from tests.chaos.wire_gateway import Gateway
from tests.chaos.wire_interactions import InteractionDesk
from tests.chaos.wire_messages import MessageDesk
from tests.chaos.wire_people import People
from tests.chaos.wire_places import BOT_ID, Places, application_json, user_json

_LARGEST_BODY_BYTES = 64 * 2**20
_SHUTDOWN_S = 0.5
_LOOK_AGAIN_S = 0.05
_HOST = "127.0.0.1"


class DiscordOnTheWire:
    """``async with DiscordOnTheWire() as discord: discord.origin``."""

    def __init__(self, *, seed: int = 0, nonce_window_s: float = 120.0) -> None:
        self.books = WireBooks()
        self.faults = WireFaults(seed=seed)
        self.places = Places()
        self.gateway = Gateway(self.books)
        self._messages = MessageDesk(self.books, self.places, nonce_window_s=nonce_window_s)
        self._interactions = InteractionDesk(self._messages)
        self.people = People(self.gateway, self._interactions, self._messages)
        self.watch: Callable[[str, Moment], None] = lambda _endpoint, _moment: None
        self.origin = ""
        self._under_way = 0
        self._commands: list[dict[str, Any]] = []
        self._exit = AsyncExitStack()

    @property
    def nonce_window_s(self) -> float:
        """How long a nonce is remembered."""
        return self._messages.nonce_window_s

    @nonce_window_s.setter
    def nonce_window_s(self, seconds: float) -> None:
        self._messages.nonce_window_s = seconds

    async def nothing_under_way(self) -> None:
        """Wait until every request that has arrived is carried out, also those of the dead."""
        while self._under_way:  # noqa: ASYNC110  it is a matter of a second at most
            await asyncio.sleep(_LOOK_AGAIN_S)

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._gate], client_max_size=_LARGEST_BODY_BYTES)
        router = app.router
        router.add_get("/api/v10/users/@me", self._me, name="me")
        router.add_get("/api/v10/oauth2/applications/@me", self._application, name="application")
        router.add_get("/api/v10/gateway/bot", self._gateway_bot, name="gateway_bot")
        router.add_get("/api/v10/users/{id}", self._user, name="user")
        router.add_put(
            "/api/v10/applications/{id}/commands", self._register_commands, name="commands"
        )
        self._messages.add_to(app)
        self._interactions.add_to(app)
        self.gateway.add_to(app)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_S)
        await runner.setup()
        async with AsyncExitStack() as stack:
            stack.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, _HOST, 0).start()
            port = runner.addresses[0][1]
            self.origin = f"http://{_HOST}:{port}"
            self._messages.origin = self.origin
            self.gateway.url = f"ws://{_HOST}:{port}/gateway"
            stack.push_async_callback(self.gateway.close_connections)
            self._exit = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._exit.aclose()

    @web.middleware
    async def _gate(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        endpoint = request.match_info.route.name or "unknown"
        if endpoint == "gateway":
            return await handler(request)
        self.watch(endpoint, Moment.BEFORE)
        fault = self.faults.strike(endpoint)
        processed = False
        self._under_way += 1
        try:
            response = None
            if fault is not None and fault.delay_s:
                await asyncio.sleep(fault.delay_s)
            if fault is None or fault.only_slow or fault.moment is Moment.AFTER:
                response = await _answered(handler, request)
                processed = response.status < web.HTTPBadRequest.status_code
                self.watch(endpoint, Moment.AFTER)
            if fault is not None and not fault.only_slow:
                response = _as_faulty(request, fault)
        finally:
            self._under_way -= 1
            status = response.status if response is not None else 0
            self.books.requests.append(WireRequest(endpoint, status, processed))
        return response if response is not None else web.Response()

    async def _me(self, _: web.Request) -> web.Response:
        return shown(user_json(BOT_ID))

    async def _user(self, request: web.Request) -> web.Response:
        return shown(user_json(int(request.match_info["id"])))

    async def _application(self, _: web.Request) -> web.Response:
        return shown(application_json())

    async def _gateway_bot(self, _: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        return shown({"url": self.gateway.url, "shards": 1, "session_start_limit": limit})

    async def _register_commands(self, request: web.Request) -> web.Response:
        self._commands = [
            {
                "default_member_permissions": None,
                "description": "",  # commands in menus have none, and Discord says so
                **command,
                "id": str(self.books.new_id()),
                "application_id": str(BOT_ID),
                "version": "1",
            }
            for command in await request.json()
        ]
        return shown(self._commands)


async def _answered(handler: Handler, request: web.Request) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refused as refused:
        return refusal(refused.status, refused.code)
    except ConnectionError:
        # The bot was killed in the middle of its request: nobody hears this answer.
        return refusal(web.HTTPBadRequest.status_code)


def _as_faulty(request: web.Request, fault: WireFault) -> web.Response | None:
    if fault.status:
        return refusal(fault.status, fault.code, retry_after_s=fault.retry_after_s)
    reset(request)
    return None
