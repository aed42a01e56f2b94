"""The result on its way to the file that was asked for."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from bot.cli.display import Display
from bot.cli.failing import CommandError
from bot.errors import (
    DownloadError,
    DownloadTooLargeError,
    MediaError,
    NotAVideoError,
    UnsafeAddressError,
)
from bot.generations.ports import OxenQueue
from bot.media.probe import probe_video
from bot.models.video import VideoFacts

MAX_RESULT_BYTES = 512 * 1024 * 1024
_ATTEMPTS = 4
_WAIT_S = 1.0
"""Before the second attempt; it doubles."""


async def download(
    queue: OxenQueue, url: Callable[[], Awaitable[str]], to: Path, display: Display
) -> VideoFacts:
    """Fetch a result and see that it is a whole video; ``url`` gives a fresh link for each attempt.

    Raises ``CommandError`` when no attempt brought one, and ``DownloadError`` at once where a
    repeat would change nothing.
    """
    problem = ""
    for attempt in range(_ATTEMPTS):
        if attempt:
            display.note(f"{problem} Trying again.")
            await asyncio.sleep(_WAIT_S * 2 ** (attempt - 1))
        display.state("Downloading")
        try:
            await queue.download(await url(), to, max_bytes=MAX_RESULT_BYTES)
            return await asyncio.to_thread(probe_video, to)
        except (DownloadTooLargeError, UnsafeAddressError):
            raise
        except DownloadError as error:
            problem = str(error)
        except NotAVideoError as error:
            problem = f"The result is not a playable video: {error}."
    raise CommandError(f"{problem} It was tried {_ATTEMPTS} times.")


async def write(content: bytes, to: Path) -> VideoFacts:
    """Keep a result that came inside a reply; raises ``CommandError`` if it is not a video."""

    def keep() -> VideoFacts:
        with to.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return probe_video(to)

    try:
        return await asyncio.to_thread(keep)
    except (MediaError, OSError) as error:
        raise CommandError(f"The result could not be kept: {error}.") from error


@asynccontextmanager
async def in_progress(out: Path) -> AsyncIterator[Path]:
    """A fresh name beside ``out`` for the time of the download; nothing is left under it."""
    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def put_in_place(part: Path, out: Path, *, force: bool) -> Path:
    """Give the finished file its name in one step, and return where it is.

    Without ``force`` nothing is ever replaced: where ``out`` has come into being meanwhile, the
    video, which was paid for, goes beside it. Raises ``CommandError``.
    """
    try:
        if force:
            part.replace(out)
            return out
        for place in _places(out):
            try:
                # A link, unlike a rename, fails where the name is taken.
                place.hardlink_to(part)
            except FileExistsError:
                continue
            return place
    except OSError as error:
        raise CommandError(f'The video could not be put at "{out}": {error.strerror}.') from error
    raise CommandError(f'No name beside "{out}" is free.')


def _places(out: Path) -> list[Path]:
    return [out, *(out.with_stem(f"{out.stem}-{number}") for number in range(2, 100))]
