"""The program that the reel library runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from bot.media.carrying_out import carry_out
from bot.media.joining.film import join_videos

_NICENESS: Final = 10


def _join(target: str, *sources: str) -> None:
    join_videos([Path(source) for source in sources], Path(target))


if __name__ == "__main__":
    sys.exit(carry_out(_join, sys.argv[1:], niceness=_NICENESS))
