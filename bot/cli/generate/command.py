"""``generate``: its options, its exit statuses, and what it prints at the end."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.display import Display, display_for
from bot.cli.failing import CalledWronglyError, CommandError, InterruptedByUserError, explain
from bot.cli.generate.asking import form_of, look_up
from bot.cli.generate.attempt import CalledOff
from bot.cli.generate.order import Mode, Order, Pictures, prepare
from bot.cli.generate.report import Report
from bot.cli.generate.session import GenerateSession, Patience
from bot.cli.interrupting import interruptions, unless_interrupted
from bot.config import read_secret
from bot.config.values import base_url as checked_base_url
from bot.errors import (
    InvalidRequestError,
    OxenError,
)
from bot.generations.extras import read
from bot.logs import configure_logging
from bot.models.clock import system_clock
from bot.models.generation import VideoSettings
from bot.models.kling import KLING_FORM
from bot.models.video_model import DEFAULT_MODEL
from bot.oxen.client import OxenClient
from bot.oxen.events import EventStream
from bot.oxen.host import DEFAULT_BASE_URL, OxenHost
from bot.oxen.transport import OxenTransports

_INTERVAL_S = {Mode.EVENTS: 30.0, Mode.POLL: 10.0, Mode.SYNC: 10.0}
EPILOG = """
EXAMPLES

\b
  python -m bot generate "a calm walk on the moon, @Image1" \\
      --image astronaut.png --duration 6 --aspect-ratio 9:16 --out moon.mp4
  python -m bot sandbox --port 8100 &
  OXEN_API_KEY=any python -m bot generate "waves" --base-url http://127.0.0.1:8100

ENVIRONMENT

\b
  OXEN_API_KEY       the API key; any text will do for the sandbox
  OXEN_API_KEY_FILE  a file that holds the key, in place of OXEN_API_KEY

EXIT STATUS

\b
  0    the video is there
  1    it failed; standard error says why
  2    called wrongly; nothing was sent
  130  interrupted (Ctrl-C or SIGTERM); Oxen was asked to cancel
"""


def generate(
    prompt: Annotated[
        str,
        typer.Argument(
            help="What happens in the video; @Image1 is the first --image.",
            metavar="PROMPT",
        ),
    ],
    *,
    image: Annotated[
        list[Path] | None,
        typer.Option(help="A reference picture, JPEG, PNG or WebP; up to 4 times.", metavar="FILE"),
    ] = None,
    start_frame: Annotated[
        Path | None, typer.Option(help="The picture that the video begins with.", metavar="FILE")
    ] = None,
    end_frame: Annotated[
        Path | None,
        typer.Option(help="The picture it ends with; needs --start-frame.", metavar="FILE"),
    ] = None,
    duration: Annotated[
        int | None,
        typer.Option(
            help="Length, 3 to 15 seconds, 5 if left out; other models have others.",
            metavar="SECONDS",
        ),
    ] = None,
    aspect_ratio: Annotated[
        str | None,
        typer.Option(
            help="Shape: 16:9 (if left out), 9:16 or 1:1; other models have others.",
            metavar="W:H",
        ),
    ] = None,
    negative_prompt: Annotated[
        str | None, typer.Option(help="What shall not be in it.", metavar="TEXT")
    ] = None,
    audio: Annotated[bool, typer.Option("--audio", help="Make sound, too.")] = False,
    model: Annotated[
        str,
        typer.Option(
            help="Oxen's name of the model; what another one takes is read from its schema.",
            metavar="NAME",
        ),
    ] = DEFAULT_MODEL,
    extra: Annotated[
        str,
        typer.Option(
            help="What only this model takes, as name=value name=value.", metavar="NAME=VALUE"
        ),
    ] = "",
    namespace: Annotated[
        str | None,
        typer.Option(help="Namespace to bill; the key's own user if left out.", metavar="NAME"),
    ] = None,
    out: Annotated[Path, typer.Option(help="Where to put the video.", metavar="FILE")] = Path(
        "video.mp4"
    ),
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    mode: Annotated[
        Mode,
        typer.Option(
            help="How to wait: Oxen's event stream, asking, or one long call.",
            metavar="events|poll|sync",
        ),
    ] = Mode.EVENTS,
    interval: Annotated[
        float | None,
        typer.Option(
            help="Between two questions; if left out, 10 in poll mode, 30 in events mode.",
            metavar="SECONDS",
            min=0.1,
        ),
    ] = None,
    timeout: Annotated[
        float,
        typer.Option(help="Cancel it after so long without a video.", metavar="SECONDS", min=1),
    ] = 3600,
    base_url: Annotated[
        str, typer.Option(help="Oxen, or the embedded sandbox.", metavar="URL")
    ] = DEFAULT_BASE_URL,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object at the end.")
    ] = False,
) -> None:
    """Make one video and put it into a file.

    Pictures are checked and sent along. Progress goes to standard error: a live line on a terminal,
    plain lines elsewhere. Ctrl-C asks Oxen to cancel. A request whose answer is lost is looked for
    in Oxen's list, never sent twice.
    """
    pictures = Pictures(image or (), start_frame, end_frame)
    try:
        address = checked_base_url(base_url)
    except ValueError as error:
        raise CalledWronglyError(f"--base-url: {error}.") from error
    key = read_secret("OXEN_API_KEY", os.environ).get_secret_value()
    configure_logging("error", "console", stream=sys.stderr, secrets=[key])
    host = OxenHost(address, key)
    form = KLING_FORM if model == DEFAULT_MODEL else asyncio.run(form_of(model, host))
    settings = VideoSettings(
        model=model,
        prompt=prompt,
        aspect_ratio=form.default_aspect_ratio if aspect_ratio is None else aspect_ratio,
        duration_s=form.default_duration_s if duration is None else duration,
        audio=audio,
        negative_prompt=negative_prompt,
        extra=read(extra, form),
    )
    try:
        order = asyncio.run(
            prepare(
                settings,
                pictures,
                form=form,
                out=out,
                force=force,
                mode=mode,
                namespace=namespace,
            )
        )
    except InvalidRequestError as error:
        raise CalledWronglyError(str(error)) from error
    report = asyncio.run(
        _generate(order, host, Patience(poll_s=interval or _INTERVAL_S[mode]), timeout)
    )
    if as_json:
        typer.echo(json.dumps(report.as_json()))
    elif report.finished is not None:
        typer.echo(report.sentence(report.finished))
    if report.error is not None:
        raise report.error


async def _generate(order: Order, host: OxenHost, patience: Patience, timeout_s: float) -> Report:
    report = Report(order)
    display = display_for(sys.stderr)
    async with OxenTransports() as transports, interruptions() as interrupted:
        oxen = OxenClient(transports, host, clock=system_clock)
        session = GenerateSession(
            order,
            oxen,
            EventStream(transports, host, clock=system_clock),
            display=display,
            patience=patience,
        )
        with display:
            try:
                report.price_microusd = await unless_interrupted(
                    look_up(oxen, order, display), interrupted
                )
                async with asyncio.timeout(timeout_s):
                    report.finished = await unless_interrupted(session.make(), interrupted)
            except InterruptedByUserError:
                report.error = InterruptedByUserError(
                    f"Interrupted. {await _call_off(session, display)}"
                )
            except TimeoutError:
                outcome = await _call_off(session, display)
                report.error = CommandError(f"No video after {timeout_s:g} s. {outcome}")
            except OxenError as error:
                report.error = CommandError(
                    explain(error, host.base_url, model=order.settings.model)
                )
            except CommandError as error:
                report.error = error
        report.end(session.oxen_id)
    return report


async def _call_off(session: GenerateSession, display: Display) -> str:
    display.state("Asking Oxen to cancel")
    outcome: CalledOff = await session.call_off()
    name = f" ({session.oxen_id})" if session.oxen_id else ""
    return f"{outcome.value.removesuffix('.')}{name}."
