from __future__ import annotations

import webbrowser

import pytest

from bot.demo.browser import open_page

ADDRESS = "http://127.0.0.1:1/"


def test_without_a_browser_nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "_tryorder", [])
    monkeypatch.setattr(webbrowser, "_browsers", {})

    assert not open_page(ADDRESS)


@pytest.mark.parametrize(("name", "opened"), [("/usr/bin/lynx", False), ("true", True)])
def test_a_browser_in_the_terminal_does_not_count(
    monkeypatch: pytest.MonkeyPatch, name: str, *, opened: bool
) -> None:
    browser = webbrowser.GenericBrowser("true")
    browser.name = name
    monkeypatch.setattr(webbrowser, "_browsers", {"it": [None, browser]})
    monkeypatch.setattr(webbrowser, "_tryorder", ["it"])

    assert open_page(ADDRESS) is opened
