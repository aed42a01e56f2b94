"""Finished videos: what the file on disk is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """What probing a video file told."""

    width_px: int
    height_px: int
    duration_ms: int
    size_bytes: int
    has_audio: bool
    video_codec: str


@dataclass(frozen=True, slots=True)
class StoredVideo:
    """A result that lies whole on disk."""

    filename: str
    """Name inside the library's folder of results; never a path."""
    facts: VideoFacts
