"""Where the pictures of a request lie, for a model to fetch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ElementAddresses:
    """A cast member's pictures. Signed or very long: never logged."""

    front: str
    angles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PictureAddresses:
    """All pictures of a request, as http(s) or ``data:`` URIs. Never logged."""

    images: tuple[str, ...] = ()
    """``@Image1`` onwards."""
    start_frame: str | None = None
    end_frame: str | None = None
    elements: tuple[ElementAddresses, ...] = ()
    """``@Element1`` onwards."""
