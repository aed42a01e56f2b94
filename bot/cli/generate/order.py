"""What shall be made: checked here, before anything is sent."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.cli.failing import CalledWronglyError
from bot.errors import UserError
from bot.generations.rules import Attached, mistakes_in, tidy
from bot.media.pictures import PictureRules, inspect_picture
from bot.models.addresses import PictureAddresses
from bot.models.generation import VideoSettings
from bot.models.kling import KLING_FORM
from bot.models.model_form import ModelForm
from bot.oxen import parameters


class Mode(StrEnum):
    """The ways in which Oxen tells that a video is ready."""

    EVENTS = "events"
    """Its event stream, with slow polling as the guarantee."""
    POLL = "poll"
    """Asking at an interval."""
    SYNC = "sync"
    """The synchronous endpoint, one call that lasts until the video is there."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """The files to make the video from."""

    images: Sequence[Path] = ()
    start_frame: Path | None = None
    end_frame: Path | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """Everything about one video, ready to be sent."""

    settings: VideoSettings
    payload: dict[str, Any] = field(repr=False)
    """The body of the POST; pictures are in it as ``data:`` URIs."""
    out: Path
    force: bool
    """Whether an existing file at ``out`` may be replaced."""
    mode: Mode
    form: ModelForm = KLING_FORM
    """What the model takes."""


async def prepare(
    settings: VideoSettings,
    pictures: Pictures,
    *,
    form: ModelForm = KLING_FORM,
    namespace: str | None,
    out: Path,
    force: bool,
    mode: Mode,
) -> Order:
    """Check everything that can be checked here, by what the model takes; read the pictures.

    Raises ``CalledWronglyError`` with every mistake at once, one a line, and what would be right.
    """
    mistakes: list[str] = []
    try:
        _check_out(out, force=force)
    except CalledWronglyError as error:
        mistakes.append(str(error))
    settings = tidy(settings)
    mistakes += mistakes_in(
        settings,
        Attached(
            images=len(pictures.images),
            start_frame=pictures.start_frame is not None,
            end_frame=pictures.end_frame is not None,
        ),
        form=form,
    )

    async def read(path: Path | None) -> str | None:
        try:
            return None if path is None else await asyncio.to_thread(_data_uri, path)
        except CalledWronglyError as error:
            mistakes.append(str(error))
            return None

    images = [await read(path) for path in pictures.images]
    frames = [await read(path) for path in (pictures.start_frame, pictures.end_frame)]
    if mistakes:
        raise CalledWronglyError("\n".join(dict.fromkeys(mistakes)))
    payload = parameters.payload(
        settings,
        form,
        PictureAddresses(tuple(filter(None, images)), start_frame=frames[0], end_frame=frames[1]),
        namespace=namespace,
    )
    return Order(settings=settings, payload=payload, out=out, force=force, mode=mode, form=form)


def _check_out(out: Path, *, force: bool) -> None:
    if out.is_dir():
        raise CalledWronglyError(f'"{out}" is a folder; name a file in it with --out.')
    if out.exists() and not force:
        raise CalledWronglyError(f'"{out}" is there already; name another file or add --force.')
    if not out.parent.is_dir():
        raise CalledWronglyError(f'There is no folder "{out.parent}"; make it first.')


def _data_uri(path: Path) -> str:
    rules = PictureRules()
    try:
        with path.open("rb") as file:
            # One byte more than allowed is enough to see that a file is too large.
            content = file.read(rules.max_bytes + 1)
    except OSError as error:
        raise CalledWronglyError(f'"{path}" cannot be read ({error.strerror}).') from error
    try:
        picture = inspect_picture(content, rules, label=f'"{path}"')
    except UserError as error:
        raise CalledWronglyError(str(error)) from error
    return f"data:{picture.media_type};base64,{base64.b64encode(content).decode('ascii')}"
