"""A request to Oxen as text, for people who want to make it themselves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ApiCall:
    """The same request twice; the key is a variable in both."""

    curl: str
    python: str
