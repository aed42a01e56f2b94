"""The page of the demo: shows by itself what the bot posts, and never loses a click."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import simcord
from simcord import Env, Preview, _dpy_internals
from simcord.preview._server import PreviewServer

_CHANGES = frozenset({"MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK"})
_GATHER_S = 0.15
"""A burst of edits becomes one publication."""
_TICK_S = 15.0
"""An idle page is published anew this often, so that "in 2 minutes" counts down."""
_BUSY_S = 0.05
_LONGEST_ACTION_S = 10.0
_STATIC = Path(simcord.__file__).with_name("preview") / "static"
_SCRIPTS = ("links.js", "offers.js")
_WORDS = {
    "<title>SimCord Preview</title>": (
        '<title>Clapperboard demo</title>\n    <link rel="icon" href="/icon.svg">'
    ),
    '<span class="brand-mark" aria-hidden="true">S</span>': (
        '<span class="brand-mark" aria-hidden="true">C</span>'
    ),
    "<strong>SimCord</strong><small>Preview</small>": (
        "<strong>Clapperboard</strong><small>demo, in SimCord</small>"
    ),
    "Viewing as": "You are",
    '<script type="module" src="/app.js"></script>': (
        '<script type="module" src="/app.js"></script>\n'
        '    <script type="module" src="/links.js"></script>\n'
        '    <script type="module" src="/offers.js"></script>'
    ),
}


class Publisher:
    """Publishes the page when the bot has changed something, but never during a user's action.

    SimCord's page asks twice a second for what was published. A click that meets a newer
    publication, or arrives while another operation runs, is refused or left "uncertain" by SimCord
    itself; here it waits its turn instead.
    """

    def __init__(self, env: Env, preview: Preview) -> None:
        self._env = env
        self._preview = preview
        self._dirty = asyncio.Event()
        self._latest_message_id: int | None = None

    @asynccontextmanager
    async def publishing(self) -> AsyncIterator[None]:
        """Publish while the context is open."""
        self._keep_times_fresh()
        self._let_clicks_wait()
        self._env.backend.subscribers.append(self._saw)
        task = asyncio.create_task(self._publish_for_ever(), name="demo-page")
        try:
            yield
        finally:
            self._env.backend.subscribers.remove(self._saw)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _saw(self, event: str, payload: Any) -> None:
        if event not in _CHANGES:
            return
        if event == "MESSAGE_CREATE" and int(payload["channel_id"]) == self._preview.channel.id:
            self._latest_message_id = int(payload["id"])
        self._dirty.set()

    async def _publish_for_ever(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_TICK_S):
                    await self._dirty.wait()
            await asyncio.sleep(_GATHER_S)
            self._dirty.clear()
            while not self._publish():  # noqa: ASYNC110  SimCord announces no end of an operation
                await asyncio.sleep(_BUSY_S)

    def _publish(self) -> bool:
        """Publish every open page at once; whether that was possible."""
        if self._env._operation_task is not None or not self._preview._active:
            return False
        latest, self._latest_message_id = self._latest_message_id, None
        for page in tuple(self._preview._pages.values()):
            if latest is not None:
                _scroll_to(page, latest)
            self._preview._publish(page, reason="refresh")
        return True

    def _keep_times_fresh(self) -> None:
        preview = self._preview
        publish = preview._publish

        def publishing(page: Any, *, reason: Any = "action") -> None:
            preview._advance_presentation_time()
            publish(page, reason=reason)

        preview._publish = publishing  # type: ignore[method-assign]

    def _let_clicks_wait(self) -> None:
        env, preview = self._env, self._preview
        action = preview._action

        async def acting(context_id: str | None, body: Any) -> Any:
            deadline_s = _dpy_internals.real_monotonic() + _LONGEST_ACTION_S
            while env._operation_task is not None:
                if _dpy_internals.real_monotonic() > deadline_s:
                    break
                await asyncio.sleep(_BUSY_S)
            page = preview._pages.get(context_id or "")
            seen = body.get("published_revision") if isinstance(body, dict) else None
            if page is not None and isinstance(seen, int) and seen < page.revision:
                body = {**body, "published_revision": page.revision}
            result = await action(context_id, body)
            self._show_answer(page, result)
            return result

        preview._action = acting  # type: ignore[method-assign]

    def _show_answer(self, page: Any, result: Any) -> None:
        """Scroll to the answer: an ephemeral one is no gateway event, so nobody else would."""
        answers = [
            outcome["messageId"]
            for outcome in result.get("outcomes", ())
            if outcome["kind"] in {"response", "deferred", "followup"} and outcome.get("messageId")
        ]
        if page is None or not answers or self._env._operation_task is not None:
            return
        if page.id in self._preview._pages:
            _scroll_to(page, int(answers[-1]))
            self._preview._publish(page, reason="action")


def _scroll_to(page: Any, message_id: int) -> None:
    if page.layout == "channel":
        page.target_id, page.window_end_id = message_id, None


def dress_page(folder: Path) -> None:
    """Give the page a name, a look and scripts of its own; ``folder`` takes the files."""
    folder.mkdir(parents=True, exist_ok=True)
    index, style, icon = (folder / name for name in ("index.html", "preview.css", "icon.svg"))
    own = resources.files("bot.demo")
    html = (_STATIC / "index.html").read_text("utf-8")
    for theirs, ours in _WORDS.items():
        html = html.replace(theirs, ours)
    index.write_text(html, "utf-8")
    their_style = (_STATIC / "preview.css").read_text("utf-8")
    style.write_text(their_style + own.joinpath("page.css").read_text("utf-8"), "utf-8")
    icon.write_text(own.joinpath(icon.name).read_text("utf-8"), "utf-8")
    scripts = {f"/{name}": folder / name for name in _SCRIPTS}
    for path in scripts.values():
        path.write_text(own.joinpath(path.name).read_text("utf-8"), "utf-8")
    PreviewServer._STATIC_FILES = {
        **PreviewServer._STATIC_FILES,
        "/": str(index),
        "/preview.css": str(style),
        "/icon.svg": str(icon),
        **{address: str(path) for address, path in scripts.items()},
    }
    PreviewServer._STATIC_CONTENT_TYPES = {
        **PreviewServer._STATIC_CONTENT_TYPES,
        str(index): "text/html",
        str(style): "text/css",
        str(icon): "image/svg+xml",
        **{str(path): "application/javascript" for path in scripts.values()},
    }
