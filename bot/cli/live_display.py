"""A line on a terminal that is rewritten in place."""

from __future__ import annotations

from typing import Self, TextIO

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bot.cli.failing import one_line


class LiveDisplay:
    """One line with a spinner and the time, rewritten in place."""

    def __init__(self, stream: TextIO) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=Console(file=stream),
            transient=True,
        )
        self._task = self._progress.add_task("", total=None)

    def state(self, text: str) -> None:
        """Rewrite the line."""
        self._progress.update(self._task, description=escape(one_line(text)))

    def note(self, text: str) -> None:
        """Write a line above."""
        self._progress.console.print(escape(one_line(text)), highlight=False)

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the live line away."""
        self._progress.stop()
