"""The file of an SQLite database: whether it is still the one that was opened."""

from __future__ import annotations

from pathlib import Path

from bot.errors import DatabaseGoneError


class DatabaseFile:
    """Notices when the file is deleted, moved or replaced while the program has it open.

    SQLite does not: it goes on writing into a file that nobody will ever open again.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened: tuple[int, int] | None = None

    def opened(self) -> None:
        """Remember the file that has just been opened; the first one counts."""
        if self._opened is None:
            self._opened = self._present()

    def check(self) -> None:
        """Raise ``DatabaseGoneError`` unless the file is still there; takes two microseconds."""
        if self._opened is not None and self._present() != self._opened:
            raise DatabaseGoneError(
                f'The database file "{self.path}" was deleted, moved or replaced while the bot was '
                "running, so nothing more could be written down. Put the file that shall be used "
                "in its place, and start the bot again."
            )

    def _present(self) -> tuple[int, int] | None:
        # Still held open, so that its number cannot have been given to another file.
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino
