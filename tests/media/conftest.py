from __future__ import annotations

from pathlib import Path

import pytest

from bot.media.animatic import AnimaticRequest, AnimaticShot, render_animatic

PICTURES = Path(__file__).parents[2] / "bot" / "demo" / "pictures"


@pytest.fixture(scope="session")
def fox() -> bytes:
    return (PICTURES / "fox.jpg").read_bytes()


@pytest.fixture(scope="session")
def bicycle() -> bytes:
    return (PICTURES / "red-bicycle.png").read_bytes()


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory, fox: bytes) -> Path:
    """Three seconds with sound, its index in front."""
    path: Path = tmp_path_factory.mktemp("video") / "fox.mp4"
    shots = (AnimaticShot("a fox listens to the wood", 3),)
    render_animatic(AnimaticRequest(shots, "16:9", (fox,), audio=True), path)
    return path
