"""The program that the reel library runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from bot.errors import DiskError, MediaError
from bot.media.exit_status import EXIT_DISK_FULL
from bot.media.joining.film import join_videos

_BE_NICE: Final = 10


def _main(target: str, *sources: str) -> int:
    os.nice(_BE_NICE)
    try:
        join_videos([Path(source) for source in sources], Path(target))
    except DiskError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_DISK_FULL
    except MediaError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
