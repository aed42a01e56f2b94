"""What a person sees while a command works: a live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self, TextIO

from bot.cli.failing import one_line


class Display(Protocol):
    """Shows the state of the work; a context manager for the time of the work."""

    def state(self, text: str) -> None:
        """Say what is going on now; the same text twice is said once."""
        ...

    def note(self, text: str) -> None:
        """Say something that stays."""
        ...

    def __enter__(self) -> Self:
        """Begin."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the terminal as it was."""
        ...


class PlainDisplay:
    """One line for each change, for pipes and log files."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._last = ""

    def state(self, text: str) -> None:
        """Write the state if it is another one than before."""
        if text != self._last:
            self._last = text
            self.note(text)

    def note(self, text: str) -> None:
        """Write a line at once."""
        print(one_line(text), file=self._stream, flush=True)

    def __enter__(self) -> Self:
        """Begin; nothing needs to be prepared."""
        return self

    def __exit__(self, *_: object) -> None:
        """End; nothing needs to be put back."""


def display_for(stream: TextIO) -> Display:
    """The display that suits where the stream goes."""
    if not stream.isatty():
        return PlainDisplay(stream)
    from bot.cli.live_display import LiveDisplay  # noqa: PLC0415  only a terminal has a use for rich

    return LiveDisplay(stream)
