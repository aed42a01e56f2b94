"""The program as a whole: its commands, and how their failures become an exit status."""

from __future__ import annotations

import os
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.exceptions import TyperException

from bot import __version__
from bot.cli import serving
from bot.cli.failing import (
    CALLED_WRONGLY,
    FAILED,
    INTERRUPTED,
    CalledWronglyError,
    InterruptedByUserError,
    one_line,
)
from bot.cli.generate import command as generating
from bot.cli.options import wrong_value
from bot.errors import ClapperboardError, ConfigurationError
from bot.logs import Redactor

_PROGRAM = "python -m bot"
_EPILOG = """
EXIT STATUS

\b
  0    it was done
  1    it failed; standard error says why in one line
  2    called wrongly, or the configuration is wrong; nothing was begun
  130  generate was interrupted; run, demo and sandbox end with 0 then

ENVIRONMENT

\b
  DISCORD_TOKEN, DISCORD_TOKEN_FILE  the bot's token, or a file that holds it
  OXEN_API_KEY, OXEN_API_KEY_FILE    Oxen's API key, or a file that holds it
  CLAPPERBOARD_TRACEBACK             set to 1, an unforeseen failure shows where it happened

Begin with "python -m bot demo": it needs no account and no token.
"""


def build() -> typer.Typer:
    """The commands with their help texts."""
    app = typer.Typer(
        name="bot",
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    app.callback(epilog=_EPILOG)(_clapperboard)
    app.command()(serving.run)
    app.command(epilog=serving.DEMO_EPILOG)(serving.demo)
    app.command(epilog=serving.sandbox_epilog())(serving.sandbox)
    app.command()(serving.check_config)
    app.command(epilog=generating.EPILOG)(generating.generate)
    return app


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit status. Whatever goes wrong is told in lines, not in tracebacks."""
    try:
        ended = build()(list(arguments) or ["--help"], prog_name=_PROGRAM, standalone_mode=False)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  the last resort: a person gets a line
        lines, status = _told(error)
        for line in lines:
            typer.echo(f"clapperboard: {one_line(line)}", err=True)
        return status
    # Typer turns a KeyboardInterrupt into this status by itself, without a word.
    if ended == INTERRUPTED:
        typer.echo("clapperboard: Interrupted.", err=True)
    return ended if isinstance(ended, int) else 0


def _print_version(asked: bool) -> None:  # noqa: FBT001  typer calls it so
    if asked:
        typer.echo(__version__)
        raise typer.Exit


def _clapperboard(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Clapperboard: reference images and a prompt in, a finished video back in the channel.

    A self-hosted Discord bot that has Oxen make videos, an Oxen of its own to try it with, and the
    tools around them. Each command has a --help of its own.
    """


def _told(error: BaseException) -> tuple[Sequence[str], int]:
    """What is said of a failure, and its exit status."""
    match error:
        case TyperException():
            context = getattr(error, "ctx", None)
            where = context.command_path if context else _PROGRAM
            said = wrong_value(error) or error.format_message().rstrip(".")
            return [f'{said}. See "{where} --help".'], CALLED_WRONGLY
        case ConfigurationError():
            return error.problems, CALLED_WRONGLY
        case CalledWronglyError():
            return str(error).splitlines(), CALLED_WRONGLY
        case InterruptedByUserError() | KeyboardInterrupt():
            return [str(error) or "Interrupted."], INTERRUPTED
        case ClapperboardError():
            return [str(error)], FAILED
    if os.environ.get("CLAPPERBOARD_TRACEBACK") == "1":
        traceback.print_exception(error)
    text = (
        f"Something unforeseen failed ({type(error).__name__}: {Redactor().text(str(error))}). "
        "Set CLAPPERBOARD_TRACEBACK=1 to see where, and report it."
    )
    return [text], FAILED
