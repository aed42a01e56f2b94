"""A person at the demo's page: sees and presses what is there, and waits as people do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from playwright.async_api import Locator, Page, expect

PATIENCE_MS = 60_000
"""For a machine that is busy with many other tests."""


class Visitor:
    """Drives one page. Nothing here waits for a time: everything waits for what shows."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.messages = page.locator("#channel-message-list .channel-message")
        self._composer = page.locator("#channel-composer-input")
        self._options = page.locator("#command-suggestion-listbox [role=option]")
        self._form = page.locator(".modal-dialog")

    async def arrive(self, address: str) -> None:
        """Open the page and see the welcome."""
        await self.page.goto(address)
        await expect(self.message("Welcome to Clapperboard")).to_be_visible()

    def message(self, text: str | re.Pattern[str]) -> Locator:
        """The latest message that has this text."""
        return self.messages.filter(has_text=text).last

    async def command(self, name: str) -> None:
        """Type a slash command and choose it from the list."""
        await self._composer.click()
        await self._composer.press_sequentially(f"/{name}")
        await self.page.locator("#command-picker-listbox .command-entry").first.click()

    async def create(
        self,
        prompt: str,
        *,
        pictures: Mapping[str, Path] | None = None,
        options: Mapping[str, str] | None = None,
    ) -> None:
        """Give ``/video create`` with files and further options, and send it."""
        await self.command("video create")
        await self.page.locator('input[data-option="prompt"]').fill(prompt)
        for name, file in (pictures or {}).items():
            await self._add_option(name)
            await self.page.locator(f'input[type=file][data-option="{name}"]').set_input_files(file)
        for name, value in (options or {}).items():
            await self._add_option(name)
            await self.page.locator(f'input[data-option="{name}"]').fill(value)
            if not value.isdigit():
                await self._options.filter(has_text=value).first.click()
        await self.send()

    def option(self, name: str) -> Locator:
        """An option of the command that is being given."""
        return self.page.locator(f'input[data-option="{name}"]')

    async def send(self) -> None:
        await self.page.locator("#send-message").click()

    async def press(self, label: str, *, on: Locator) -> None:
        """Press a button of a message."""
        await on.get_by_role("button", name=label, exact=True).click()

    def field(self, name: str) -> Locator:
        """A field of the form that is open."""
        return self._form.locator(f'.modal-field[data-custom-id="{name}"]')

    async def choose(self, field: str, option: str) -> None:
        """Choose from a list of the form that is open."""
        await self.field(field).locator(".select-trigger").click()
        await self.page.get_by_role("option", name=option, exact=True).click()

    async def attach(self, field: str, *files: Path) -> None:
        """Attach files in the form that is open."""
        await self.field(field).locator("input[type=file]").set_input_files(files)

    async def submit(self) -> None:
        """Send the form that is open."""
        await self._form.get_by_role("button", name="Submit").click()
        await expect(self._form).to_have_count(0)

    async def become(self, name: str) -> None:
        """Be another person."""
        await self.page.locator("#viewer-picker").select_option(label=name)

    async def result(self, number: int = 1) -> Locator:
        """Wait, hands off, until there are so many videos, and return the latest."""
        results = self.messages.filter(has=self.page.get_by_role("button", name="More…"))
        await expect(results).to_have_count(number)
        return results.last

    async def _add_option(self, name: str) -> None:
        await self.page.locator(".command-ghost").click()
        await self._options.filter(has_text=re.compile(rf"^{name}\b")).first.click()
