"""How a command ends when it does not succeed."""

from __future__ import annotations

import errno

from bot.errors import (
    ClapperboardError,
    OxenAuthenticationError,
    OxenError,
    OxenNoCreditsError,
    OxenNotFoundError,
    OxenThrottledError,
    OxenUnreachableError,
)

FAILED = 1
CALLED_WRONGLY = 2
INTERRUPTED = 130
"""128 and the number of SIGINT, as shells have it."""


class CommandError(ClapperboardError):
    """A command failed; the text is one line and says what to do."""


def port_unusable(port: int, error: OSError) -> str:
    """Why a server cannot listen there, and what to do."""
    match error.errno:
        case errno.EADDRINUSE:
            why = "is taken by another program"
        case errno.EACCES:
            why = "is reserved on this machine"
        case _:
            why = "cannot be used"
    return f"Port {port} {why}; choose another with --port, or 0 for a free one."


class CalledWronglyError(CommandError):
    """A command was given something that it cannot use; nothing was begun. A mistake a line."""


class InterruptedByUserError(CommandError):
    """Ctrl-C or SIGTERM ended a command early; the text says what became of its work."""


def one_line(text: str) -> str:
    """Fold a text, which may be another program's, into one line that a terminal shows as it is."""
    folded = " ".join(text.split())
    return "".join(letter if letter.isprintable() else "?" for letter in folded)


def explain(error: OxenError, base_url: str, *, model: str = "") -> str:
    """What an error of Oxen's means for the person at the terminal, and what to do.

    ``model`` is the one that was asked for.
    """
    said = f' It said: "{one_line(error.detail)}"' if error.detail else ""
    match error:
        case OxenAuthenticationError():
            return "Oxen does not accept the API key; check OXEN_API_KEY."
        case OxenNoCreditsError():
            return "The Oxen account has no credits left; add some and try again."
        case OxenNotFoundError():
            what = f"a model named {model}" if model else "what it was asked for"
            return f"Oxen does not know {what}; check --model and --base-url.{said}"
        case OxenThrottledError():
            return "Oxen is taking no more requests for now; try again in a minute."
        case OxenUnreachableError():
            return f"{base_url} does not answer; check --base-url and the network."
        case _:
            return f"Oxen could not do it ({type(error).__name__}).{said or ' Try again later.'}"
