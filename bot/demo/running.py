"""Puts the demo together and runs it until it is stopped."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import simcord
import typer
from pydantic import SecretStr
from simcord import Env, Preview, SetupError

from bot.app import Application
from bot.config import Config, OxenSection, QuotaSection, Secrets, StorageSection
from bot.demo.browser import open_page
from bot.demo.corrections import (
    allow_edit_of_pressed_card,
    allow_follow_up_after_deleted_response,
)
from bot.demo.live_clock import install_live_clock
from bot.demo.media_checks import quick_media_checks
from bot.demo.message_menu import add_message_menu
from bot.demo.page import Publisher, dress_page
from bot.demo.scene import Scene, build_scene, somebody_posts, welcome
from bot.errors import StartError
from bot.sandbox.faults import Fault
from bot.sandbox.options import SandboxOptions
from bot.sandbox.server import Sandbox

_AROUND_S = 1.0
"""What sending, fetching and posting add to the rendering."""
_LONGEST_ANSWER_S = 60.0
"""A preview is an answer that takes a while: SimCord gives up on a press after 5 s by itself."""


async def run_demo(
    *, port: int, open_browser: bool, render_seconds: float, faults: Sequence[Fault] = ()
) -> None:
    """Run the demo until it is cancelled or its session is ended in the page.

    Prints the page's address on a line that begins with ``Demo: ``. Everything lies in a temporary
    folder that goes away with it. Raises ``StartError`` where the port cannot be used.
    """
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(quick_media_checks())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="clapperboard-")))
        sandbox = await stack.enter_async_context(
            Sandbox(SandboxOptions(render_seconds=render_seconds, faults=tuple(faults)))
        )
        application = await stack.enter_async_context(
            Application(
                demo_config(sandbox.base_url, folder),
                first_forecast_ms=int((render_seconds + _AROUND_S) * 1000),
            )
        )
        application.bot.shard_count = 1
        env = await stack.enter_async_context(
            simcord.run(application.bot, check_errors=False, settle_timeout=_LONGEST_ANSWER_S)
        )
        install_live_clock(env)
        allow_follow_up_after_deleted_response(env)
        allow_edit_of_pressed_card()
        scene = build_scene(env)
        add_message_menu(
            application.bot,
            scene.channel,
            {p.id: p.user.global_name or p.name for p in scene.people},
        )
        await application.bot.tree.sync()
        # Started here, not by the bot: SimCord takes whatever the bot starts itself for a part of
        # answering a user, and would wait for it.
        await application.engine.start()
        stack.push_async_callback(application.engine.stop)
        await welcome(application.bot, scene.channel, render_seconds=render_seconds)
        await somebody_posts(scene)
        dress_page(folder / "page")
        preview = await stack.enter_async_context(_page(env, scene, port))
        await stack.enter_async_context(Publisher(env, preview).publishing())
        typer.echo(f"Demo: {preview.url}")
        if open_browser and not await asyncio.to_thread(open_page, preview.url):
            typer.echo("No browser was found; open the address in one yourself.", err=True)
        await preview.wait_closed()


@asynccontextmanager
async def _page(env: Env, scene: Scene, port: int) -> AsyncIterator[Preview]:
    page = env.preview(
        scene.channel,
        viewers=scene.people,
        layout="channel",
        display="responsive",
        port=port,
        timezone="UTC",
        assets=scene.assets,
    )
    try:
        await page.__aenter__()
    except SetupError as error:
        if not isinstance(error.__cause__, OSError):
            raise
        reason = os.strerror(error.__cause__.errno or 0)
        raise StartError(
            f"Port {port} cannot be used ({reason}); choose another with --port."
        ) from error
    try:
        yield page
    finally:
        await page.__aexit__(None, None, None)


def demo_config(oxen_url: str, folder: Path) -> Config:
    """A configuration for the sandbox: its own Oxen, and limits that are there to be seen."""
    return Config(
        secrets=Secrets(discord_token=SecretStr("demo"), oxen_api_key=SecretStr("demo")),
        oxen=OxenSection(
            base_url=oxen_url,
            models=("*",),
            max_in_flight=2,
            sweep_interval_s=15,
            # Attachments of the simulated Discord have addresses that lead nowhere.
            reference_delivery="data",
        ),
        quota=QuotaSection(
            generations_per_day=20, seconds_per_day=200, generations_per_month=100, in_flight=6
        ),
        storage=StorageSection(folder=folder),
    )
