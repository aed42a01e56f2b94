"""Reference images: the pictures that a video is made from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ReferenceRole(StrEnum):
    """What a picture is used for."""

    IMAGE = "image"
    """A reference, ``@Image1`` and so on in the prompt."""
    START_FRAME = "start_frame"
    END_FRAME = "end_frame"


@dataclass(frozen=True, slots=True)
class StoredImage:
    """A picture whose bytes have been checked and kept, by content."""

    sha256: str
    """Lower-case hexadecimal digest of the bytes; the name under which they are kept."""
    media_type: str
    """``image/jpeg``, ``image/png`` or ``image/webp``, told from the content."""
    width_px: int
    height_px: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class ReferenceImage:
    """A stored picture in its place in a request."""

    image: StoredImage
    role: ReferenceRole
    position: int
    """1 for ``@Image1``; always 1 for a first or last frame."""
    source_url: str | None = None
    """The Discord address it was taken from: signed and short-lived, never logged."""
    source_seen_at_ms: int = 0
    """When that address was handed to the bot, in UTC milliseconds."""


@dataclass(frozen=True, slots=True)
class Element:
    """A cast member as one request uses it; Oxen's own word, ``@Element1`` in its prompts."""

    name: str
    """As prompts write it, without the ``@``."""
    front: StoredImage
    angles: tuple[StoredImage, ...] = ()
    """Up to three more views."""

    @property
    def images(self) -> tuple[StoredImage, ...]:
        """All its pictures, the front view first."""
        return (self.front, *self.angles)
