"""The commands that run until they are stopped, and the check of what they run on."""

from __future__ import annotations

import asyncio
import os
import sys
import textwrap
from collections.abc import Coroutine, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.failing import (
    CalledWronglyError,
    CommandError,
    InterruptedByUserError,
    port_unusable,
)
from bot.cli.interrupting import interruptions, unless_interrupted
from bot.config import load_config
from bot.logs import configure_logging
from bot.models.money import microusd_from_usd
from bot.sandbox.faults import FAULT_KINDS, ROUTES, SPELLING, Fault, FaultSpellingError, parse_fault

_INDENT = 22
_WIDTH = 96
DEMO_EPILOG = """
The address of the page stands alone on a line that begins with "Demo: ". Ctrl-C ends it and leaves
nothing running.

With --fault it shows what people see when Oxen has a bad day, for example:
--fault "fail-generation=1:Blocked by the safety filter" or --fault error-500@enqueue. All kinds of
fault are told by "python -m bot sandbox --help".
"""

ConfigFile = Annotated[
    Path,
    typer.Option(
        "--config", "-c", help="The configuration file; see config.example.toml.", metavar="FILE"
    ),
]
Port = Annotated[
    int,
    typer.Option(
        help="Port on this machine; 0 takes a free one.", min=0, max=65535, metavar="PORT"
    ),
]
RenderSeconds = Annotated[
    float,
    typer.Option(help="How long the sandbox takes for a video.", min=0, metavar="SECONDS"),
]
FaultOption = Annotated[
    list[str] | None,
    typer.Option(help="Let something go wrong, as told below; may be repeated.", metavar=SPELLING),
]


def run(config: ConfigFile = Path("config.toml")) -> None:
    """Run the bot, with a real Discord token and a real Oxen key.

    Secrets come from DISCORD_TOKEN and OXEN_API_KEY, or from the files that DISCORD_TOKEN_FILE and
    OXEN_API_KEY_FILE name. Logs go to standard error. Ctrl-C or SIGTERM ends it cleanly; what is
    under way goes on at the next start.
    """
    settings = load_config(config, os.environ)
    configure_logging(
        settings.logging.level,
        settings.logging.format,
        stream=sys.stderr,
        secrets=settings.secrets.values(),
    )
    from bot.app import run_bot  # noqa: PLC0415  discord.py takes a second that others save

    _until_stopped(run_bot(settings))


def demo(
    *,
    port: Port = 0,
    render_seconds: RenderSeconds = 5,
    fault: FaultOption = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only print the address of the page.")
    ] = False,
) -> None:
    """Try it in the browser, without any account.

    Starts the embedded sandbox and the real bot in a simulated Discord, and opens a page in
    which to type /video create.
    """
    faults = _faults(fault)
    configure_logging("error", "console", stream=sys.stderr)
    try:
        from bot.demo.running import run_demo  # noqa: PLC0415  an extra that need not be installed
    except ModuleNotFoundError as error:
        raise CommandError(
            f"The demo needs {error.name}, which is not installed; use make demo, "
            "or install the extra named demo."
        ) from error
    _until_stopped(
        run_demo(
            port=port, open_browser=not no_browser, render_seconds=render_seconds, faults=faults
        )
    )


def sandbox(
    *,
    port: Port = 8100,
    render_seconds: RenderSeconds = 5,
    credits_usd: Annotated[
        str | None,
        typer.Option(
            "--credits", help="What there is to spend; without end if left out.", metavar="DOLLARS"
        ),
    ] = None,
    fault: FaultOption = None,
    folder: Annotated[
        Path | None,
        typer.Option(help="Keep generations and files here, over restarts.", metavar="FOLDER"),
    ] = None,
) -> None:
    """Run the embedded Oxen on its own.

    It has the same API, needs no account, and answers with animatics. Any API key is accepted.
    Prints its address on a line that begins with "Sandbox: ".
    """
    from bot.sandbox.options import SandboxOptions  # noqa: PLC0415  the bot has no use for it
    from bot.sandbox.server import Sandbox, serve  # noqa: PLC0415  likewise

    configure_logging("info", "console", stream=sys.stderr)
    options = SandboxOptions(
        render_seconds=render_seconds,
        credits_microusd=_credits_microusd(credits_usd),
        faults=_faults(fault),
        folder=folder,
    )

    def tell(sandbox: Sandbox) -> None:
        typer.echo(f"Sandbox: {sandbox.base_url}")

    try:
        _until_stopped(serve(options, port=port, on_ready=tell))
    except OSError as error:
        raise CommandError(port_unusable(port, error)) from error


def check_config(config: ConfigFile = Path("config.toml")) -> None:
    """Check the configuration and the secrets; start nothing.

    Every mistake is told at once, one a line, each with its key and what would be right.
    """
    load_config(config, os.environ)
    typer.echo(f"{config}: no mistakes.")


def sandbox_epilog() -> str:
    """All kinds of fault, as part of the help text."""
    kinds = "\n".join(_entry(kind, what) for kind, what in FAULT_KINDS.items())
    return f"""
FAULTS

A fault is written {SPELLING}. ROUTE limits it to one call: {", ".join(ROUTES)}. WHEN is a number of
times (3), a chance (0.2 or 20%) or always, which is the default. For example:
--fault lost-event=1 --fault 429@enqueue=20%:3 --fault slow-download:8

\b
{kinds}
"""


def _entry(kind: str, what: str) -> str:
    lines = textwrap.wrap(what, _WIDTH - _INDENT)
    first = f"  {kind}".ljust(_INDENT) + lines[0]
    return "\n".join([first, *(" " * _INDENT + line for line in lines[1:])])


def _until_stopped(service: Coroutine[Any, Any, None]) -> None:
    """Run until the service ends or Ctrl-C or SIGTERM asks it to, which is no failure."""

    async def serve_it() -> None:
        async with interruptions() as interrupted:
            await unless_interrupted(service, interrupted)

    try:
        asyncio.run(serve_it())
    except InterruptedByUserError:
        return


def _credits_microusd(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        amount = Decimal(text.removeprefix("$"))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise CalledWronglyError(f'--credits: "{text}" is no amount; write dollars, such as 5.00.')
    return microusd_from_usd(amount)


def _faults(texts: Sequence[str] | None) -> tuple[Fault, ...]:
    try:
        return tuple(parse_fault(text) for text in texts or ())
    except FaultSpellingError as error:
        raise CalledWronglyError(f"--fault: {error}") from error
