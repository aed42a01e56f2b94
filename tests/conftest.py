"""Fixtures for everything that needs the whole bot."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import discord
import httpx
import pytest
import sqlalchemy
import structlog
from simcord import Env

from bot.app import Application
from bot.client import ClapperboardBot
from bot.demo.corrections import (
    allow_edit_of_pressed_card,
    allow_follow_up_after_deleted_response,
)
from bot.sandbox.options import SandboxOptions
from bot.sandbox.server import Sandbox
from tests.conformance.discord_spec import DiscordSpec, published_specification
from tests.long_first import long_first
from tests.made_once import fast_folder, lay_out_database, share_statements, tls
from tests.world import Sketches, TrackedClock, Troubles, World, config, quick_video

IN_CI = os.environ.get("CI") == "true"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "world(quota=..., oxen=..., quote=..., sandbox=...): options of the world fixture",
    )
    config.addinivalue_line("markers", "browser: needs Chromium")
    # Tests start the bot dozens of times, and load the cogs hundreds of times: an environment that
    # keeps no compiled files, as in containers, would have all sources compiled at each of them.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    if folder := fast_folder():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = long_first(items)


@cache
def discord_specification() -> DiscordSpec | None:
    path = published_specification()
    if path.exists():
        return DiscordSpec(path)
    if IN_CI:
        pytest.fail("Discord's specification is missing: in CI it must be there")
    return None


@pytest.fixture(autouse=True, scope="session")
def shared_certificates() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx, "create_ssl_context", lambda **_: tls())
        yield


@pytest.fixture(autouse=True, scope="session")
def shared_statements() -> Iterator[None]:
    create_engine = sqlalchemy.create_engine

    def create(url: Any, **how: Any) -> sqlalchemy.Engine:
        return share_statements(create_engine(url, **how))

    # The first one before the patch, through which it would wait for itself.
    share_statements(create_engine("sqlite://"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlalchemy, "create_engine", create)
        yield


@pytest.fixture
def troubles() -> Iterator[Troubles]:
    kept = Troubles()
    before = structlog.get_config()
    structlog.configure(processors=[kept], wrapper_class=structlog.BoundLogger)
    yield kept
    structlog.configure(**before)


@pytest.fixture
def clock() -> TrackedClock:
    return TrackedClock()


@pytest.fixture
async def sandbox(request: pytest.FixtureRequest, clock: TrackedClock) -> AsyncIterator[Sandbox]:
    marker = request.node.get_closest_marker("world")
    chosen = marker.kwargs.get("sandbox", {}) if marker else {}
    options = SandboxOptions(
        **{"render_seconds": 0.05, "renderer": quick_video, "clock": clock} | chosen
    )
    async with Sandbox(options) as running:
        yield running


@pytest.fixture
def sketches() -> Sketches:
    return Sketches()


@pytest.fixture
def build(
    request: pytest.FixtureRequest,
    sandbox: Sandbox,
    clock: TrackedClock,
    sketches: Sketches,
    tmp_path: Path,
) -> Callable[[], Application]:
    """Makes the application, once for each start of the bot in a test."""
    marker = request.node.get_closest_marker("world")
    chosen = marker.kwargs if marker else {}
    lay_out_database(tmp_path)
    settings = config(
        sandbox.base_url,
        tmp_path,
        oxen=chosen.get("oxen"),
        quote=chosen.get("quote"),
        **chosen.get("quota", {}),
    )
    return lambda: Application(settings, clock=clock, draw_animatic=sketches)


@pytest.fixture
async def app(build: Callable[[], Application], troubles: Troubles) -> AsyncIterator[Application]:
    async with build() as built:
        built.bot.shard_count = 1
        yield built


@pytest.fixture
def simcord_bot(app: Application) -> ClapperboardBot:
    return app.bot


@pytest.fixture
async def world(
    simcord_env: Env,
    app: Application,
    sandbox: Sandbox,
    clock: TrackedClock,
    *,
    build: Callable[[], Application],
    troubles: Troubles,
    sketches: Sketches,
    tmp_path: Path,
) -> AsyncIterator[World]:
    env = simcord_env
    clock.env = env
    allow_follow_up_after_deleted_response(env)
    allow_edit_of_pressed_card()
    guild = env.create_guild("Moonlight Studio")
    moderators = guild.create_role(
        "Moderators", permissions=discord.Permissions(manage_messages=True)
    )
    with env.time_context():
        await app.engine.start()
    world = World(
        env=env,
        app=app,
        sandbox=sandbox,
        clock=clock,
        troubles=troubles,
        guild=guild,
        channel=guild.create_text_channel("videos"),
        alice=guild.add_member(env.create_user("alice")),
        ben=guild.add_member(env.create_user("ben")),
        mia=guild.add_member(env.create_user("mia"), roles=[moderators]),
        folder=tmp_path,
        sketches=sketches,
        build=build,
    )
    yield world
    await world.app.engine.stop()
    if world.app is not app:
        await world.app.__aexit__(None, None, None)
    assert not troubles.events, troubles.events
    hold_against_specification(env)


def hold_against_specification(env: Env) -> None:
    """Every request that the bot sent is one that Discord documents."""
    specification = discord_specification()
    if specification is None:
        return
    problems = [
        f"{entry.method} {entry.path}: {problem}"
        for entry in env.http_requests
        for problem in specification.check_request(
            entry.method, entry.path, json.loads(json.dumps(entry.json)) if entry.json else None
        )
    ]
    assert not problems, "\n".join(problems)
