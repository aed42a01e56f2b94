"""Animatics of requests that are not made yet, drawn from kept pictures."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final, Protocol, TypeAlias

from bot.errors import DiskError, MediaError
from bot.media.animatic.program import AnimaticOrder
from bot.media.processes import Processes
from bot.models.generation import Shot, VideoSettings
from bot.models.references import Element, ReferenceImage, ReferenceRole

_LONGEST_S: Final = 120.0
"""Drawing 15 s takes about 5 s on one core; this is for a machine that has much else to do."""

Draw: TypeAlias = Callable[[AnimaticOrder, Path], Awaitable[None]]
"""Draws an animatic into a file; raises ``MediaError``."""


class KeptPictures(Protocol):
    """Pictures on disk."""

    def path(self, sha256: str) -> Path:
        """Where a kept picture lies; raises ``MediaError`` for what is no name of one."""
        ...


class AnimaticStudio:
    """Draws animatics; the files are gone when the bytes are there. Call ``close`` at the end.

    ``draw`` is for tests: by default each is drawn by a program of its own.
    """

    def __init__(self, pictures: KeptPictures, folder: Path, *, draw: Draw | None = None) -> None:
        self._pictures = pictures
        self._folder = folder.absolute()
        self._processes = Processes()
        self._draw = draw or self._draw_by_program

    async def sweep_leftovers(self) -> None:
        """Clear what a crash left half done."""
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    async def animatic(
        self,
        settings: VideoSettings,
        references: Sequence[ReferenceImage],
        elements: Sequence[Element],
    ) -> bytes:
        """Draw a request; an MP4. Raises ``MediaError``."""
        order = self._order(settings, references, elements)
        folder = await asyncio.to_thread(self._fresh_folder)
        try:
            await self._draw(order, folder / "animatic.mp4")
            return await asyncio.to_thread((folder / "animatic.mp4").read_bytes)
        except OSError as error:
            raise MediaError("the animatic is not there") from error
        finally:
            # Not awaited: it must also happen when this task is being cancelled.
            shutil.rmtree(folder, ignore_errors=True)

    async def close(self) -> None:
        """Stop what is being drawn."""
        await self._processes.close()

    def _order(
        self,
        settings: VideoSettings,
        references: Sequence[ReferenceImage],
        elements: Sequence[Element],
    ) -> AnimaticOrder:
        def placed(role: ReferenceRole) -> list[str]:
            ordered = sorted(references, key=lambda one: one.position)
            return [str(self._path(one.image.sha256)) for one in ordered if one.role is role]

        shots = settings.shots or (Shot(settings.prompt, settings.duration_s),)
        return AnimaticOrder(
            shots=tuple((shot.prompt, float(shot.duration_s)) for shot in shots),
            aspect_ratio=settings.aspect_ratio,
            images=tuple(placed(ReferenceRole.IMAGE)),
            elements=tuple((one.name, str(self._path(one.front.sha256))) for one in elements),
            start_frame=next(iter(placed(ReferenceRole.START_FRAME)), None),
            end_frame=next(iter(placed(ReferenceRole.END_FRAME)), None),
            audio=settings.audio,
        )

    def _path(self, sha256: str) -> Path:
        return self._pictures.path(sha256).absolute()

    def _fresh_folder(self) -> Path:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            return Path(tempfile.mkdtemp(dir=self._folder))
        except OSError as error:
            raise DiskError(f"there is no room for an animatic: {error.strerror}") from error

    async def _draw_by_program(self, order: AnimaticOrder, path: Path) -> None:
        status, complaint = await self._processes.run(
            "bot.media.animatic.program", str(path), told=order.as_json(), longest_s=_LONGEST_S
        )
        if status:
            raise MediaError(f"drawing an animatic ended with status {status}: {complaint}")
