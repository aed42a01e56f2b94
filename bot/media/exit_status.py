"""How the media programs tell the libraries what came of it."""

from typing import Final

EXIT_FAILED: Final = 1
EXIT_CANNOT_FIT: Final = 3
EXIT_DISK_FULL: Final = 4
