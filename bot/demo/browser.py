"""Opening the demo's page."""

from __future__ import annotations

import webbrowser
from pathlib import PurePath

_IN_THE_TERMINAL = frozenset({"www-browser", "links", "elinks", "lynx", "w3m"})
"""Those that Python's ``webbrowser`` falls back on where there are no windows. They would take the
terminal over, and the page needs JavaScript."""


def open_page(address: str) -> bool:
    """Open the address in a browser with windows; whether there is one. May take a while."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    name = PurePath(getattr(browser, "name", "")).name
    return name not in _IN_THE_TERMINAL and browser.open(address)
