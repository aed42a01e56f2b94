"""``python -m bot``: see ``python -m bot --help``."""

import sys

_INTERRUPTED = 130

if __name__ == "__main__":
    try:
        from bot.cli.program import main

        status = main(sys.argv[1:])
    except KeyboardInterrupt:
        # Before the program itself listens for it: its imports take a moment.
        status = _INTERRUPTED
    sys.exit(status)
