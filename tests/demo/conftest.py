from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.demo.running_demo import RunningDemo
from tests.demo.visitor import PATIENCE_MS, Visitor

PICTURES = Path(__file__).parents[2] / "bot" / "demo" / "pictures"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_QUIETLY = (
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--mute-audio",
    "--no-first-run",
)

StartDemo = Callable[..., RunningDemo]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser."""
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        absent = f"no browser is installed; none of {', '.join(_BROWSERS)} is on the PATH"
        if os.environ.get("CI") == "true":
            pytest.fail(absent)
        pytest.skip(absent)
    return found


@pytest.fixture
def start_demo(tmp_path: Path) -> Iterator[StartDemo]:
    started: list[RunningDemo] = []

    def start(*options: str) -> RunningDemo:
        temporary = tmp_path / f"temporary-{len(started)}"
        temporary.mkdir()
        started.append(RunningDemo(temporary, *options))
        return started[-1]

    yield start
    for demo in started:
        demo.end()


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(_QUIETLY))
        expect.set_options(timeout=PATIENCE_MS)
        yield browser
        await browser.close()


@pytest.fixture
async def visitor(browser: Browser) -> Visitor:
    page = await browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE_MS)
    return Visitor(page)
